"""Facts to paper: Word templates filled, set by LibreOffice as PDF/A. An engine: bytes in, bytes out, no Django."""
