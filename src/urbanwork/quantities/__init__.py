"""Measured values, units, coordinate systems, periods: the ground floor, which imports nothing."""
