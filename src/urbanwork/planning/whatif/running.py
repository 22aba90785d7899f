"""A scenario, with all that it stands on, made in a session; and one held against another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from urbanwork.errors import ManyFaultsError
from urbanwork.planning.changes import Scenario
from urbanwork.planning.consistency import check_scenario
from urbanwork.planning.exceptions import claim_faults
from urbanwork.planning.stacking import changes_of, read_stack
from urbanwork.planning.whatif.outcome import Outcome, State
from urbanwork.planning.whatif.session import Session
from urbanwork.quantities.datum import Datum


def run_scenario(session: Session, stack: Sequence[Scenario]) -> None:
    """Make all changes of a stack of scenarios.

    Raises ManyFaultsError, and changes nothing, when they cannot be made, or claim exceptions of
    bottom lines without their document.
    """
    faults = check_scenario(session.city, stack, session.snappers)
    if session.bottom_lines:
        faults += claim_faults(changes_of(stack), session.bottom_lines)
    if faults:
        raise ManyFaultsError(faults)
    for change in changes_of(stack):
        session.apply(change)


def what_if(
    session: Session,
    scenario: Path | str | Sequence[Scenario],
    against: Path | str | Sequence[Scenario] | None = None,
    *,
    crs: str | None = None,
    datum: Datum | None = None,
) -> Outcome:
    """What a scenario does to the city, against today or against another scenario.

    A path is read with all scenarios that it stands on. The session is as before afterwards.
    """
    first = _stack(scenario, crs, datum)
    state: State | None = None
    name: str | None = None
    if against is not None:
        other = _stack(against, crs, datum)
        name = other[-1].name
        run_scenario(session, other)
        state = session.state()
        _undo_all(session)
    run_scenario(session, first)
    found = session.outcome(state)
    _undo_all(session)
    return replace(found, against=name)


def _stack(
    given: Path | str | Sequence[Scenario], crs: str | None, datum: Datum | None
) -> Sequence[Scenario]:
    return read_stack(given, crs=crs, datum=datum) if isinstance(given, Path | str) else given


def _undo_all(session: Session) -> None:
    while session.changes:
        session.undo()
