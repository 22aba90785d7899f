"""Worked examples: numbers of two cities that anyone can examine, computed when the site is built.

Helsinki's centre is the extract that `make sample` examines; Dalian is `examples/dalian`, tables by
district. What neither measures is shown on the test vectors that the suite holds (`vectors/`), said
to be such, or has no number here.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from urbanwork.api import Examination, examine
from urbanwork.city.create import sample_city
from urbanwork.examination.explain import Explanation, explain_all

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "docs/site/vectors"
MOST_AREAS = 12
"""A city of more areas is shown as a whole only."""


@dataclass(frozen=True, slots=True)
class Worked:
    """One indicator in one example city, and its values by area where these are few."""

    city: tuple[str, str]  # name in English, Chinese
    as_of: str
    explanation: Explanation
    period: str | None  # of the figures
    areas: Sequence[tuple[tuple[str, str], float]]  # names and value, highest first
    is_vector: bool = False  # made for checking the arithmetic, not a city


def work_examples(folder: Path) -> dict[str, list[Worked]]:
    """Examine the cities in `folder` and take every number apart, by indicator.

    Examinations that are there already and still hold are used as they are.
    """
    cities = [_sample(folder / "helsinki"), _copied(ROOT / "examples/dalian", folder / "dalian")]
    found: dict[str, list[Worked]] = {}
    for city in cities:
        for key, each in worked_in(examine(city)).items():
            found.setdefault(key, []).append(each)
    vectors = worked_in(examine(_copied(VECTORS, folder / "vectors")))
    for key, each in vectors.items():
        found.setdefault(key, []).append(replace(each, is_vector=True))
    return found


def _sample(folder: Path) -> Path:
    if not (folder / "city.yaml").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        sample_city(folder)
    return folder


def _copied(source: Path, folder: Path) -> Path:
    """The files of an example, without the examinations that someone made there."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(source.iterdir()):
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
    return folder


def worked_in(examination: Examination) -> dict[str, Worked]:
    """Every number of an examination taken apart, by indicator."""
    folder, manifest = examination.folder, examination.manifest
    names = (str(manifest["name"]), str(manifest.get("name_zh") or manifest["name"]))
    table = pq.read_table(folder / "indicators.parquet").to_pylist()
    areas = _areas(folder)
    values: dict[str, list[tuple[tuple[str, str], float]]] = {}
    periods: dict[str, str] = {}
    for row in table:
        if row["period"]:
            periods.setdefault(row["indicator"], str(row["period"]))
        if row["area"] in areas and row["value"] is not None:
            values.setdefault(row["indicator"], []).append((areas[row["area"]], row["value"]))
    few = len(areas) <= MOST_AREAS
    return {
        key: Worked(
            names, str(manifest["as_of"]), each, periods.get(key),
            sorted(values.get(key, ()), key=lambda pair: (-pair[1], pair[0])) if few else (),
        )
        for key, each in explain_all(examination.city_folder, folder).items()
    }  # fmt: skip


def _areas(folder: Path) -> dict[str, tuple[str, str]]:
    columns = ["area", "name", "name_zh", "name_en"]
    rows = pq.read_table(folder / "areas.parquet", columns=columns).to_pylist()
    return {
        row["area"]: (row["name_en"] or row["name"] or row["area"],
                      row["name_zh"] or row["name"] or row["area"])
        for row in rows
    }  # fmt: skip
