"""What the script of the page reads: values of cells and areas, and what explains them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.quantities.measured import STATES
from urbanwork.reporting.html.basemap import shown_cells
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.pack import Plain, pack, rounded, unpack
from urbanwork.reporting.html.scales import Scale, distance_scale, value_scale
from urbanwork.reporting.html.tables import NUMBERS, Grid, standard_of
from urbanwork.reporting.html.texts import TEXTS
from urbanwork.reporting.phrases import in_both
from urbanwork.reporting.wording import (
    CONFIDENCES,
    GRADES,
    REASONS,
    SHAPES,
    STRENGTHS,
    bound_words,
    support_words,
)

Floats = NDArray[np.float64]

FAR = np.uint32(2**32 - 1)


def payload(report: ReportInput, grid: Grid) -> bytes:
    """All that the script needs, compressed."""
    cells = _Cells(report)
    indicators = [_indicator(report, grid, row, cells) for row in range(len(grid.indicators))]
    header = {
        "city": {key: report.manifest.get(key) for key in ("id", "as_of", "people_origin")},
        "estimated": report.manifest.get("people_origin") == "estimate",
        "grouped": cells.group_size, "states": [str(state) for state in STATES],
        "areas": [{"id": a, "name": _pair(n)} for a, n in zip(grid.areas, grid.names, strict=True)],
        "people": _plain(grid.people), "people_lower": _plain(grid.people_lower),
        "people_upper": _plain(grid.people_upper),
        "dimensions": [{"id": key, "title": _pair(d)} for key, d in _dimensions(report, grid)],
        "indicators": indicators, "grid": _grid(grid), "words": _words(),
    }  # fmt: skip
    return pack(header, cells.arrays(grid.indicators))


def _pair(text: Bilingual) -> list[str]:
    return [text.en, text.zh]


def _pairs(texts: Mapping[str, Bilingual]) -> dict[str, list[str]]:
    return {str(key): _pair(text) for key, text in texts.items()}


def _words() -> dict[str, Any]:
    return {
        "texts": _pairs(TEXTS), "grades": _pairs(GRADES), "shapes": SHAPES,
        "reasons": _pairs(REASONS), "strengths": _pairs(STRENGTHS),
        "confidences": _pairs(CONFIDENCES),
    }  # fmt: skip


def _plain(values: Floats) -> list[float | None]:
    """Numbers for JSON, six significant digits, null where there is none."""
    return [None if math.isnan(value) else float(f"{value:.6g}") for value in values.tolist()]


def _dimensions(report: ReportInput, grid: Grid) -> list[tuple[str, Bilingual]]:
    used = dict.fromkeys(each.dimension for each in grid.indicators)
    known = report.catalogue.dimensions
    order = [*known, *(key for key in used if key not in known)]
    return [(key, known.get(key, Bilingual(key, key))) for key in order if key in used]


def _grid(grid: Grid) -> dict[str, Any]:
    """One flat list a column, indicator by indicator."""
    grades, reasons = list(GRADES), [str(reason) for reason in REASONS]
    notes = np.stack([grid.words["note_en"], grid.words["note_zh"]], 2).reshape(-1, 2)
    return {
        **{name: _plain(grid.numbers[name].ravel()) for name in NUMBERS},
        "grade": [grades.index(g) if g in grades else -1 for g in grid.words["grade"].ravel()],
        "reason": [reasons.index(r) if r in reasons else -1 for r in grid.words["reason"].ravel()],
        "provisional": grid.is_provisional.ravel().astype(int).tolist(),
        "notes": {n: [en, zh] for n, (en, zh) in enumerate(notes.tolist()) if en},
    }  # fmt: skip


class _Cells:
    """The columns of the cells in the order that the map draws them."""

    def __init__(self, report: ReportInput) -> None:
        header, basemap = unpack(report.basemap)
        del header
        shown = (basemap["cell_high"].astype(np.uint64) << np.uint64(32)) | basemap["cell_low"]
        ids = report.cells["cell"].to_numpy().astype(np.uint64)
        parents, row = shown_cells(ids)
        order = np.searchsorted(shown, parents)
        self.table = report.cells
        self.columns = frozenset(report.cells.column_names)
        self.row = order[row]  # row on the map of each row of the table
        self.count = len(shown)
        self.people = report.cells["people"].to_numpy()
        self.is_grouped = len(parents) < len(ids)
        self.group_size = round(len(ids) / max(len(parents), 1)) if self.is_grouped else 1
        self.areas = report.areas["area"].to_pylist()

    def has(self, column: str) -> bool:
        """Whether the table has the column."""
        return column in self.columns

    def values(self, column: str) -> Floats:
        """A column by row of the map: as it is, or the mean by people of a group."""
        values = self.table[column].to_numpy().astype(np.float64)
        out = np.full(self.count, np.nan)
        if not self.is_grouped:
            out[self.row] = values
            return out
        known = np.isfinite(values)
        weight = np.where(known, np.maximum(self.people, 1e-6), 0.0)
        total = np.bincount(self.row, weight, self.count)
        mean = np.bincount(self.row, weight * np.where(known, values, 0.0), self.count)
        out[total > 0] = mean[total > 0] / total[total > 0]
        return out

    def sums(self, column: str) -> Floats:
        """A column of amounts, summed over groups."""
        amounts = np.nan_to_num(self.table[column].to_numpy())
        return np.bincount(self.row, amounts, self.count).astype(np.float64)

    def codes(self, column: str) -> NDArray[np.uint8]:
        """A column of small codes; of a group the code that most of its people have."""
        codes = self.table[column].to_numpy().astype(np.int64)
        if not self.is_grouped:
            out = np.zeros(self.count, np.uint8)
            out[self.row] = codes
            return out
        weight = np.maximum(self.people, 1e-6)
        votes = np.bincount(self.row * 8 + codes, weight, self.count * 8)
        most: NDArray[np.uint8] = np.argmax(votes.reshape(-1, 8), axis=1).astype(np.uint8)
        return most

    def area(self) -> Plain:
        """Number of the area of each cell on the map, counted from 1; 0 for none."""
        place = {area: n + 1 for n, area in enumerate(self.areas)}
        numbers = np.array([place.get(a, 0) for a in self.table["area"].to_pylist()], np.int64)
        out = np.zeros(self.count, "<u2")
        out[self.row] = numbers
        return out

    def arrays(self, indicators: tuple[Indicator, ...]) -> dict[str, Plain]:
        """People, area, and of each indicator value, state and distance."""
        arrays: dict[str, Plain] = {"area": self.area()}
        for name in ("people", "people_lower", "people_upper"):
            arrays[name] = rounded(self.sums(name))
        for number, indicator in enumerate(indicators):
            if self.has(indicator.id):
                arrays[f"value_{number}"] = rounded(self.values(indicator.id))
                arrays[f"state_{number}"] = self.codes(f"{indicator.id}:state")
            if self.has(f"{indicator.id}:distance"):
                arrays[f"distance_{number}"] = _exact(self.values(f"{indicator.id}:distance"))
        return arrays


def _exact(distance: Floats) -> Plain:
    """Hundredths in whole numbers, `FAR` where there is none."""
    known = np.isfinite(distance)
    return np.where(known, np.rint(np.where(known, distance, 0.0) * 100), FAR).astype("<u4")


def _indicator(report: ReportInput, grid: Grid, row: int, cells: _Cells) -> dict[str, Any]:
    indicator = grid.indicators[row]
    standard = standard_of(report, indicator)
    by_cell, is_distance = cell_scale(indicator, standard, cells)
    by_area = value_scale(indicator, standard, grid.numbers["value"][row, 1:])
    return {
        "id": indicator.id, "title": _pair(indicator.title), "question": _pair(indicator.question),
        "formula": _pair(indicator.formula), "limits": _pair(indicator.limits),
        "mend": _pair(indicator.mend), "unit": indicator.unit, "better": indicator.better,
        "dimension": indicator.dimension, "measure": indicator.measure,
        "support": [support_words(indicator.support, "en"), support_words(indicator.support, "zh")],
        "of_people": indicator.support == "people",
        "estimated": bool(grid.is_estimate[row]), "parts": parts_of(indicator),
        "limit": limit_of(indicator), "by_distance": is_distance, "scale": by_cell.as_json(),
        "area_scale": by_area.as_json(), "standard": _standard(standard),
    }  # fmt: skip


def cell_scale(
    indicator: Indicator, standard: Standard | None, cells: _Cells
) -> tuple[Scale, bool]:
    """How cells are coloured: by the way to the nearest where that is known, else by value."""
    limit = limit_of(indicator)
    if limit is not None and indicator.unit == "%" and cells.has(f"{indicator.id}:distance"):
        return distance_scale(limit[0]), True
    values = cells.values(indicator.id) if cells.has(indicator.id) else np.zeros(0)
    return value_scale(indicator, standard, values), False


def limit_of(indicator: Indicator) -> tuple[float, str] | None:
    """The distance or time within which a place counts as reached, with its unit."""
    for name in ("radius_m", "distance_m", "limit_m", "low_radius_m", "total_min"):
        found = indicator.parameters.get(name)
        if found is not None and isinstance(found.value, int | float):
            less = indicator.parameters.get("turnout_min")
            turnout = less.value if less and isinstance(less.value, int | float) else 0.0
            return float(found.value) - float(turnout), found.unit
    return None


def parts_of(indicator: Indicator) -> list[dict[str, Any]]:
    """The categories of place that the indicator looks at, each with its own limit if any."""
    single = [
        key.removeprefix("place:") for key in indicator.inputs if key.startswith("place:")
    ] + (["timetable_stop"] if "layer:timetable" in indicator.inputs else [])
    limit = limit_of(indicator)
    named = indicator.parameters.get("categories")
    if named is None or not isinstance(named.value, list):
        return [{"category": each, "limit": limit[0] if limit else None} for each in single]
    radii = indicator.parameters.get("radii_m")
    each = radii.value if radii is not None and isinstance(radii.value, list) else []
    limits = [*each, *[None] * (len(named.value) - len(each))]
    return [{"category": c, "limit": n} for c, n in zip(named.value, limits, strict=False)]


def _standard(standard: Standard | None) -> dict[str, Any] | None:
    if standard is None:
        return None
    return {
        "document": _pair(standard.document), "edition": _pair(in_both(standard.edition)),
        "clause": _pair(in_both(standard.clause)), "strength": standard.strength,
        "confidence": standard.confidence, "value": standard.value, "upper": standard.upper,
        "fair": standard.fair, "unit": standard.unit, "operator": standard.operator,
        "bound": [bound_words(standard, "en"), bound_words(standard, "zh")],
        "note": _pair(standard.note), "source": standard.source,
    }  # fmt: skip
