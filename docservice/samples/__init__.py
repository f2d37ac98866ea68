"""The sample year the demo runs on: settings, invented applicants, evidence. An office's first year begins from it."""

from pathlib import Path

YEAR = Path(__file__).with_name("chachoengsao-2562") / "year.toml"
"""The sample's year file."""
