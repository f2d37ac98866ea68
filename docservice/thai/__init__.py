"""Thai writing as values and plain functions: digits, years, dates, names, hygiene, order, file names; no I/O.

Everything the rest of the product needs is named here; the modules behind it are private to this package.
"""

from docservice.thai.collation import collation_key
from docservice.thai.dates import (
    MONTHS,
    date_certificate,
    date_letter,
    date_order,
    date_short,
    parse_date,
)
from docservice.thai.digits import loose_and_kept, thousands, to_arabic_digits, to_thai_digits
from docservice.thai.filenames import safe_file_name
from docservice.thai.hygiene import clean
from docservice.thai.idnumbers import is_id_number, without_id_numbers
from docservice.thai.money import baht
from docservice.thai.names import Person
from docservice.thai.years import BE

__all__ = [
    "BE",
    "MONTHS",
    "Person",
    "baht",
    "clean",
    "collation_key",
    "date_certificate",
    "date_letter",
    "date_order",
    "date_short",
    "is_id_number",
    "loose_and_kept",
    "parse_date",
    "safe_file_name",
    "thousands",
    "to_arabic_digits",
    "to_thai_digits",
    "without_id_numbers",
]
