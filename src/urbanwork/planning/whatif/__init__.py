"""What if: a city held ready, changed step by step, measured again only where a change can reach.

Every value is that of a measurement of the changed city from nothing (planning/applying.py),
exact for whole numbers and to 1e-9 for others.
"""

from urbanwork.planning.whatif.session import Effect, Session

__all__ = ["Effect", "Session"]
