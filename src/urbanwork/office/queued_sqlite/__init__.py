"""SQLite whose writers wait in a queue of the kernel instead of asking again and again."""
