"""Measure every indicator of a catalogue over a prepared city, and keep what later steps need.

`Measured` holds all that grading, tables and report read, so that a changed standard or text
needs neither the city nor a kernel again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Catalogue, Indicator
from urbanwork.examination.people import land_of_areas, people_facts, people_of_areas
from urbanwork.examination.stored_figures import load_figures, save_figures
from urbanwork.measures.figures import Figures
from urbanwork.measures.names import AREA_MEASURES, MEASURES, resolve
from urbanwork.measures.ratio import CellRatio
from urbanwork.quantities.crs import to_lonlat, unproject
from urbanwork.quantities.measured import Reason
from urbanwork.sources import stored

if TYPE_CHECKING:
    from urbanwork.city.model import PreparedCity
    from urbanwork.city.sampled.model import SampledCity
    from urbanwork.measures.coupling import System

Floats = NDArray[np.float64]
Text = NDArray[np.object_]
Progress = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class CellTable:
    """The cells as results show them, lon/lat."""

    cell: NDArray[np.uint64]
    area: NDArray[np.int32]  # row of the area
    people: Floats
    people_lower: Floats
    people_upper: Floats
    land_m2: Floats
    lon: Floats
    lat: Floats
    geometry: Text  # shapely, lon/lat


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The areas as results show them, lon/lat."""

    area: Text
    name: Text
    name_zh: Text
    name_en: Text
    geometry: Text
    people: Floats  # [A + 1] the city last; nan where not known
    people_lower: Floats
    people_upper: Floats
    land_m2: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """All ratios and figures of one city under one catalogue, the facts of the city beside them."""

    cells: CellTable
    areas: AreaTable
    ratios: Mapping[str, CellRatio]
    figures: Mapping[str, Figures]  # of measures of areas
    facts: Mapping[str, Any]  # name, as_of, people, sources, completeness ... as plain data
    basemap: bytes  # what the report's map draws, packed


def measure(
    city: PreparedCity,
    catalogue: Catalogue,
    basemap: Callable[[], bytes],
    progress: Progress,
    *,
    sample: Callable[[], SampledCity | None] | None = None,
    systems: Mapping[str, System] | None = None,
) -> Measured:
    """Run every indicator of the catalogue; kernels are shared between them.

    `basemap` waits for the packed map, which is drawn meanwhile.
    `sample` samples the city along its streets, for the measures that need it.
    `systems` are those of coordination, for the measures that score them.
    """
    from urbanwork.examination.by_areas import figures_of

    progress("measuring", "测算指标")
    of_cells = [each for each in catalogue.indicators.values() if each.measure in MEASURES]
    of_areas = [each for each in catalogue.indicators.values() if each.measure in AREA_MEASURES]
    ratios = _ratios(city, of_cells, sample)
    cells, areas, facts = tables_of(city)
    measured = Measured(cells, areas, ratios, {}, facts, b"")
    figures = figures_of(city, measured, of_cells, of_areas, systems or {})
    return replace(measured, figures=figures, basemap=basemap())


def _ratios(
    city: PreparedCity,
    indicators: Sequence[Indicator],
    sample: Callable[[], SampledCity | None] | None,
) -> dict[str, CellRatio]:
    from urbanwork.city.by_areas import NO_EXTRACT

    if not city.has_extract:
        return {each.id: CellRatio.no_data(0, Reason.LAYER_MISSING, *NO_EXTRACT)
                for each in indicators}  # fmt: skip
    from urbanwork.measures.shared import Access

    calls = [(each.measure, each.arguments()) for each in indicators]
    access = Access.for_indicators(city, calls, sample=sample)
    return {each.id: measured_one(city, access, each) for each in indicators}


def measured_one(city: PreparedCity, access: Any, indicator: Indicator) -> CellRatio:
    """One indicator of cells, or no data when an input is not complete enough to be judged."""
    for key in indicator.inputs:
        judged = city.completeness.get(key)
        if judged is not None and judged.reason is not None:
            return CellRatio.no_data(
                len(city.cells.people), judged.reason, judged.note_en, judged.note_zh
            )
    return resolve(indicator.measure)(access, **indicator.arguments())


def tables_of(city: PreparedCity) -> tuple[CellTable, AreaTable, dict[str, Any]]:
    """The cells and the areas as results show them, and the facts of the city."""
    return _cell_table(city), _area_table(city), _facts(city)


def _cell_table(city: PreparedCity) -> CellTable:
    cells = city.cells
    lon, lat = to_lonlat(cells.x, cells.y, city.crs)
    return CellTable(
        cells.id, cells.area, cells.people, cells.people_lower, cells.people_upper,
        cells.land_m2, lon, lat, shapely.set_precision(
            unproject(cells.geometry, city.crs), 1e-7, mode="pointwise"
        ),
    )  # fmt: skip


def _area_table(city: PreparedCity) -> AreaTable:
    areas = city.areas
    people, lower, upper = people_of_areas(city)
    return AreaTable(
        areas.id, areas.name, areas.name_zh, areas.name_en, unproject(areas.geometry, city.crs),
        people, lower, upper, land_of_areas(city),
    )  # fmt: skip


def _facts(city: PreparedCity) -> dict[str, Any]:
    """What manifest and report say of the city and its data."""
    return {
        "name": city.name,
        "name_zh": city.name_zh,
        "as_of": city.as_of,
        "jurisdiction": city.jurisdiction,
        "crs": city.crs,
        "key": city.key,
        "boundary_origin": city.boundary_origin,
        "areas_origin": city.areas.origin,
        "share_of_boundary_seen": _share_seen(city),
        "is_sample": city.is_sample,
        "land_km2": round(float(land_of_areas(city)[-1]) / 1e6, 6),
        "has_extract": city.has_extract,
        **people_facts(city),
        "sources": city.sources,
        "corrections": city.corrections,
        "completeness": [
            {
                "key": each.key,
                "found": each.found,
                "expected": each.expected,
                "reason": None if each.reason is None else str(each.reason),
                "note_en": each.note_en,
                "note_zh": each.note_zh,
                "thin_areas": each.thin_areas,
            }
            for each in city.completeness.values()
        ],
    }


def _share_seen(city: PreparedCity) -> float:
    ground = next((each for each in city.sources if each["kind"] == "ground"), {})
    return float(ground.get("share_of_boundary_seen", 1.0))


@dataclass(frozen=True, slots=True)
class _Stacked:
    """The ratios of R indicators as arrays of [R, C]."""

    numerator: Floats
    known: Floats
    unknown: Floats
    state: NDArray[np.int8]
    distance: Floats  # nan where there is none


def save(measured: Measured, folder: Path) -> None:
    """Write to the cache."""
    stored.save(measured.cells, folder / "cells")
    stored.save(measured.areas, folder / "areas")
    ratios = list(measured.ratios.values())
    count = len(measured.cells.people)
    nothing = np.full(count, np.nan)

    def stacked(rows: list[Any], dtype: type) -> Any:
        return np.array(rows, dtype).reshape(len(ratios), count)

    stack = _Stacked(
        stacked([each.numerator for each in ratios], np.float64),
        stacked([each.known for each in ratios], np.float64),
        stacked([each.unknown for each in ratios], np.float64),
        stacked([each.state for each in ratios], np.int8),
        stacked([nothing if each.distance is None else each.distance for each in ratios],
                np.float64),
    )  # fmt: skip
    stored.save(stack, folder / "ratios")
    save_figures(measured.figures, folder / "figures")
    plain = {
        "facts": measured.facts,
        "ratios": {
            key: {
                "scale": each.scale,
                "is_share": each.is_share,
                "reason": None if each.reason is None else str(each.reason),
                "note": each.note,
                "note_zh": each.note_zh,
                "people_power": each.people_power,
                "has_distance": each.distance is not None,
            }
            for key, each in measured.ratios.items()
        },
    }
    (folder / "measured.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    (folder / "basemap.bin").write_bytes(measured.basemap)


def load(folder: Path) -> Measured:
    """Read what `save` wrote."""
    plain = json.loads((folder / "measured.json").read_text(encoding="utf-8"))
    stack = stored.load(_Stacked, folder / "ratios")
    ratios = {
        key: CellRatio(
            stack.numerator[row], stack.known[row], stack.unknown[row], stack.state[row],
            each["scale"], is_share=each["is_share"],
            reason=None if each["reason"] is None else Reason(each["reason"]),
            note=each["note"], note_zh=each["note_zh"], people_power=each["people_power"],
            distance=stack.distance[row] if each["has_distance"] else None,
        )
        for row, (key, each) in enumerate(plain["ratios"].items())
    }  # fmt: skip
    return Measured(
        stored.load(CellTable, folder / "cells"), stored.load(AreaTable, folder / "areas"),
        ratios, load_figures(folder / "figures"), plain["facts"],
        (folder / "basemap.bin").read_bytes(),
    )  # fmt: skip
