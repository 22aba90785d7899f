"""Readers, one module per provider: files in, layers of arrays out."""
