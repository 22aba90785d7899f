"""Which rules clash: groups of rows without any one of which there would be a choice."""

from __future__ import annotations

from urbanwork.planning.siting.highs import Model

STRUCTURE = frozenset({"closed", "once", "covered", "payments"})
"""Groups that say what the columns mean; no planner can give them up."""


def clash(model: Model, *, seconds: float) -> tuple[str, ...]:
    """The irreducible set of groups that clash in a model without a choice (deletion filter).

    A group is left out for good if there is no choice without it either. Where time is up before
    that is known the group stays: the set may then hold one too many.

    Source: J. W. Chinneck, E. W. Dravnieks, "Locating minimal infeasible constraint sets in linear
    programs", ORSA Journal on Computing 3 (1991).
    """
    names = list(dict.fromkeys(name for name, _, _ in model.groups if name not in STRUCTURE))
    left_out: frozenset[str] = frozenset()
    for name in reversed(names):
        without = left_out | {name}
        found = model.solve(seconds=seconds, without=without, only_feasible=True)
        if found.is_infeasible:
            left_out = without
    return tuple(name for name in names if name not in left_out)
