"""One examination as it stands on disk, read to be held against others, errata counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Bilingual, Catalogue, Standard
from urbanwork.errors import UserError
from urbanwork.examination import definitions
from urbanwork.examination.errata import Erratum, in_force
from urbanwork.examination.grade import grade
from urbanwork.examination.tables import SCHEMA_VERSION
from urbanwork.examination.tabulate import CITY
from urbanwork.examination.wholeness import check_whole

READABLE = tuple(range(1, SCHEMA_VERSION + 1))
"""Versions of the tables that can be compared: 1 has no column `period`, all else is alike."""


@dataclass(frozen=True, slots=True)
class Value:
    """One figure with all that a comparison needs of it."""

    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    coverage: float
    reason: str | None
    period: str  # "" where it has none
    numerator: float | None
    support: str
    grade: str
    people_short: float | None
    is_estimate: bool
    erratum: Erratum | None = None
    published: float | None = None  # what stands in the files where an erratum corrects it

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lowest and highest that the unseen part allows; the value itself without bounds."""
        if self.value is None:
            return None
        low = self.value if self.lower is None else min(self.lower, self.value)
        high = self.value if self.upper is None else max(self.upper, self.value)
        return low, high


@dataclass(frozen=True)
class Examined:
    """One examination: what it found, of which areas, by which definitions, from which data."""

    folder: Path
    manifest: Mapping[str, Any]
    values: Mapping[tuple[str, str], Value]  # by (indicator, area)
    areas: Mapping[str, Bilingual]  # names by id
    catalogue: Catalogue | None  # as it was used; None where nothing tells
    is_frozen_catalogue: bool  # it stands in the folder, rather than being that of today
    settings: Mapping[str, Any]  # those that count, empty where not kept

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @property
    def as_of(self) -> str:
        return str(self.manifest["as_of"])

    @property
    def name(self) -> Bilingual:
        """Name of the city."""
        name = str(self.manifest["name"])
        return Bilingual(name, self.manifest.get("name_zh") or name)

    @cached_property
    def shapes(self) -> dict[str, shapely.Geometry]:
        """Outlines of the areas in lon/lat, by id."""
        table = self._areas_table
        made = shapely.make_valid(
            shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
        )
        return dict(zip(table["area"].to_pylist(), made, strict=True))

    @cached_property
    def ground(self) -> shapely.Geometry:
        """All areas together."""
        return shapely.union_all(list(self.shapes.values()))

    @cached_property
    def people(self) -> dict[str, float]:
        """People by area, the whole as `city`; nan where not known."""
        table = self._areas_table
        numbers = table["people"].to_numpy()
        found = dict(zip(table["area"].to_pylist(), map(float, numbers), strict=True))
        return {**found, CITY: float(self.manifest.get("people") or np.nan)}

    @cached_property
    def _areas_table(self) -> pa.Table:
        return pq.read_table(self.folder / "areas.parquet", columns=["area", "people", "geometry"])

    def cells(self, indicators: list[str]) -> dict[str, NDArray[Any]]:
        """Columns of the cells: id, area, people, land and the value under each indicator."""
        file = self.folder / "cells.parquet"
        known = set(pq.read_schema(file).names)
        names = ["cell", "area", "people", "land_m2", *(i for i in indicators if i in known)]
        table = pq.read_table(file, columns=names)
        return {
            name: table[name].to_numpy() if name not in ("area",)
            else np.array(table[name].to_pylist(), np.object_)
            for name in names
        }  # fmt: skip


def read_examined(folder: Path) -> Examined:
    """Read one examination.

    Raises:
        UserError: a file is missing or damaged, was changed after freezing, or the tables have a
            version that this urbanwork does not know.
    """
    check_whole(folder, versions=READABLE)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    is_kept = (folder / definitions.FILE).exists()
    catalogue = definitions.load(folder) if is_kept else _carried(manifest)
    settings = definitions.read(folder / definitions.FILE)["settings"] if is_kept else {}
    return Examined(
        folder, manifest, _values(folder, manifest), _names(folder), catalogue, is_kept, settings
    )


def _carried(manifest: Mapping[str, Any]) -> Catalogue | None:
    """The catalogue of that name as it is today, where the examination did not keep its own."""
    name = str(manifest.get("catalogue") or "")
    if name.startswith((".", "/")):
        return None
    try:
        return load_catalogue(name=name)
    except UserError:
        return None


def _names(folder: Path) -> dict[str, Bilingual]:
    names = ["area", "name", "name_zh", "name_en"]
    rows = pq.read_table(folder / "areas.parquet", columns=names).to_pylist()
    return {
        row["area"]: Bilingual(row["name_en"] or row["name"], row["name_zh"] or row["name"])
        for row in rows
    }


def _values(folder: Path, manifest: Mapping[str, Any]) -> dict[tuple[str, str], Value]:
    rows = pq.read_table(folder / "indicators.parquet").to_pylist()
    found = {(row["indicator"], row["area"]): _value(row) for row in rows}
    standards = manifest.get("standards") or {}
    for key, erratum in in_force(folder).items():
        if key in found:
            chosen = (manifest["indicators"].get(key[0]) or {}).get("standard")
            found[key] = _corrected(found[key], erratum, standards.get(chosen))
    return found


def _value(row: Mapping[str, Any]) -> Value:
    return Value(
        row["value"], row["lower"], row["upper"], row["unit"], row["coverage"] or 0.0,
        row["reason"], row.get("period") or "", row["numerator"], row["support"], row["grade"],
        row["people_short"], bool(row["is_estimate"]),
    )  # fmt: skip


def _corrected(value: Value, erratum: Erratum, standard: Mapping[str, Any] | None) -> Value:
    """The figure as the erratum has it, graded again; what people it concerns is not known."""
    row = None
    if standard is not None:
        texts = {name: Bilingual(**standard[name]) for name in ("document", "note")}
        row = Standard(**{**standard, **texts})
    graded = grade(erratum.value, None, None, row, 1.0)[0]
    return replace(
        value, value=erratum.value, lower=None, upper=None, numerator=None, grade=graded,
        people_short=None, erratum=erratum, published=value.value,
        reason="withdrawn" if erratum.value is None else None,
    )  # fmt: skip
