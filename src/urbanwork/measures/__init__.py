"""Pure functions from a prepared city to values: what the indicators are made of."""
