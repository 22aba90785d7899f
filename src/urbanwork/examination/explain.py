"""Where a number comes from: one explanation for command line, Python, report and web.

It reads the examination as it stands on disk and the prepared city behind it, so that what is
explained is what was published.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from urbanwork.catalogue.models import Catalogue, Indicator, Standard
from urbanwork.city.prepare import city_key, prepared
from urbanwork.city.reading import read_settings
from urbanwork.errors import UserError
from urbanwork.examination.draft import DETAILS
from urbanwork.examination.errata import errata_of
from urbanwork.examination.run import catalogue_of
from urbanwork.examination.tabulate import CITY
from urbanwork.examination.walk import Nearest, edge_of_data, nearest_places
from urbanwork.measures.names import AREA_MEASURES
from urbanwork.quantities.measured import STATES, State

MOST_NAMED = 5
MOST_CELLS = 5
"""How many cells of an area are named: those with most people who are not reached."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One number, taken apart. Plain data: `to_dict` gives JSON."""

    indicator: str
    version: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    where: Mapping[str, Any]  # kind (city, area, cell), id, name
    value: float | None
    unit: str
    lower: float | None
    upper: float | None
    coverage: float | None
    state: str | None  # of a cell
    reason: str | None
    note: Mapping[str, str]
    people: float
    is_estimate: bool
    grade: str | None
    is_provisional: bool
    formula: Mapping[str, str]
    numbers: str  # the formula with its numbers put in
    parameters: Sequence[Mapping[str, Any]]
    inputs: Sequence[Mapping[str, Any]]  # completeness of every layer and category used
    sources: Sequence[Mapping[str, Any]]  # file, licence, date, hash
    standard: Mapping[str, Any] | None
    nearest: Sequence[Nearest]
    cells: Sequence[Mapping[str, Any]]  # of an area: where most people are not reached
    detail: Mapping[str, Any]  # of a measure of areas: years, tables, weights, what binds
    errata: Sequence[Mapping[str, Any]]  # what was corrected after the examination was frozen
    limits: Mapping[str, str]
    mend: Mapping[str, str]
    method_sources: Sequence[str]
    examination: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON."""
        return asdict(self)

    def path_geojson(self) -> dict[str, Any]:
        """The walked (or driven) paths as a GeoJSON FeatureCollection in WGS84."""
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "indicator": self.indicator,
                        "category": each.category,
                        "place": each.id,
                        "name": each.name,
                        "distance": each.distance,
                        "unit": each.unit,
                    },
                    "geometry": {"type": "LineString", "coordinates": each.path},
                }
                for each in self.nearest
                if each.path
            ],
        }

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(json.dumps(self.to_dict(), ensure_ascii=False, indent=1))}</pre>"


def explain(
    city_folder: Path,
    exam_folder: Path,
    indicator: str,
    *,
    area: str | None = None,
    cell: str | int | None = None,
) -> Explanation:
    """Explain one indicator for the city, an area (id or name) or a cell (H3 index).

    Raises UserError for an indicator, area or cell that the examination does not have, and when
    the city has changed since it was examined.
    """
    if area is not None and cell is not None:
        raise UserError("give --area or --cell, not both")
    settings = read_settings(city_folder)
    manifest = json.loads((exam_folder / "manifest.json").read_text(encoding="utf-8"))
    catalogue = catalogue_of(settings)
    declared = _indicator(catalogue, indicator)
    if city_key(settings) != manifest["key"]:
        raise UserError(
            f"{city_folder}: its sources, its settings or urbanwork itself have changed since "
            f"examination {manifest['id']}; run 'urbanwork examine {city_folder}' and ask again"
        )
    if cell is not None:
        return _of_cell(settings, exam_folder, manifest, catalogue, declared, cell)
    return _of_area(exam_folder, manifest, catalogue, declared, area)


def explain_all(city_folder: Path, exam_folder: Path) -> dict[str, Explanation]:
    """Every indicator of an examination for the city as a whole, by id; each file is read once.

    Raises UserError for a city.yaml or a catalogue that cannot be read.
    """
    catalogue = catalogue_of(read_settings(city_folder))
    manifest = json.loads((exam_folder / "manifest.json").read_text(encoding="utf-8"))
    details = json.loads((exam_folder / DETAILS).read_text(encoding="utf-8"))
    table = pq.read_table(exam_folder / "indicators.parquet")
    where = {"kind": "city", "id": CITY, "name": manifest["name"]}
    return {
        row["indicator"]: _explanation(
            manifest, catalogue, catalogue.indicators[row["indicator"]], row, where, nearest=(),
            cells=(), people=float(manifest["people"]), detail=details.get(row["indicator"]),
            errata=_errata(exam_folder, row["indicator"], CITY),
        )
        for row in table.filter(pc.equal(table["area"], CITY)).to_pylist()
    }  # fmt: skip


def _indicator(catalogue: Catalogue, name: str) -> Indicator:
    if name in catalogue.indicators:
        return catalogue.indicators[name]
    near = difflib.get_close_matches(name, catalogue.indicators, n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ";"
    raise UserError(f"there is no indicator '{name}'{hint} 'urbanwork indicators' lists them all")


def _row(table: pa.Table, **wanted: Any) -> dict[str, Any] | None:
    mask = None
    for column, value in wanted.items():
        hit = pc.equal(table[column], value)
        mask = hit if mask is None else pc.and_(mask, hit)
    rows = table.filter(mask).slice(0, 1).to_pylist()
    return rows[0] if rows else None


def _find_area(exam_folder: Path, area: str | None) -> tuple[str, str | None]:
    """Id and name of an area given by id or any of its names; the city without one."""
    if area is None or area == CITY:
        return CITY, None
    names = ["area", "name", "name_zh", "name_en"]
    rows = pq.read_table(exam_folder / "areas.parquet", columns=names).to_pylist()
    for column in names:
        hits = [row for row in rows if (row[column] or "").casefold() == area.strip().casefold()]
        if len(hits) > 1:
            ids = ", ".join(row["area"] for row in hits[:MOST_NAMED])
            raise UserError(f"{len(hits)} areas are called '{area}'; give the id of one: {ids}")
        if hits:
            return hits[0]["area"], hits[0]["name"]
    known = [str(row[column]) for row in rows for column in names if row[column]]
    near = difflib.get_close_matches(area, known, n=MOST_NAMED, cutoff=0.4)
    some = list(dict.fromkeys(near)) or [row["name"] or row["area"] for row in rows[:MOST_NAMED]]
    more = " ..." if len(some) < len(rows) else ""
    raise UserError(f"there is no area '{area}'; areas are {', '.join(some)}{more}")


def _of_area(
    exam_folder: Path,
    manifest: Mapping[str, Any],
    catalogue: Catalogue,
    indicator: Indicator,
    area: str | None,
) -> Explanation:
    area_id, name = _find_area(exam_folder, area)
    table = pq.read_table(exam_folder / "indicators.parquet")
    row = _row(table, indicator=indicator.id, area=area_id)
    if row is None:
        raise UserError(f"{exam_folder}: has no value of {indicator.id}; examine the city again")
    kind = "city" if area_id == CITY else "area"
    where = {"kind": kind, "id": area_id, "name": name or manifest["name"]}
    detail = _detail(exam_folder, indicator)
    worst = [] if indicator.measure in AREA_MEASURES else _worst_cells(
        exam_folder, indicator.id, None if kind == "city" else area_id
    )  # fmt: skip
    return _explanation(
        manifest, catalogue, indicator, row, where, nearest=(), cells=worst,
        people=_people_of(exam_folder, area_id, manifest), detail=detail,
        errata=_errata(exam_folder, indicator.id, area_id),
    )  # fmt: skip


def _detail(exam_folder: Path, indicator: Indicator) -> dict[str, Any]:
    """What a measure of areas tells beside its figures."""
    if indicator.measure not in AREA_MEASURES:
        return {}
    found = json.loads((exam_folder / DETAILS).read_text(encoding="utf-8"))
    return dict(found.get(indicator.id, {}))


def _errata(exam_folder: Path, indicator: str, area: str) -> list[dict[str, Any]]:
    """The errata of one figure, oldest first."""
    return [asdict(each) for each in errata_of(exam_folder)
            if (each.indicator, each.area) == (indicator, area)]  # fmt: skip


def _people_of(exam_folder: Path, area: str, manifest: Mapping[str, Any]) -> float:
    if area == CITY:
        return float(manifest["people"])
    table = pq.read_table(exam_folder / "areas.parquet", columns=["area", "people"])
    row = _row(table, area=area)
    return float(row["people"] or 0.0) if row else 0.0


def _worst_cells(exam_folder: Path, key: str, area: str | None) -> list[dict[str, Any]]:
    """The cells with most people whom the indicator does not reach."""
    columns = ["cell", "area", "people", key, f"{key}:state"]
    table = pq.read_table(exam_folder / "cells.parquet", columns=columns)
    mask = pc.equal(table[f"{key}:state"], STATES.index(State.NOT_REACHED))
    if area is not None:
        mask = pc.and_(mask, pc.equal(table["area"], area))
    rows = table.filter(mask).sort_by([("people", "descending"), ("cell", "ascending")])
    return [
        {"cell": f"{row['cell']:x}", "people": row["people"]}
        for row in rows.slice(0, MOST_CELLS).to_pylist()
    ]


def _of_cell(
    settings: Any,
    exam_folder: Path,
    manifest: Mapping[str, Any],
    catalogue: Catalogue,
    indicator: Indicator,
    cell: str | int,
) -> Explanation:
    if indicator.measure in AREA_MEASURES:
        raise UserError(
            f"{indicator.id} is measured on areas, not on cells; ask with --area, or of the city"
        )
    number = _cell_number(cell)
    key = indicator.id
    table = pq.read_table(exam_folder / "cells.parquet")
    row = _row(table.drop_columns(["geometry"]), cell=pa.scalar(number, pa.uint64()))
    if row is None:
        most = table.sort_by([("people", "descending"), ("cell", "ascending")])["cell"]
        some = ", ".join(f"{each:x}" for each in most.slice(0, MOST_NAMED).to_pylist())
        raise UserError(
            f"cell {number:x} is not one of this city's; those with most people are {some}, and "
            f"'cells.parquet' in {exam_folder} has them all"
        )
    city = prepared(settings, lambda en, zh: None)
    at = int(np.searchsorted(city.cells.id, number))
    value = {
        "value": row[key], "lower": None, "upper": None, "unit": indicator.unit,
        "coverage": None, "reason": None, "numerator": None, "denominator": None,
        "grade": None, "is_provisional": False, "note_en": "", "note_zh": "",
        "is_estimate": manifest["people_origin"] == "estimate",
        "state": str(STATES[row[f"{key}:state"]]), "standard": None,
    }  # fmt: skip
    city_row = _row(pq.read_table(exam_folder / "indicators.parquet"), indicator=key, area=CITY)
    if city_row is not None:
        value |= {"standard": city_row["standard"], "reason": city_row["reason"],
                  "note_en": city_row["note_en"], "note_zh": city_row["note_zh"]}  # fmt: skip
    edge = edge_of_data(city, indicator, at) if value["state"] == State.UNKNOWN else None
    if edge is not None:
        value |= {"note_en": edge.en, "note_zh": edge.zh}
    where = {"kind": "cell", "id": f"{number:x}", "name": _name_of(exam_folder, row["area"])}
    return _explanation(
        manifest, catalogue, indicator, value, where,
        nearest=nearest_places(city, indicator, at), cells=(), people=row["people"],
    )  # fmt: skip


def _name_of(exam_folder: Path, area: str) -> str:
    table = pq.read_table(exam_folder / "areas.parquet", columns=["area", "name"])
    row = _row(table, area=area)
    return str(row["name"] or area) if row else area


def _cell_number(cell: str | int) -> int:
    """The H3 index, from its 15 hexadecimal digits."""
    if isinstance(cell, int) and 0 <= cell < 2**64:
        return cell
    if isinstance(cell, str) and re.fullmatch(r"[0-9a-fA-F]{15,16}", cell.strip()):
        return int(cell, 16)
    raise UserError(f"'{cell}' is no H3 cell; wanted 15 hexadecimal digits, as in cells.parquet")


def _explanation(
    manifest: Mapping[str, Any],
    catalogue: Catalogue,
    indicator: Indicator,
    row: Mapping[str, Any],
    where: Mapping[str, Any],
    *,
    nearest: Sequence[Nearest],
    cells: Sequence[Mapping[str, Any]],
    people: float,
    detail: Mapping[str, Any] | None = None,
    errata: Sequence[Mapping[str, Any]] = (),
) -> Explanation:
    inputs = [each for each in manifest["completeness"] if each["key"] in indicator.inputs]
    standard = next((each for each in catalogue.standards if each.id == row["standard"]), None)
    return Explanation(
        indicator=indicator.id, version=indicator.version, title=asdict(indicator.title),
        question=asdict(indicator.question), where=where, value=row["value"],
        unit=indicator.unit, lower=row["lower"], upper=row["upper"], coverage=row["coverage"],
        state=row.get("state"), reason=row["reason"],
        note={"en": row["note_en"], "zh": row["note_zh"]}, people=people,
        is_estimate=bool(row["is_estimate"]), grade=row["grade"],
        is_provisional=bool(row["is_provisional"]), formula=asdict(indicator.formula),
        numbers=_numbers(indicator, row, nearest),
        parameters=[{"name": key, **asdict(each)} for key, each in indicator.parameters.items()],
        inputs=inputs, sources=[_source(each) for each in manifest["sources"] if "file" in each],
        standard=None if standard is None else _standard(standard), nearest=nearest, cells=cells,
        detail=detail or {}, errata=errata, limits=asdict(indicator.limits),
        mend=asdict(indicator.mend),
        method_sources=indicator.sources, examination=manifest["id"],
    )  # fmt: skip


def _numbers(indicator: Indicator, row: Mapping[str, Any], nearest: Sequence[Nearest]) -> str:
    """The formula with its numbers, such as `12,345 / 20,000 x 100 = 61.7 %`."""
    if row["value"] is None:
        return f"no value: {row['reason'] or row.get('state')}"
    if row["numerator"] is None or not row["denominator"]:
        near = "; ".join(f"{each.category} {each.words()}" for each in nearest)
        return f"{row['value']:,.4g} {indicator.unit}" + (f" ({near})" if near else "")
    scale = row["value"] * row["denominator"] / row["numerator"] if row["numerator"] else 1.0
    factor = "" if abs(scale - 1) < 1e-9 else f" × {scale:,.6g}"
    return (
        f"{_worked(row['numerator'])} ÷ {_worked(row['denominator'])}{factor} = "
        f"{row['value']:,.4g} {indicator.unit}"
    )


def _worked(number: float) -> str:
    """Six digits, and every digit of a large whole part: 24,166,812 rather than 2.41668e+07."""
    return f"{number:,.0f}" if abs(number) >= 1e5 else f"{number:,.6g}"


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    return {key: source.get(key) for key in ("kind", "file", "licence", "date", "sha256")}


def _standard(standard: Standard) -> dict[str, Any]:
    return asdict(standard)
