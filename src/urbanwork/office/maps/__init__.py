"""The examination on a map: why a number is so, who answers for it, what would change it."""
