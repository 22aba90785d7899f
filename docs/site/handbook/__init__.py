"""Writes the documentation site from the catalogue: one page for each thing, in two languages."""
