"""The one tree of errors: what a user can mend is a `UserError`, all else is a fault of ours."""

from __future__ import annotations

from collections.abc import Sequence


class UrbanWorkError(Exception):
    """Any error that urbanwork raises on purpose."""


class UserError(UrbanWorkError):
    """Something the user gave is wrong; shown as one sentence without a traceback (exit 2).

    A message says where, what was got, what was wanted and what to do.
    """


class ManyFaultsError(UserError):
    """Several faults of one input, reported together, one sentence a line.

    >>> str(ManyFaultsError(["city.yaml:3: a", "city.yaml:9: b"]))
    'city.yaml:3: a\\ncity.yaml:9: b'
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))
