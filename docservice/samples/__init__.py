"""The sample year the demo runs on: settings, invented applicants, workbooks, evidence; nothing the product needs."""
