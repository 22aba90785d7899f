"""Homes, jobs and the way between: balance, self-containment, distances, and the least possible."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.commuting_space import Ellipse, centre_of_jobs, far_ends, least_ellipse
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.job_swap import job_swaps
from urbanwork.measures.journeys import (
    NO_TABLE,
    WITHIN_DISC,
    Journeys,
    journeys_of,
    of_city,
    ratio_figures,
)
from urbanwork.measures.statistics import statistic, statistic_ratio
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]

PERCENT = 100.0
NO_TIMES = (
    "The table of commuters has no column of minutes: with one this would be measured.",
    "职住起讫点（OD）表没有通勤时间列；补充后即可测算。",
)
REPORTED_KM, REPORTED_MIN = 5.0, 45.0
"""Limits that variables of statistics are counted by."""


def jobs_housing_ratio(tables: Tables) -> Figures:
    """Jobs in each area over workers who live there; 1 is balanced.

    ratio = workers by place of work / workers by home, those from and to outside the city too.
    Without a table of commuters `jobs` and `employed_population` of statistics are taken.

    Source: STANDARDS.md I09; Cervero (1989), Jobs-Housing Balancing and Regional Mobility.
    """
    journeys = journeys_of(tables)
    if journeys is None:
        given = statistic_ratio(tables, numerator="jobs", denominator="employed_population")
        return _or_no_table(tables, given)
    jobs, workers = journeys.by_work(journeys.workers), journeys.by_home(journeys.workers)
    note = journeys.note("Jobs over workers who live there.", "岗位数与居住就业者之比。")
    return ratio_figures(journeys, jobs, workers, note=note, detail=journeys.told(tables))


def self_containment(tables: Tables) -> Figures:
    """Workers who work in the area that they live in, percent of the workers who live there.

    The city's figure is that of all its workers: the mean of its areas by their workers.

    Source: STANDARDS.md I09; Cervero (1996), Jobs-Housing Balance Revisited.
    """
    journeys = journeys_of(tables)
    if journeys is None:
        return _no_table(tables)
    stay = np.where(journeys.home == journeys.work, journeys.workers, 0.0)
    workers = journeys.by_home(journeys.workers)
    inside = journeys.by_home(journeys.inside(journeys.workers))[-1]
    detail = journeys.told(tables, workers_inside_the_city=float(inside))
    return ratio_figures(
        journeys, journeys.by_home(stay), workers, note=journeys.note(), scale=PERCENT,
        detail=detail,
    )  # fmt: skip


def mean_commute(tables: Tables, *, unit: str) -> Figures:
    """Mean one-way commute of those who live in each area, km or min.

        mean = sum of workers * distance or time / workers with a known one

    Distances that the table does not give are straight lines between the middles of areas, within
    an area half the radius of a disc of its size, bounded by 0 and by the mean distance of two
    points of that disc. Times are those of the table, else `mean_commute_time` of statistics.

    Source: STANDARDS.md H15.
    """
    journeys = journeys_of(tables)
    if unit not in ("km", "min"):
        raise ValueError(f"the unit is 'km' or 'min', got {unit!r}")
    if journeys is None or (unit == "min" and np.isnan(journeys.minutes).all()):
        if unit == "min":
            given = statistic(tables, variable="mean_commute_time")
            return _or_no_table(tables, given, NO_TIMES if journeys else NO_TABLE)
        return _no_table(tables)
    if unit == "min":
        return _of_known(tables, journeys, journeys.minutes, [np.nan_to_num(journeys.minutes)])
    kms = [np.nan_to_num(each) for each in _possible(journeys)]
    return _of_known(tables, journeys, journeys.km, kms, said=journeys.straight_note())


def commute_share(
    tables: Tables, *, within_km: float | None = None, within_min: float | None = None
) -> Figures:
    """Commuters nearer than `within_km`, or on the way at most `within_min`, percent.

    Every pair of areas counts wholly by its mean distance or time. Without a table of commuters
    the variables of statistics for 5 km and 45 minutes are taken.

    Source: STANDARDS.md H16 (less than 5 km), H17 (45 minutes and less).
    """
    if (within_km is None) == (within_min is None):
        raise ValueError("give either within_km or within_min")
    journeys = journeys_of(tables)
    if journeys is None or (within_min is not None and np.isnan(journeys.minutes).all()):
        given = _reported_share(tables, within_km, within_min)
        return _or_no_table(tables, given, NO_TIMES if journeys else NO_TABLE)
    if within_min is not None:
        near = [(journeys.minutes <= within_min).astype(np.float64)]
        return _of_known(tables, journeys, journeys.minutes, near, scale=PERCENT)
    limit = within_km or 0.0
    near = [(km < limit).astype(np.float64) for km in _possible(journeys)]
    said = journeys.straight_note()
    return _of_known(tables, journeys, journeys.km, near, said=said, scale=PERCENT)


def _possible(journeys: Journeys) -> list[Floats]:
    """[F] km, and the same with the shortest and longest ways within areas that can be."""
    return [journeys.km, journeys.km_where(0.0), journeys.km_where(WITHIN_DISC)]


def _of_known(
    tables: Tables,
    journeys: Journeys,
    far: Floats,
    possible: list[Floats],
    *,
    said: Notes = ("", ""),
    scale: float = 1.0,
) -> Figures:
    """Mean of the first of `possible` [F] over those whose way is known, bounded by the others."""
    known = np.where(np.isnan(far), 0.0, journeys.workers)
    all_, below = journeys.by_home(journeys.workers), journeys.by_home(known)
    sums = [journeys.by_home(known * each) for each in possible]
    lower = upper = None
    if len(sums) > 1 and (journeys.is_own & (known > 0)).any():
        means = scale * np.array(sums) / np.where(below > 0, below, np.nan)
        lower, upper = means.min(axis=0), means.max(axis=0)
    return ratio_figures(
        journeys, sums[0], below, note=journeys.note(*said), scale=scale, lower=lower, upper=upper,
        coverage=below / np.where(all_ > 0, all_, 1.0), detail=journeys.told(tables),
    )  # fmt: skip


def _reported_share(
    tables: Tables, within_km: float | None, within_min: float | None
) -> Figures | None:
    """The same of statistics, which count these two limits only."""
    variables = {
        (REPORTED_KM, None): "commuters_within_5_km",
        (None, REPORTED_MIN): "commuters_within_45_min",
    }
    variable = variables.get((within_km, within_min))
    if variable is None:
        return None
    return statistic_ratio(tables, numerator=variable, denominator="commuters", scale=PERCENT)


def minimum_commute(tables: Tables) -> Figures:
    """The least mean commute if workers swapped jobs: homes and jobs stay where they are, km.

        minimise sum c_ij x_ij / sum x_ij  with  sum_j x_ij = workers of home i,
        sum_i x_ij = jobs at j,  of those who live and work in the city

    An area's figure is the mean commute of its residents in that swap. c are the distances of the
    table where it has all pairs, else straight lines for all, within an area half the radius of a
    disc of its size; then the city's figure is bounded by what that can be.

    Source: STANDARDS.md I10; Hamilton (1982), Wasteful Commuting; White (1988).
    """
    journeys = journeys_of(tables)
    if journeys is None:
        return _no_table(tables)
    best = job_swaps(tables, journeys)
    workers = journeys.by_home(journeys.inside(journeys.workers))
    nothing = np.full(journeys.areas, np.nan)
    ends = [each.least / workers[-1] if workers[-1] > 0 else np.nan for each in best]
    return ratio_figures(
        journeys, _with_city(best[0].by_home), workers, note=journeys.note(*best[0].said),
        lower=np.append(nothing, min(ends)), upper=np.append(nothing, max(ends)),
        detail=journeys.told(tables, **best[0].told()),
    )  # fmt: skip


def excess_commute(tables: Tables) -> Figures:
    """Share of the actual commute that swapping jobs would save, percent; of the city alone.

    excess = (1 - minimum mean commute / actual mean commute) * 100, both with the same distances.

    Source: STANDARDS.md I10; White (1988), Location Choice and Commuting Behavior.
    """
    journeys = journeys_of(tables)
    if journeys is None:
        return _no_table(tables)
    best = job_swaps(tables, journeys)
    shares = [each.excess for each in best]
    known = [each for each in shares if not np.isnan(each)] or [np.nan]
    return of_city(
        journeys, shares[0], note=journeys.note(*best[0].said), numerator=best[0].saved,
        denominator=best[0].actual, bounds=(min(known), max(known)),
        detail=journeys.told(tables, **best[0].told()),
    )  # fmt: skip


def commute_radius(
    tables: Tables, *, covered: float = 90.0, share_of_jobs: float = 50.0
) -> Figures:
    """Half the long axis of the ellipse that holds `covered` percent of the centre's commuters, km.

    The centre is the areas with most jobs per km2 that together hold at least `share_of_jobs`
    percent of the jobs in the city (ours; the reports of China take the central urban area of the
    master plan). Its commuters live or work there; what the ellipse holds is their other end, taken
    to be spread evenly over its area. It has the shape of their standard deviational ellipse.

    Source: monitoring of commuting in major Chinese cities, 2020 (the ellipse of 90 % of the
    commuters of the central urban area; the radius is that of its long axis); STANDARDS.md I11.
    """
    journeys = journeys_of(tables)
    if journeys is None:
        return _no_table(tables)
    jobs = journeys.by_work(journeys.workers)[:-1]
    centre = centre_of_jobs(jobs, tables.land_m2[:-1], share_of_jobs / PERCENT)
    ends = far_ends(journeys, centre)
    ellipse = least_ellipse(tables.city.areas.geometry, ends, covered / PERCENT)
    names = [str(tables.city.areas.name[row]) for row in np.flatnonzero(centre)]
    note = _centre_note(journeys, names, float(jobs[centre].sum() / max(jobs.sum(), 1e-9)))
    return of_city(
        journeys, np.nan if ellipse is None else ellipse.long_km, note=note,
        detail=journeys.told(tables, centre=_ids(tables, centre),
                             commuters_of_the_centre=float(ends.sum()), **_shape(ellipse)),
    )  # fmt: skip


def _centre_note(journeys: Journeys, names: list[str], share: float) -> Notes:
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    shown_zh = "、".join(names[:5]) + (f"等 {len(names)} 个片区" if len(names) > 5 else "")
    return journeys.note(
        f"The centre is where jobs are densest: {shown}, with {PERCENT * share:.0f} % of the jobs.",
        f"中心为岗位密度最高的片区：{shown_zh}，占全市岗位的 {PERCENT * share:.0f}%。",
    )


def _ids(tables: Tables, chosen: NDArray[np.bool_]) -> list[str]:
    return [str(each) for each in tables.city.areas.id[chosen]]


def _shape(ellipse: Ellipse | None) -> dict[str, Any]:
    return {} if ellipse is None else {"ellipse": ellipse.plain()}


def _with_city(values: Floats) -> Floats:
    return np.append(values, values.sum())


def _no_table(tables: Tables) -> Figures:
    return Figures.no_data(tables.size, Reason.LAYER_MISSING, *NO_TABLE)


def _or_no_table(tables: Tables, given: Figures | None, why: Notes = NO_TABLE) -> Figures:
    """The figures of statistics, or why there are none."""
    if given is None or np.isnan(given.value).all():
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *why)
    return given
