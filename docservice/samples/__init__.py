"""The sample year the demo runs on: settings, invented applicants, evidence. An office's first year begins from it."""
