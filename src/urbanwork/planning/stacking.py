"""Scenarios that stand on others: the changes of the base come first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from urbanwork.errors import UserError
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.reading import read_scenario
from urbanwork.quantities.datum import Datum


def read_stack(
    path: Path | str, *, crs: str | None = None, datum: Datum | None = None,
    layer: str | None = None,
) -> tuple[Scenario, ...]:  # fmt: skip
    """Return the scenario of a file after all that it stands on; the first stands on today.

    `base` names a file beside it. `crs`, `datum` and `layer` are of the file named; bases
    say their own.

    Raises UserError when one is missing or wrong, when they stand on one another in a circle, or
    when two have a change of the same id.
    """
    path = Path(path)
    stack = [read_scenario(path, crs=crs, datum=datum, layer=layer)]
    seen = [path.resolve()]
    while (base := stack[0].base) is not None:
        below = (seen[-1].parent / base).resolve()
        if below in seen:
            raise UserError(
                f"{seen[-1]}: base '{base}' stands on this scenario itself, in a circle; remove one"
            )
        if not below.is_file():
            raise UserError(f"{seen[-1]}: base '{base}': there is no such file; check the path")
        stack.insert(0, read_scenario(below))
        seen.append(below)
    _check_ids(stack)
    return tuple(stack)


def changes_of(stack: Sequence[Scenario]) -> tuple[Change, ...]:
    """All changes of a stack, in the order in which they are made."""
    return tuple(change for scenario in stack for change in scenario.changes)


def _check_ids(stack: Sequence[Scenario]) -> None:
    first: dict[str, Change] = {}
    for change in changes_of(stack):
        if change.id in first:
            raise UserError(
                f"{change.origin}: the id '{change.id}' is that of a change of the scenario below "
                f"({first[change.id].origin}); give it another"
            )
        first[change.id] = change
