"""Tables of statistics for tests, with the areas of a small Chinese city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanwork.sources.layers import WHOLE_CITY, AreaNames, Statistics
from urbanwork.sources.statistics import read_statistics

AREAS = (
    ("210202", "中山区", "Zhongshan District"),
    ("210203", "西岗区", "Xigang District"),
    ("210281", "瓦房店市", "Wafangdian City"),
)
HEADER = "地区,年份,指标,数值,单位,来源\n"


@dataclass(frozen=True)
class Given:
    """A table as city.yaml declares it."""

    path: Path
    adapter: Path | None = None
    sheet: str | None = None
    encoding: str | None = None
    licence: str | None = None
    publisher: str | None = None
    date: str | None = None


def areas(rows: Sequence[tuple[str, str, str]] = AREAS) -> AreaNames:
    """These areas as readers are given them."""
    code, chinese, english = (np.array(list(column), object) for column in zip(*rows, strict=True))
    shapes = np.array([shapely.box(each, 0, each + 1, 1) for each in range(len(rows))], object)
    return AreaNames(code, chinese, chinese, english, shapes)


def read(
    folder: Path,
    text: str | bytes,
    *,
    adapter: str | None = None,
    encoding: str | None = None,
    of: AreaNames | None = None,
    name: str = "table.csv",
) -> tuple[Statistics, dict[str, Any]]:
    """Statistics and report of one table of this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    how = None
    if adapter is not None:
        how = folder / "adapter.yaml"
        how.write_text(adapter, encoding="utf-8")
    statistics, report = read_statistics(
        [Given(path, adapter=how, encoding=encoding)], of or areas()
    )
    return statistics, report["sources"][0]


def figures(statistics: Statistics) -> dict[tuple[str, int, int], float]:
    """Values by variable, area and year."""
    columns = (statistics.variable, statistics.area, statistics.year, statistics.value)
    return {
        (str(variable), int(area), int(year)): float(value)
        for variable, area, year, value in zip(*columns, strict=True)
    }


def said(report: dict[str, Any]) -> str:
    """All warnings in English."""
    return "\n".join(each["en"] for each in report["warnings"])


CITY = WHOLE_CITY
