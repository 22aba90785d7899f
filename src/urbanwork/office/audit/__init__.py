"""The audit: every write in an append-only chain that shows what was changed behind it."""
