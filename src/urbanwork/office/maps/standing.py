"""The prepared city held open for what-ifs and zones: once in a process, for everyone in turn.

Nobody's changes stay with the server: each question carries all changes of its scenario, and the
session goes from what the last one left to what this one wants by taking back and applying. What
two people try is thus never mixed, and memory holds one city whatever the number of people.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import shapely

from urbanwork.errors import Fault, UserError, in_chinese
from urbanwork.office.maps.last import last_examination
from urbanwork.office.maps.turns import Turns
from urbanwork.office.place import office_place
from urbanwork.planning.changes import Change, Scenario
from urbanwork.quantities.crs import unproject

if TYPE_CHECKING:
    from urbanwork.planning.whatif import Session

Readiness = Literal["opening", "ready", "failed"]
MOST_SECONDS: Final = 20.0
"""How long one waits for one's turn before being told to try again."""
WARMED: Final = 20
"""Cells with most people that are tried for a street near by, before the first person asks."""
OPENING: Final = Fault(
    "the city is being opened; ask again in a few seconds", "正在打开城市数据，请数秒后重试"
)
_log = logging.getLogger(__name__)


@dataclass
class Standing:
    """A city that is being opened, stands open, or cannot be opened."""

    city: Path
    examination: str = ""
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
            session = open_session(self.city, no_progress)
            warm_up(session)
            self.session, self.prepared = session, session.city
            self.state = "ready"
        except UserError as error:
            self._fail(str(error), "；".join(map(in_chinese, error.faults)))
        except Exception as error:
            _log.exception("the city could not be opened for what-ifs")
            self._fail(*[f"{type(error).__name__}: {error}"] * 2)
        finally:
            self.opened.set()

    def _fail(self, why: str, why_zh: str) -> None:
        self.fault = Fault(f"the city cannot be opened: {why}", f"城市数据无法打开：{why_zh}")
        self.state = "failed"

    @contextmanager
    def session_with(self, changes: Sequence[Change], who: str) -> Iterator[tuple[Session, float]]:
        """The session with exactly these changes made, and the seconds waited for it.

        Raises:
            UserError: the city is not open, or a change means what is not there.
            BusyError: too many wait.
        """
        if self.session is None:
            raise UserError(self.fault or OPENING)
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


def warm_up(session: Session) -> None:
    """Try a place and a street where most people live: compiled, and kept what each first asks for.

    Else the first person waits a second or more for colours.
    """
    cells = session.city.cells
    most = np.argsort(-cells.people)[:WARMED]
    points = unproject(shapely.points(cells.x[most], cells.y[most]), session.city.crs)
    for kind, category in (("add_place", "kindergarten"), ("close_street", None)):
        tried = (Change("warm", kind, category=category, geometry=at) for at in points)
        any(_can_be_tried(session, change) for change in tried)


def _can_be_tried(session: Session, change: Change) -> bool:
    """Try a change and take it back; False where it cannot be, as with no street near by."""
    from urbanwork.planning.consistency import check_scenario

    if check_scenario(session.city, Scenario("warm", "warm", (change,)), session.snappers):
        return False
    with suppress(UserError):
        session.apply(change)
        session.outcome()
        session.undo()
        return True
    return False


@dataclass
class _Kept:
    """The one city of this process."""

    now: Standing | None = None
    opening: Lock = field(default_factory=Lock)


_kept = _Kept()


def standing() -> Standing:
    """The city of this office as it stands; begins to open it at the first asking.

    A new examination may have other sources, so it is opened anew; the old one is let go.
    """
    exam = last_examination()
    city, name = office_place().city, exam.name if exam else ""
    with _kept.opening:
        if _kept.now is None or (_kept.now.city, _kept.now.examination) != (city, name):
            _kept.now = Standing(city, name)
            Thread(target=_kept.now.open, name="what-if", daemon=True).start()
        return _kept.now


def begun() -> Standing | None:
    """What `standing` began to open; None while nobody has asked."""
    return _kept.now


def is_busy() -> bool:
    """Whether the city is being opened, or somebody waits for an answer."""
    now = _kept.now
    return now is not None and (not now.opened.is_set() or now.turns.waiting > 0)
