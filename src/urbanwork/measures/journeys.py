"""Ways to work of one year: who lives where, works where, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Text = NDArray[np.object_]

OWN_AREA = 0.5
"""Mean way within an area, over the radius of a disc of its size, where no table has it (ours).

It is the middle of what can be: 0 where all work next door, `WITHIN_DISC` where homes and jobs
are mixed at random. Figures that rest on it are bounded by these two.
"""
WITHIN_DISC = 128.0 / (45.0 * np.pi)
"""Mean distance of two points of a disc, over its radius (0.905).

Source: Santalo, Integral Geometry and Geometric Probability (1976), I.4.
"""
FEW = 30
"""Shares of fewer are flagged (STANDARDS.md 0.7)."""
MOST_SHOWN = 8

OF_STRAIGHT_LINES = (
    "straight lines between the middles of areas stand in, and within an area half the radius of a "
    "disc of its size; the range is from 0 to an even spread of homes and jobs over it.",
    "以片区中心间直线距离代替，同区内取等面积圆半径的一半；区间为0至职住在区内均匀分布时的平均距离。",
)
NO_TABLE = (
    "The city gives no table of workers by home and work: with one (commutes: in city.yaml) this "
    "would be measured.",
    "该城市未提供职住起讫点（OD）表；在 city.yaml 中加入 commutes: 后即可测算。",
)
OF_THE_CITY = (
    "It speaks of the city as a whole and has no meaning for one area.",
    "该指标针对全市，对单个片区无意义。",
)


@dataclass(frozen=True, slots=True)
class Journeys:
    """F pairs of home and work in one year, and the straight lines between A areas."""

    year: int
    home: Ints  # [F] row of the area; below 0 outside the city
    work: Ints  # [F]
    workers: Floats  # [F]
    km: Floats  # [F] of the table, else straight; nan to places outside without one
    is_straight: Flags  # [F] the table has no distance
    minutes: Floats  # [F] of the table; nan where it has none
    origin: Text  # [F]
    between_km: Floats  # [A, A] between the middles of areas, 0 within an area
    radius_km: Floats  # [A] of a disc of the size of each area

    @property
    def areas(self) -> int:
        return len(self.radius_km)

    @property
    def is_inside(self) -> Flags:
        """[F] lives and works in the city."""
        return (self.home >= 0) & (self.work >= 0)

    @property
    def is_own(self) -> Flags:
        """[F] stays in one area and the table has no distance."""
        return np.asarray((self.home == self.work) & self.is_straight & (self.home >= 0))

    def km_where(self, own: float) -> Floats:
        """[F] the distances if the way within an area is `own` times its radius."""
        return np.where(self.is_own, own * self.radius_km[np.maximum(self.home, 0)], self.km)

    def straight_km(self, own: float = OWN_AREA) -> Floats:
        """[A, A] straight lines, within an area `own` times its radius."""
        return self.between_km + np.diag(own * self.radius_km)

    def by_home(self, values: Floats) -> Floats:
        """[A + 1] sums over those who live in each area and, last, in the city."""
        return _sums(self.home, values, self.areas)

    def by_work(self, values: Floats) -> Floats:
        """[A + 1] sums over those who work there."""
        return _sums(self.work, values, self.areas)

    def inside(self, values: Floats) -> Floats:
        """[F] the values of those who live and work in the city, 0 for others."""
        return np.where(self.is_inside, values, 0.0)

    def note(self, en: str = "", zh: str = "") -> Notes:
        """The table and its year, and what is to be said beside."""
        many, pairs = f"{self.workers.sum():,.0f}", len(self.home)
        return (
            f"{many} workers of {self.year} in {pairs:,} pairs of home and work.{_after(en, ' ')}",
            f"{self.year} 年职住数据，{pairs:,} 对起讫点共 {many} 名就业者。{zh}",
        )

    def straight_note(self) -> Notes:
        """How much of the distances is drawn, not reported."""
        drawn = float(self.workers[self.is_straight & ~np.isnan(self.km)].sum())
        if drawn == 0:
            return "Distances are those of the table.", "距离采用表中数值。"
        share = f"{100 * drawn / self.workers[~np.isnan(self.km)].sum():.0f}"
        return (
            f"For {share} % of them the table has no distance: {OF_STRAIGHT_LINES[0]}",
            f"其中 {share}% 表中无距离：{OF_STRAIGHT_LINES[1]}",
        )

    def told(self, tables: Tables, **more: Any) -> dict[str, Any]:
        """What explains a figure: year, margins and the largest pairs, as plain data."""
        largest = np.argsort(-self.workers, kind="stable")[:MOST_SHOWN]
        ids = [str(each) for each in tables.city.areas.id]
        return {
            "year": self.year,
            "areas": ids,
            "workers_by_home": self.by_home(self.workers)[:-1].tolist(),
            "workers_by_work": self.by_work(self.workers)[:-1].tolist(),
            "largest_pairs": [self._pair(row, ids) for row in largest.tolist()],
            **more,
        }

    def _pair(self, row: int, ids: Sequence[str]) -> dict[str, Any]:
        ends = {"home": int(self.home[row]), "work": int(self.work[row])}
        named = {name: ids[end] if end >= 0 else "outside" for name, end in ends.items()}
        return {**named, "workers": float(self.workers[row]), "km": plain(self.km[row]),
                "minutes": plain(self.minutes[row]), "origin": str(self.origin[row])}  # fmt: skip


def journeys_of(tables: Tables) -> Journeys | None:
    """The ways to work of the latest year not after the examination; None where there are none."""
    if "journeys" not in tables.shared:
        tables.shared["journeys"] = _latest(tables)
    found: Journeys | None = tables.shared["journeys"]
    return found


def _latest(tables: Tables) -> Journeys | None:
    table = tables.commutes
    rows = np.flatnonzero(table.year <= tables.year)
    if not len(rows):
        return None
    year = int(table.year[rows].max())
    rows = rows[table.year[rows] == year]
    home, work, given = table.home[rows], table.work[rows], table.distance_m[rows] / 1000.0
    between, radius = _middles(tables.city.areas.geometry)
    origin = table.origin[rows] if len(table.origin) else np.full(len(rows), "", np.object_)
    bare = Journeys(
        year, home, work, table.workers[rows], given, np.isnan(given), table.minutes[rows], origin,
        between, radius,
    )  # fmt: skip
    straight = bare.straight_km()[np.maximum(home, 0), np.maximum(work, 0)]
    drawn = np.where(bare.is_inside & bare.is_straight, straight, given)
    return replace(bare, km=drawn)


def _middles(geometry: Text) -> tuple[Floats, Floats]:
    """[A, A] km between the middles of areas, and [A] the radius of a disc of the size of each."""
    middle = shapely.get_coordinates(shapely.centroid(geometry)) / 1000.0
    across = np.hypot(*(middle[:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
    return across.astype(np.float64), np.sqrt(shapely.area(geometry) / np.pi) / 1000.0


def ratio_figures(
    journeys: Journeys,
    numerator: Floats,
    denominator: Floats,
    *,
    note: Notes,
    scale: float = 1.0,
    coverage: Floats | None = None,
    lower: Floats | None = None,
    upper: Floats | None = None,
    detail: dict[str, Any] | None = None,
) -> Figures:
    """numerator / denominator * scale of areas and city; areas without workers are not given.

    A denominator of fewer than 30 workers is flagged in the note.
    """
    has = denominator > 0
    value = np.where(has, scale * numerator / np.where(has, denominator, 1.0), np.nan)
    reasons = [None if each else Reason.NOT_GIVEN for each in has]
    notes = [flagged(note, count) if count > 0 else _nobody(note) for count in denominator]
    return Figures.of(
        value, note=notes, reason=reasons, numerator=numerator, denominator=denominator,
        coverage=None if coverage is None else np.where(has, coverage, 0.0),
        lower=lower, upper=upper, period=str(journeys.year), detail=detail,
    )  # fmt: skip


def of_city(
    journeys: Journeys,
    value: float,
    *,
    note: Notes,
    numerator: float = np.nan,
    denominator: float = np.nan,
    bounds: tuple[float, float] = (np.nan, np.nan),
    detail: dict[str, Any] | None = None,
) -> Figures:
    """A figure of the city alone."""
    nothing = np.full(journeys.areas, np.nan)
    missing = Reason.UNDEFINED if np.isnan(value) else None
    return Figures.of(
        np.append(nothing, value), note=[OF_THE_CITY] * journeys.areas + [note],
        reason=[Reason.UNDEFINED] * journeys.areas + [missing],
        numerator=np.append(nothing, numerator), denominator=np.append(nothing, denominator),
        lower=np.append(nothing, bounds[0]), upper=np.append(nothing, bounds[1]),
        period=str(journeys.year), detail=detail,
    )  # fmt: skip


def flagged(note: Notes, count: float, en: str = "workers", zh: str = "名就业者") -> Notes:
    """The note, with a warning where a share rests on few.

    >>> flagged(("Said.", "说明。"), 12.0)[0]
    'Said. It rests on only 12 workers: read it with care.'
    """
    if count >= FEW:
        return note
    return (
        f"{note[0]} It rests on only {count:,.0f} {en}: read it with care.",
        f"{note[1]}仅基于 {count:,.0f} {zh}，请谨慎使用。",
    )


def plain(value: float) -> float | None:
    """For JSON: None where there is no number."""
    return None if np.isnan(value) else float(value)


def _nobody(note: Notes) -> Notes:
    return (
        f"The table has no workers of this area for it. {note[0]}",
        f"表中无该片区的相应就业者。{note[1]}",
    )


def _after(text: str, mark: str) -> str:
    return f"{mark}{text}" if text else ""


def _sums(area: Ints, values: Floats, areas: int) -> Floats:
    rows = np.flatnonzero(area >= 0)
    sums = np.bincount(area[rows], values[rows], areas)
    return np.append(sums, sums.sum())
