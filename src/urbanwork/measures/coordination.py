"""Coordination of a city's areas: degree, coupling and level of a system of subsystems.

Items come from indicators that were measured before and from statistics. The city is scored as one
more unit by the bounds and weights of its areas, so that its figure can be read beside theirs; the
mean of the areas weighted by people stands in the detail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.measures.assessment import Assessment, assess
from urbanwork.measures.cautions import moves
from urbanwork.measures.coordination_detail import (
    binding,
    coupling_words,
    described,
    level_words,
)
from urbanwork.measures.coupling import FORM_WORDS, Item, System
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]

VARIABLE = "variable:"


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The items of one system: columns [A + 1, K], and the figures they came from."""

    values: Floats
    figures: tuple[Figures, ...]


def coordination_degree(tables: Tables, *, system: str, form: str = "") -> Figures:
    """Coordination degree D = sqrt(C T) of each area and of the city, 0 to 1.

    The range is that of D when the best or the worst area is left out of the sample; none where
    bounds and weights are fixed.

    Args:
        tables: the city; `tables.systems` holds the systems, with kept bounds where an earlier
            examination is repeated (`assessment.freeze`).
        system: id of the system.
        form: "classic", "wang" or "fan"; else the system's own.

    Raises:
        UserError: there is no such system or form.

    Source: STANDARDS.md K01-K10.
    """
    found, gathered = _assessed(tables, system, form)
    values = _column(found, "degree", tables.size)
    lower, upper = _range(found, values)
    if tables.is_brief:
        words = level_words(found)
        return _figures(found, gathered, values, lower, upper, _brief(found, words), words)
    detail = {
        **described(found, tables.people[:-1]),
        "areas": [str(each) for each in tables.city.areas.id],
        "period_of_items": _item_periods(found, gathered),
        **_origins(tables, found, gathered),
    }
    detail["warnings"] = [*detail["warnings"], *_period_warning(detail["period_of_items"])]
    return _figures(found, gathered, values, lower, upper, detail, level_words(found))


def coupling_degree(tables: Tables, *, system: str, form: str = "") -> Figures:
    """Coupling C of each area and of the city, 0 to 1: how alike its subsystems score.

    It says nothing of their level: where all are bad C is high. Read it beside D.

    Args: as for `coordination_degree`.

    Raises:
        UserError: there is no such system or form.
    """
    found, gathered = _assessed(tables, system, form)
    values = _column(found, "coupling", tables.size)
    nothing = np.full(tables.size, np.nan)
    words = coupling_words(found)
    return _figures(found, gathered, values, nothing, nothing, _brief(found, words), words)


def coordination_level(tables: Tables, *, system: str, form: str = "") -> Figures:
    """Grade of D, 1 (extreme disorder) to 10 (quality coordination).

    Args: as for `coordination_degree`.

    Raises:
        UserError: there is no such system or form.

    Source: STANDARDS.md K08.
    """
    found, gathered = _assessed(tables, system, form)
    grades = _column(found, "grade", tables.size)
    values = np.where(grades > 0, grades, np.nan)
    nothing = np.full(tables.size, np.nan)
    words = level_words(found)
    return _figures(found, gathered, values, nothing, nothing, _brief(found, words), words)


def _brief(found: Assessment, words: Sequence[Notes | None]) -> dict[str, Any]:
    """What a reader of the value alone must know; the degree has the whole assessment."""
    return {
        "system": found.system.id,
        "form": found.system.form,
        "grades": [None if each is None else list(each) for each in words],
    }


def _assessed(tables: Tables, name: str, form: str) -> tuple[Assessment, _Gathered]:
    """The assessment of one system in one form, made once; items are gathered once for all."""
    system = _system(tables, name, form)
    gathered: _Gathered = _once(
        tables, f"coordination items {name}", lambda: _gather(tables, system)
    )
    found: Assessment = _once(
        tables,
        f"coordination {name} {system.form}",
        lambda: assess(
            system,
            gathered.values[:-1],
            _names(tables),
            gathered.values[-1],
            units_zh=_names(tables, zh=True),
        ),
    )
    return found, gathered


def _once(tables: Tables, key: str, make: Any) -> Any:
    if key not in tables.shared:
        tables.shared[key] = make()
    return tables.shared[key]


def _system(tables: Tables, name: str, form: str) -> System:
    if name not in tables.systems:
        known = ", ".join(sorted(tables.systems)) or "none"
        raise UserError(f"there is no system of coordination '{name}'; choose from {known}")
    system: System = tables.systems[name]
    if form and form not in FORM_WORDS:
        raise UserError(
            f"there is no form '{form}' of coupling; choose from {', '.join(FORM_WORDS)}"
        )
    chosen: Any = form or system.form
    return replace(system, form=chosen)


def _names(tables: Tables, *, zh: bool = False) -> tuple[str, ...]:
    """Names of the areas in English, or in Chinese, where they have one."""
    areas = tables.city.areas
    own = areas.name_zh if zh else areas.name_en
    return tuple(
        str(each or name or key) for each, name, key in zip(own, areas.name, areas.id, strict=True)
    )


# Items


def _gather(tables: Tables, system: System) -> _Gathered:
    figures = tuple(_item(tables, item) for item in system.items)
    return _Gathered(np.column_stack([each.value for each in figures]), figures)


def _item(tables: Tables, item: Item) -> Figures:
    """An indicator that was measured before, a variable, or a ratio of sums of variables."""
    from urbanwork.measures.statistics import statistic, statistic_ratio

    if not item.of[0].startswith(VARIABLE):
        return tables.figures.get(item.of[0]) or _not_measured(tables, item.of[0])
    above, below = ([each.removeprefix(VARIABLE) for each in part] for part in (item.of, item.per))

    def measured() -> Figures:
        if not below:
            return statistic(tables, variable=above, scale=item.scale)
        return statistic_ratio(tables, numerator=above, denominator=below, scale=item.scale)

    found: Figures = _once(tables, f"item {above} / {below} * {item.scale}", measured)
    return found


def _not_measured(tables: Tables, name: str) -> Figures:
    return Figures.no_data(
        tables.size, Reason.LAYER_MISSING, f"The indicator {name} was not measured.",
        f"未测算指标 {name}。",
    )  # fmt: skip


def _item_periods(found: Assessment, gathered: _Gathered) -> dict[str, str]:
    """The years that each item that counts speaks of."""
    told = {
        item.id: _years(figures.period)
        for item, figures, counts in zip(
            found.system.items, gathered.figures, _counts(found), strict=True
        )
        if counts
    }
    return {name: years for name, years in told.items() if years}


def _counts(found: Assessment) -> list[bool]:
    """Which items count; all where nothing could be scored."""
    if found.basis is None:
        return [True] * len(found.system.items)
    return [bool(weight > 0) for weight in found.basis.weights]


def _years(periods: tuple[str, ...]) -> str:
    found = sorted({each for each in periods if each})
    return "-".join(dict.fromkeys((found[0], found[-1]))) if found else ""


def _period_warning(periods: dict[str, str]) -> list[dict[str, Any]]:
    """One score from figures of several years is a mixture: it is said."""
    years = sorted(set(periods.values()))
    if len(years) < 2:
        return []
    return [{
        "code": "years_differ",
        "en": f"Its items speak of different years: {', '.join(years)}.",
        "zh": f"各指标年份不一：{'、'.join(years)}。",
        "data": {"years": years},
    }]  # fmt: skip


def _origins(tables: Tables, found: Assessment, gathered: _Gathered) -> dict[str, Any]:
    """The figures of tables that the items rest on, by area: once, in the system's own form."""
    if found.system.form != tables.systems[found.system.id].form:
        return {}
    rests: dict[str, list[Any]] = {}
    for figures, counts in zip(gathered.figures, _counts(found), strict=True):
        for area, used in figures.detail.get("figures", {}).items() if counts else ():
            have = rests.setdefault(area, [])
            have += [each for each in used if each not in have]
    return {"figures": rests} if rests else {}


# Figures


def _column(found: Assessment, name: str, size: int) -> Floats:
    if found.scores is None:
        return np.full(size, np.nan)
    return np.asarray(getattr(found.scores, name), dtype=np.float64)


def _range(found: Assessment, values: Floats) -> tuple[Floats, Floats]:
    """Least and largest D of each unit over the samples without the best and without the worst."""
    tried = [np.append(each.degree, np.nan) for each in moves(found)]
    nothing = np.full(len(values), np.nan)
    if not tried:
        return nothing, nothing
    every = np.vstack([values, *tried])
    has_others = np.isfinite(every[1:]).any(axis=0) & np.isfinite(values)
    lower, upper = nothing.copy(), nothing.copy()
    lower[has_others] = np.nanmin(every[:, has_others], axis=0)
    upper[has_others] = np.nanmax(every[:, has_others], axis=0)
    return lower, upper


def _figures(
    found: Assessment, gathered: _Gathered, values: Floats, lower: Floats, upper: Floats,
    detail: dict[str, Any], words: Sequence[Notes | None],
) -> Figures:  # fmt: skip
    rows = range(len(values))
    return Figures.of(
        values,
        note=[_note(found, row, words[row] if words else None) for row in rows],
        reason=[_reason(found, gathered, row) for row in rows],
        lower=lower, upper=upper,
        coverage=np.where(np.isnan(values), 0.0, _coverage(found)),
        period=[_period(found, gathered, row) for row in rows],
        detail=detail,
    )  # fmt: skip


def _period(found: Assessment, gathered: _Gathered, row: int) -> str:
    """The years of the items that count for one area."""
    counted = zip(gathered.figures, _counts(found), strict=True)
    return _years(tuple(each.period[row] for each, counts in counted if counts))


def _coverage(found: Assessment) -> float:
    """Part of the system's items that count, each subsystem as much as any other."""
    if found.basis is None:
        return 0.0
    start, parts = 0, []
    for each in found.system.subsystems:
        why = found.basis.left_out[start : start + len(each.items)]
        parts.append(sum(one is None for one in why) / len(why))
        start += len(why)
    return float(np.mean(parts))


def _note(found: Assessment, row: int, grade: Notes | None) -> Notes:
    """Grade where there is one, form, the weakest subsystem, and what binds most."""
    why = found.reason[row]
    if why is not None:
        return why
    form = FORM_WORDS[found.system.form]
    graded, graded_zh = (
        (f"{grade[0]}, {form[0]}", f"{grade[1]}，{form[1]}") if grade is not None else form
    )
    english, chinese = f"{graded[0].upper()}{graded[1:]}.", f"{graded_zh}。"
    gone = _gone(found)
    english, chinese = english + gone[0], chinese + gone[1]
    binds = binding(found, row)
    if binds is None:
        return english, chinese
    (weakest, weakest_zh), (item, item_zh) = binds["subsystem_title"], binds["item_title"]
    return (
        f"{english} Weakest: {weakest} ({binds['score']:.2f}). What binds most: {item}, "
        f"{binds['share']:.0%} of what is missing to full marks.",
        f"{chinese}最弱子系统：{weakest_zh}（{binds['score']:.2f}）；首要障碍：{item_zh}"
        f"（障碍度 {binds['share']:.0%}）。",
    )


def _gone(found: Assessment) -> Notes:
    """The subsystems that do not count, as a sentence; nothing where all do."""
    if found.basis is None or found.basis.subsystem_weights.all():
        return "", ""
    weighed = zip(found.system.subsystems, found.basis.subsystem_weights, strict=True)
    titles = [each.title for each, weight in weighed if weight == 0]
    english, chinese = ", ".join(each[0] for each in titles), "、".join(each[1] for each in titles)
    return f" Without {english}: no data.", f"未计入无数据的子系统：{chinese}。"


def _reason(found: Assessment, gathered: _Gathered, row: int) -> Reason | None:
    """Why an area has no score: why most of its missing items are missing."""
    if found.reason[row] is None:
        return None
    reasons = []
    for column, (figures, counts) in enumerate(zip(gathered.figures, _counts(found), strict=True)):
        if counts and np.isnan(gathered.values[row, column]):
            reasons.append(figures.reason[row] or Reason.NOT_GIVEN)
    return max(reasons, key=reasons.count, default=Reason.UNDEFINED)
