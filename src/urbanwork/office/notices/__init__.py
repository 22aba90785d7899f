"""Notices: what is told to whom, over which channel, and what came of it; the to-do list."""
