"""Errata: how a figure of a frozen examination is corrected, in public and for good.

The files of the examination stay as they were frozen. An erratum says which figure was wrong, what
it is, why, and who says so; whoever shows the figure shows the erratum with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from urbanwork.errors import UserError
from urbanwork.examination.comments import now, said
from urbanwork.examination.frozen import check_frozen, is_frozen, root_of_errata
from urbanwork.examination.journal import Journal

FILE = "errata.jsonl"
SAME = 0.005
"""A figure is published with three digits: what was printed may differ from the file by half of
the last."""


@dataclass(frozen=True, slots=True)
class Erratum:
    """One corrected figure."""

    number: int
    indicator: str
    area: str  # id, "city" for the whole
    was: float | None
    value: float | None  # None: withdrawn
    unit: str
    why: str
    by: str
    at: str  # UTC


def errata_of(folder: Path) -> tuple[Erratum, ...]:
    """The errata of an examination, oldest first; none of one that is not frozen.

    Raises:
        UserError: the journal of errata was changed.
    """
    if not is_frozen(folder):
        return ()
    names = Erratum.__dataclass_fields__
    records = Journal(folder / FILE, root_of_errata(folder)).records()
    return tuple(Erratum(**{name: record[name] for name in names}) for record in records)


def in_force(folder: Path) -> dict[tuple[str, str], Erratum]:
    """The last erratum of each figure, by (indicator, area)."""
    return {(each.indicator, each.area): each for each in errata_of(folder)}


def add_erratum(
    folder: Path,
    *,
    indicator: str,
    area: str,
    value: float | None,
    was: float | None,
    why: str,
    by: str,
) -> Erratum:
    """Correct one figure of a frozen examination; a value of None withdraws it.

    Raises:
        UserError: the examination is not frozen or was changed, the figure does not exist, or
            `was` is not what is published.
    """
    if not is_frozen(folder):
        raise UserError(
            f"{folder}: this examination is a draft; mend the data and examine again. Errata are "
            "for frozen examinations"
        )
    check_frozen(folder)
    published, unit = _published(folder, indicator, area)
    if not _is_same(published, was):
        raise UserError(
            f"erratum --was: got {_shown(was)}, but {indicator} of {area} is published as "
            f"{_shown(published)}; give that"
        )
    for number in (value, was):
        if number is not None and not math.isfinite(number):
            raise UserError(f"erratum: got {number}; give a number, or 'none'")
    record = {
        "indicator": indicator, "area": area, "was": published, "value": value, "unit": unit,
        "why": said("--why", why), "by": said("--by", by), "at": now(),
    }  # fmt: skip
    added = Journal(folder / FILE, root_of_errata(folder)).append(record)
    return Erratum(**{name: added[name] for name in Erratum.__dataclass_fields__})


def _published(folder: Path, indicator: str, area: str) -> tuple[float | None, str]:
    """The figure as it stands today, earlier errata counted, and its unit."""
    table = pq.read_table(
        folder / "indicators.parquet", columns=["indicator", "area", "value", "unit"]
    )
    of_indicator = [row for row in table.to_pylist() if row["indicator"] == indicator]
    rows = [row for row in of_indicator if row["area"] == area]
    if not rows:
        what = f"area '{area}'" if of_indicator else f"indicator '{indicator}'"
        raise UserError(f"erratum: this examination has no {what}; look into indicators.parquet")
    before = in_force(folder).get((indicator, area))
    return (before.value if before else rows[0]["value"]), str(rows[0]["unit"])


def _is_same(published: float | None, was: float | None) -> bool:
    if published is None or was is None:
        return published is was
    return math.isclose(published, was, rel_tol=SAME, abs_tol=1e-12)


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"
