"""The papers this service makes, as data: kinds, their fields, and the check of facts against them; no I/O.

``Catalogue.parse`` takes the mapping read from ``templates_th/catalogue.toml``; the modules behind are private.
"""

from docservice.catalogue.check import Fault
from docservice.catalogue.fields import Code, Field
from docservice.catalogue.kinds import Catalogue, Kind

__all__ = ["Catalogue", "Code", "Fault", "Field", "Kind"]
