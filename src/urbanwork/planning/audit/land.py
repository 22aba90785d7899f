"""Intensive: how much land the plan takes for people and output, and where new land lies."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import shapely

from urbanwork.errors import UserError
from urbanwork.planning.audit.checklist import Check, Found, met, not_met, unknown
from urbanwork.planning.audit.plan import Plan
from urbanwork.planning.audit.shapes import Geometries, map_of
from urbanwork.quantities.crs import LONLAT, project, reproject
from urbanwork.sources.polygon_files import read_features

M2 = 1e6
Ends = tuple[int, int]


def land_per_person(plan: Plan, check: Check) -> Found:
    """Built-up land a person at the target year, against the base year and the limit."""
    ends = _ends(plan, "built_up_land", "population")
    if ends is None:
        return _no_paths(plan, "built_up_land", "residents", "常住人口")
    first, last = _each(plan, "population", ends, M2)
    limit = check.parameters["at_most_m2"]
    en = (
        f"{first:.0f} m² a person in {ends[0]}, {last:.0f} m² in {ends[1]}; the limit is "
        f"{limit} m²."
    )
    zh = f"{ends[0]}年人均{first:.0f}平方米，{ends[1]}年{last:.0f}平方米；上限{limit}平方米。"
    is_met = last <= limit and last <= first * (1 + 1e-9)
    return (met if is_met else not_met)(en, zh, plan.where("built_up_land"))


def land_per_output(plan: Plan) -> Found:
    """Built-up land per output, which is to fall."""
    ends = _ends(plan, "built_up_land", "output")
    if ends is None:
        return _no_paths(plan, "output", "output", "产出")
    first, last = _each(plan, "output", ends, 1.0)
    change = 100 * (last / first - 1)
    unit = next((str(row["unit"]) for row in plan.listed("output") if row.get("unit")), "")
    en = f"Land per output changes by {change:+.1f} % from {ends[0]} to {ends[1]}"
    zh = f"{ends[0]}年至{ends[1]}年单位产出用地变化{change:+.1f}%"
    told = (f" ({unit})", f"（{unit}）") if unit else ("", "")
    is_met = last < first
    return (met if is_met else not_met)(f"{en}{told[0]}.", f"{zh}{told[1]}。", plan.where("output"))


def land_and_people(plan: Plan, check: Check) -> Found:
    """Land consumption rate over population growth rate, SDG 11.3.1 of 2021."""
    ends = _ends(plan, "built_up_land", "population")
    if ends is None:
        return _no_paths(plan, "built_up_land", "residents", "常住人口")
    land, people = plan.path("built_up_land"), plan.path("population")
    years = ends[1] - ends[0]
    rate = (land[ends[1]] - land[ends[0]]) / land[ends[0]] / years
    growth = math.log(people[ends[1]] / people[ends[0]]) / years
    told = f"{100 * rate:+.2f} %", f"{100 * growth:+.2f} %"
    place = plan.where("built_up_land")
    if growth < check.parameters["no_growth"]:
        en = f"Land changes by {told[0]} a year while people do not grow ({told[1]})."
        zh = f"用地年均变化{told[0]}，而人口没有增长（{told[1]}）。"
        return (met if rate <= 0 else not_met)(en, zh, place)
    ratio = rate / growth
    en = f"Land changes by {told[0]} a year, people by {told[1]}: a ratio of {ratio:.2f}."
    zh = f"用地年均变化{told[0]}，人口{told[1]}，比值{ratio:.2f}。"
    return (met if ratio <= check.parameters["at_most"] else not_met)(en, zh, place)


def infill(plan: Plan, check: Check) -> Found:
    """Share of new built-up land whose surroundings are built up for the most part."""
    said = plan.table("built_up")
    place = plan.where("built_up")
    if not said:
        return unknown(
            "The plan has no built-up land as polygons for base and target year.",
            "规划未提供基期与目标年的建成区用地图形。",
            place,
            need=(
                "Give 'built_up' with the polygons of built-up land before and after.",
                "在 built_up 中给出规划前后的建成区用地图形。",
            ),
        )
    try:
        before, after = _two(plan, said)
    except UserError as error:
        told = str(error).replace(f"{plan.folder}/", "").splitlines()[0]
        return unknown(
            f"Built-up land cannot be read: {told}", f"建成区用地无法读取：{told}", place
        )
    rules = check.parameters
    shares = shares_of_new(before, after, rules["buffer_m"], rules["infill_above"])
    if shares is None:
        return met("No land is newly built up.", "没有新增建成区用地。", place)
    new, inside, edge = shares
    least = rules["least_percent"]
    en = (
        f"Of {new / 1e4:,.2f} ha of new built-up land {inside:.0f} % fill in, {edge:.0f} % expand "
        f"the edge, {100 - inside - edge:.0f} % lie apart; at least {least} % shall fill in."
    )
    zh = (
        f"新增建成区用地{new / 1e4:,.2f}公顷，其中填充式{inside:.0f}%，边缘式{edge:.0f}%，"
        f"飞地式{100 - inside - edge:.0f}%；填充式应不少于{least}%。"
    )
    return (met if inside >= least else not_met)(en, zh, place)


def shares_of_new(
    before: Geometries, after: Geometries, buffer_m: float, above: float
) -> tuple[float, float, float] | None:
    """New land in m2 and the percent that fills in and expands the edge; None without new land.

    A patch is new land in one piece; its index is the percent of a buffer around it that was built
    up before: infill above `above`, edge above 0, else apart. Other new land is left out of the
    buffer, as `measures.expansion` counts it as not built up before.

    Source: Liu and others 2010, landscape expansion index.

    >>> old = np.array([shapely.box(0, 0, 100, 100)], object)
    >>> new = np.array([shapely.box(0, 0, 100, 100), shapely.box(300, 0, 400, 100)], object)
    >>> shares_of_new(old, new, 30, 50)
    (10000.0, 0.0, 0.0)
    """
    old = shapely.union_all(shapely.make_valid(before))
    fresh = shapely.difference(shapely.union_all(shapely.make_valid(after)), old)
    patches = shapely.get_parts(shapely.buffer(fresh, 0))
    areas = shapely.area(patches)
    patches, areas = patches[areas >= 1.0], areas[areas >= 1.0]
    if len(patches) == 0:
        return None
    rings = shapely.difference(shapely.buffer(patches, buffer_m), patches)
    index = 100 * shapely.area(shapely.intersection(rings, old)) / shapely.area(rings)
    total = float(areas.sum())
    inside = 100 * float(areas[index > above].sum()) / total
    edge = 100 * float(areas[(index > 1e-6) & (index <= above)].sum()) / total
    return total, inside, edge


def _two(plan: Plan, said: Mapping[str, str]) -> tuple[Geometries, Geometries]:
    """Both layers on the map of the later one."""
    lonlat = []
    for key in ("before", "after"):
        features = read_features(plan.folder / said[key], None)
        system = said.get("crs") or features.crs
        if system is None:
            raise UserError(f"{said[key]} states no coordinate system; give 'crs' beside it")
        drawn = features.geometry[~shapely.is_missing(features.geometry)]
        lonlat.append(reproject(drawn, system, LONLAT))
    if len(lonlat[1]) == 0:
        raise UserError(f"{said['after']} has no polygon")
    map_ = map_of(lonlat[1])
    before, after = (np.asarray(project(each, map_), np.object_) for each in lonlat)
    return before, after


def _ends(plan: Plan, one: str, other: str) -> Ends | None:
    """First and last year of both paths: those of the horizon where they are given."""
    common = sorted(set(plan.path(one)) & set(plan.path(other)))
    said = plan.table("horizon")
    wanted = [said["base_year"], said["target_year"]] if said else common
    kept = [year for year in common if year in (wanted[:1] + wanted[-1:])]
    return (kept[0], kept[-1]) if len(kept) >= 2 else None


def _each(plan: Plan, per: str, ends: Ends, scale: float) -> tuple[float, float]:
    land, other = plan.path("built_up_land"), plan.path(per)
    first, last = (scale * land[year] / other[year] for year in ends)
    return first, last


def _no_paths(plan: Plan, key: str, en: str, zh: str) -> Found:
    return unknown(
        f"The plan does not give both built-up land and {en} for the same two years.",
        f"规划未同时给出相同两个年份的建成区用地与{zh}。",
        plan.where(key),
        need=(
            f"Give built-up land and {en} for base year and target year.",
            f"给出基期年与目标年的建成区用地与{zh}。",
        ),
    )
