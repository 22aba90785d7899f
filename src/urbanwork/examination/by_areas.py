"""Run the measures of areas, each after the indicators whose figures it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

import numpy as np

from urbanwork.catalogue.models import Indicator
from urbanwork.city.model import PreparedCity
from urbanwork.errors import UserError
from urbanwork.examination.measuring import Measured
from urbanwork.examination.tabulate import AreaValue, city_and_areas
from urbanwork.measures.coupling import System
from urbanwork.measures.figures import Figures
from urbanwork.measures.names import resolve_of_areas
from urbanwork.measures.tables import Tables

VARIABLE = "variable:"
"""An entry of `of` that begins so names a statistic, not an indicator."""


def figures_of(
    city: PreparedCity,
    measured: Measured,
    of_cells: Sequence[Indicator],
    of_areas: Sequence[Indicator],
    systems: Mapping[str, System],
) -> dict[str, Figures]:
    """The figures of every measure of areas, in the order of the catalogue.

    `systems` are those of coordination, by id.

    Raises UserError when indicators take one another's figures in a circle.
    """
    if not of_areas:
        return {}
    tables = tables_for(city, measured, systems)
    measure_into(tables, measured, of_cells, of_areas)
    return {each.id: tables.figures[each.id] for each in of_areas}


def tables_for(city: PreparedCity, measured: Measured, systems: Mapping[str, System]) -> Tables:
    """What measures of areas read, before any figure is made."""
    return Tables(city, measured.areas.people, measured.areas.land_m2, systems=systems)


def measure_into(
    tables: Tables,
    measured: Measured,
    of_cells: Sequence[Indicator],
    of_areas: Sequence[Indicator],
    values: Mapping[str, Sequence[AreaValue]] | None = None,
) -> None:
    """Run measures of areas in their order; figures of others that they take may be there already.

    `values` are those of `of_cells` where they are at hand.

    Raises UserError when indicators take one another's figures in a circle.
    """
    tables.ratios.update(measured.ratios)
    needed = {name for each in of_areas for name in taken(each, tables.systems)}
    for each in of_cells:
        if each.id in needed:
            known = None if values is None else values.get(each.id)
            tables.figures[each.id] = _as_figures(known or city_and_areas(measured, each))
    for each in _in_order(of_areas, tables):
        tables.figures[each.id] = resolve_of_areas(each.measure)(tables, **each.arguments())


def taken(indicator: Indicator, systems: Mapping[str, System]) -> Iterator[str]:
    """The indicators whose figures this one takes: named in `of`, or items of its system."""
    arguments = indicator.arguments()
    named = arguments.get("of")
    for name in named if isinstance(named, list) else [named]:
        if isinstance(name, str) and not name.startswith(VARIABLE):
            yield name
    system = arguments.get("system")
    if isinstance(system, str) and system in systems:
        yield from systems[system].needs


def _in_order(indicators: Sequence[Indicator], tables: Tables) -> Iterable[Indicator]:
    by_id = {each.id: each for each in indicators}
    before = {
        each.id: [name for name in taken(each, tables.systems) if name in by_id]
        for each in indicators
    }
    try:
        return [by_id[name] for name in TopologicalSorter(before).static_order()]
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise UserError(
            f"catalogue: indicators take one another's figures in a circle ({circle}); "
            "mend 'of' in one of them"
        ) from None


def _as_figures(values: Sequence[AreaValue]) -> Figures:
    """The figures of a measure of cells, summed to areas."""

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        found = [getattr(each.measured, name) for each in values]
        return np.array([np.nan if each is None else each for each in found], np.float64)

    return Figures.of(
        column("value"), note=[(each.note_en, each.note_zh) for each in values],
        reason=[each.measured.reason for each in values], numerator=column("numerator"),
        denominator=column("denominator"), lower=column("lower"), upper=column("upper"),
        coverage=column("coverage"),
    )  # fmt: skip
