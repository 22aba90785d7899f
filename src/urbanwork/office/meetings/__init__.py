"""Meetings: an agenda of what hangs, decisions that become tasks, minutes, the next check."""
