"""Existing ledgers: read in from workbooks after a dry run, compared when they come again."""
