"""What the first page says of the last examination, as plain data in both languages."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from urbanwork.office.maps.last import key_of, manifest_of
from urbanwork.office.pages.kept import kept
from urbanwork.reporting.findings import area_names, city_name, people_figure
from urbanwork.reporting.html.shapes import shape
from urbanwork.reporting.html.stillmap import course, placed
from urbanwork.reporting.numbers import format_value
from urbanwork.reporting.wording import GRADES, threshold_words

VERSION: Final = "3"
"""Raise it when what is kept changes."""
MOST_PROBLEMS: Final = 60
CITY: Final = "city"
PICTURE: Final = 640.0
SHADES: Final = ("#ffffff", "#dbe3ea", "#b4c8da", "#7f9fbd", "#3f658c")
"""Of the picture: more people concerned is darker. Red, yellow and green are for deadlines."""
SHOWN: Final = ("good", "fair", "poor")


def overview(exam: Path) -> dict[str, Any]:
    """Points, problems and the picture of an examination, kept under its digest."""
    return dict(kept(f"{key_of(exam)}-{VERSION}", lambda: _made(exam)))


def _made(exam: Path) -> dict[str, Any]:
    manifest = manifest_of(exam)
    areas = pq.read_table(exam / "areas.parquet")
    problems = pq.read_table(exam / "problems.parquet").drop_columns(["cells"]).to_pylist()
    names = {key: _both(name) for key, name in area_names(areas).items()}
    shown = [_problem(row, names, manifest) for row in problems[:MOST_PROBLEMS]]
    return {
        "id": exam.name, "as_of": str(manifest["as_of"]), "name": _both(city_name(manifest)),
        "points": _points(exam),
        "problems": shown, "more": max(0, len(problems) - MOST_PROBLEMS), "areas": names,
        "picture": _picture(areas, problems),
    }  # fmt: skip


def _both(text: Any) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


# Points of the arrangement


def _points(exam: Path) -> list[dict[str, Any]]:
    path = exam / "points.json"
    points = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [
        {
            "point": each["point"], "section": each["section_title"], "title": each["title"],
            "number": each["number"], "measured": each["measured"],
            "of": len(each["indicators"]), "problems": each["problems"],
            "people": _people(each["people"], is_estimate=each["people_is_estimate"]),
            "grades": [
                {"shape": str(shape(grade)), "word": _both(GRADES[grade]),
                 "count": each["counts"][grade]}
                for grade in SHOWN if each["counts"].get(grade)
            ],
        }
        for each in points
    ]  # fmt: skip


def _people(people: float | None, *, is_estimate: bool) -> dict[str, str] | None:
    return _both(people_figure(people, is_estimate=is_estimate)) if people else None


# Problems


def _problem(
    row: Mapping[str, Any], names: Mapping[str, dict[str, str]], manifest: Mapping[str, Any]
) -> dict[str, Any]:
    declared = manifest["indicators"][row["indicator"]]
    standard = manifest["standards"].get(row["standard"]) or manifest["standards"].get(
        declared.get("standard") or ""
    )
    return {
        "problem": row["problem_id"], "indicator": row["indicator"],
        "area": "" if row["area"] == CITY else row["area"],
        "title": declared["title"],
        "where": names.get(row["area"], {"en": "Whole city", "zh": "全市"}),
        "people": _people(row["people"], is_estimate=bool(row["is_estimate"])),
        "value": {lang: format_value(row["value"], row["unit"], lang) for lang in ("en", "zh")},
        "bound": _bound(standard),
    }  # fmt: skip


def _bound(standard: Mapping[str, Any] | None) -> dict[str, str] | None:
    if standard is None:
        return None
    asked = (standard["operator"], standard["value"], standard["upper"], standard["unit"])
    return {lang: threshold_words(*asked, lang) for lang in ("en", "zh")}


# The picture


def _picture(areas: pa.Table, problems: list[dict[str, Any]]) -> dict[str, Any]:
    """The areas, darker where the problem that concerns most people there concerns more."""
    shapes, width, height = placed(areas, PICTURE)
    most = Counter[str]()
    for row in problems:
        most[row["area"]] = max(most[row["area"]], row["people"] or 0.0)  # type: ignore[assignment]
    ids = areas["area"].to_pylist()
    largest = max((most[each] for each in ids), default=0) or 1
    return {
        "width": round(width), "height": round(height), "frame": _frame(areas, width),
        "areas": [
            {"area": each, "d": course(drawn), "fill": SHADES[_shade(most[each] / largest)]}
            for each, drawn in zip(ids, shapes, strict=True)
        ],
        "shades": list(SHADES),
    }  # fmt: skip


def _frame(areas: pa.Table, width: float) -> list[float]:
    """West, north, and how many units of the picture a degree of longitude and latitude takes."""
    import shapely

    shapes = shapely.from_wkb(areas["geometry"].to_numpy(zero_copy_only=False))
    if len(shapes) == 0 or shapely.is_empty(shapes).all():
        return []
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    squeeze = math.cos(math.radians((south + north) / 2))
    across = width / max(east - west, 1e-9)
    return [west, north, across, across / squeeze]


def _shade(share: float) -> int:
    return 0 if share <= 0 else 1 + min(3, int(share * 4))
