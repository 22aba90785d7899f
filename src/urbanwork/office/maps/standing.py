"""The prepared city held open for what-ifs and zones: once in a server, for everyone in turn.

Nobody's changes stay with the server: each question carries all changes of its scenario, and the
session goes from what the last one left to what this one wants by taking back and applying. What
two people try is thus never mixed, and memory holds one city whatever the number of people.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final, Literal

from urbanwork.errors import UserError
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.turns import Turns
from urbanwork.office.place import office_place

if TYPE_CHECKING:
    from urbanwork.planning.changes import Change
    from urbanwork.planning.whatif import Session

Readiness = Literal["opening", "ready", "failed"]
MOST_SECONDS: Final = 20.0
"""How long one waits for one's turn before being told to try again."""
_log = logging.getLogger(__name__)


@dataclass
class Standing:
    """A city that is being opened, stands open, or cannot be opened."""

    city: Path
    turns: Turns = field(default_factory=Turns)
    state: Readiness = "opening"
    fault: str = ""
    session: Session | None = None
    prepared: Any = None
    opened: Event = field(default_factory=Event)  # set when it stands open, or cannot

    def open(self) -> None:
        """Open it; runs in a thread of its own."""
        from urbanwork.api import no_progress
        from urbanwork.planning.whatif.opening import open_session

        try:
            self.session = open_session(self.city, no_progress)
            self.prepared = self.session.city
            self.state = "ready"
        except UserError as error:
            self._fail(str(error))
        except Exception as error:
            _log.exception("the city could not be opened for what-ifs")
            self._fail(f"{type(error).__name__}: {error}")
        finally:
            self.opened.set()

    def _fail(self, why: str) -> None:
        self.fault, self.state = why, "failed"

    @contextmanager
    def session_with(self, changes: Sequence[Change], who: str) -> Iterator[tuple[Session, float]]:
        """The session with exactly these changes made, and the seconds waited for it.

        Raises:
            UserError: the city is not open, or a change means what is not there.
            BusyError: too many wait.
        """
        if self.session is None:
            raise UserError(self.fault or "the city is being opened; ask again in a few seconds")
        with self.turns.turn(who, seconds=MOST_SECONDS) as waited:
            bring_to(self.session, changes)
            yield self.session, waited


def bring_to(session: Session, changes: Sequence[Change]) -> None:
    """Take back what is not wanted, from the end, and make what is missing.

    Raises UserError for a change that means what is not there; those before it stay made.
    """
    same = 0
    for one, two in zip(session.changes, changes, strict=False):
        if one != two:
            break
        same += 1
    while len(session.changes) > same:
        session.undo()
    for change in changes[same:]:
        session.apply(change)


_opening = Lock()


def standing() -> Standing:
    """The city of this office as it stands; begins to open it at the first asking."""
    exam = last_examination()
    with _opening:
        return _begun(office_place().city, exam.name if exam else "")


@cache
def _begun(city: Path, _examination: str) -> Standing:
    """A new examination may have other sources, so it is opened anew; the old one is let go."""
    _begun.cache_clear()
    made = Standing(city)
    Thread(target=made.open, name="what-if", daemon=True).start()
    return made
