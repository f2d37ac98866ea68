"""Document generation and archival for the community development standard programme (มชช.) of Thai provinces."""

__version__ = "0.1.0"
