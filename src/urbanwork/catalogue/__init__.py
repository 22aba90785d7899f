"""Indicators and standards as data, their models and the one call that loads them."""
