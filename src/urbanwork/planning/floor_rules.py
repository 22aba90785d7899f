"""Rules of floors: indicators that a plan may not push below their standard, nor further below."""

from __future__ import annotations

from collections.abc import Iterator

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.catalogue.models import Bilingual, Standard
from urbanwork.planning import gate_words as words
from urbanwork.planning.finding import WHOLE_PLAN, Finding, Known
from urbanwork.planning.plan import Effects, Plan

DECIMALS = 2
"""Values are held against each other as they are published: a ratio moves a little with every
inhabitant, and what nobody can read is no breach."""


def floors(
    rule: BottomLine, plan: Plan, known: Known, effects: Effects | None
) -> Iterator[Finding]:  # fmt: skip
    """A finding for each indicator, of the plan as a whole.

    After the plan it meets its standard, or, where it does not meet it today, it is no worse than
    today. Without a value before and after nothing is known; an empty plan changes nothing.
    """
    for name in rule.indicators:
        title = known.titles.get(name, Bilingual(name, name))
        before, after = (None, None) if effects is None else effects(name)
        if not plan.changes:
            yield Finding(rule, WHOLE_PLAN, "pass", words.NOT_TAKEN, words.HOLDS)
        elif before is None or after is None:
            yield Finding(rule, WHOLE_PLAN, "unknown", words.not_known(title), words.MEASURE)
        else:
            yield _held(rule, known, name, title, before, after)


def _held(
    rule: BottomLine, known: Known, name: str, title: Bilingual, before: float, after: float
) -> Finding:
    standard = known.standards.get(name)
    unit = known.units.get(name, "")
    why = words.moved(title, before, after, _wanted(standard), unit)
    before, after = round(before, DECIMALS), round(after, DECIMALS)
    lower_is_better = standard is not None and standard.operator == "<="
    lost = (after - before) if lower_is_better else (before - after)
    is_met = standard is not None and _meets(after, standard)
    if is_met or lost <= 0:
        return Finding(rule, WHOLE_PLAN, "pass", why, words.HOLDS)
    return Finding(rule, WHOLE_PLAN, "breach", why, words.cure_of(rule), amount=lost, unit=unit)


def _meets(value: float, standard: Standard) -> bool:
    if standard.operator == "<=":
        return value <= standard.value
    if standard.operator == ">=":
        return value >= standard.value
    return standard.value <= value <= (standard.upper or standard.value)


def _wanted(standard: Standard | None) -> Bilingual:
    if standard is None:
        return Bilingual("", "")
    sign = {">=": "≥", "<=": "≤"}.get(standard.operator, "from")
    least = f"{sign} {standard.value:g}"
    return Bilingual(
        f"; the standard is {least} {standard.unit}", f"，标准为{least} {standard.unit}"
    )
