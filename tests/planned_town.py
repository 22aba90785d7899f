"""The made-up town of the report with a made-up scenario: what a page of a scenario is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from fixtures_report import HOSTILE, Town, examined, town
from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.verdicts import Verdict
from urbanwork.planning.whatif.outcome import AreaLine, Band, Line
from urbanwork.quantities.crs import unproject
from urbanwork.reporting.html import build_basemap
from urbanwork.reporting.html.scales import distance_scale, value_scale
from urbanwork.reporting.scenario import CellMap, ScenarioInput, shown_changes, visible

SECRET = "Bunker under the hill"
KINDERGARTEN, SCHOOL, PARK = "life.kindergarten_300m", "life.primary_school_500m", "green.park_300m"
LIMITS = (0.0, 300.0, 500.0, 800.0, 1_000.0, 1_500.0, float("inf"))


def scenario_of(made: Town) -> Scenario:
    """Changes of every shape in the town."""

    def lonlat(shape: shapely.Geometry) -> shapely.Geometry:
        return unproject(shape, made.city.crs)

    return Scenario(
        "garden", f"Garden quarter {HOSTILE}",
        (
            Change("k1", "add_place", lonlat(shapely.Point(-300, 300)), category="kindergarten",
                   capacity=120, properties={"by": "Education Bureau", "note": "on the old depot"}),
            Change("h1", "add_housing", lonlat(shapely.box(200, -300, 420, -120)), people=640,
                   floor_m2=25_600, name=HOSTILE),
            Change("s1", "close_street", lonlat(shapely.LineString([(-600, 0), (600, 40)]))),
            Change("z1", "add_zone", lonlat(shapely.box(-900, -500, -700, -300)),
                   category="heritage", name=SECRET, properties={"visibility": "restricted"}),
            Change("r1", "remove_place", target="node/7", category="primary_school"),
        ), author="Planning Bureau", date="2026-02-01",
    )  # fmt: skip


def verdicts() -> tuple[Verdict, ...]:
    """A breach, an unknown and a pass that all may see, and a breach that few may."""

    def verdict(rule: str, change: str | None, status: str, visibility: str, why: str) -> Verdict:
        return Verdict(
            rule, change, status, "hard", "ecology", "GB 55014-2021, 2.1.3", 1234.0, "m2", None,
            (), visibility, Bilingual(why, "住房侵占绿线1,234平方米。"),
            Bilingual("Move it 40 m to the east.", "向东移动40米。"),
        )  # type: ignore[arg-type]  # fmt: skip

    return (
        verdict("cn.green_line", "h1", "breach", "public", "1,234 m² lie inside the green line."),
        verdict("cn.fire_exits", "k1", "unknown", "public", "No layer of hazardous sites."),
        verdict("cn.farmland", None, "pass", "public", "No farmland is lost."),
        verdict("cn.of_secret_zone", "z1", "pass", "public", "Nothing is in the zone."),
        verdict("cn.bunker", "h1", "breach", "restricted", f"Overlaps {SECRET}."),
    )


def scenario_page(*, visibility: str = "public", hostile: bool = False) -> ScenarioInput:
    """The input of the page."""
    made = town(hostile=hostile)
    catalogue = examined(made).catalogue
    keys = [KINDERGARTEN, SCHOOL, PARK, "form.floor_area_ratio"]
    keys = [key for key in keys if key in catalogue.indicators]
    lines = tuple(_line(catalogue.indicators[key], made, n) for n, key in enumerate(keys))
    cells = made.city.cells
    areas = made.city.areas
    return ScenarioInput(
        Bilingual("Testhaven", "试港"), "2026-03-01", scenario_of(made).name, "Planning Bureau",
        "2026-02-01", ("Ring road",), tuple(shown_changes([scenario_of(made)], visibility)), lines,
        21_400.0, 22_040.0, True,
        {str(k): Bilingual(str(en or n), str(zh or n)) for k, n, zh, en in
         zip(areas.id, areas.name, areas.name_zh, areas.name_en, strict=True)},
        visible(verdicts(), [scenario_of(made)], visibility), build_basemap(made.city),
        {line.indicator.id: _map(line, len(cells.id), n) for n, line in enumerate(lines)},
        (cells.people, cells.people * 1.03), visibility,
    )  # type: ignore[arg-type]  # fmt: skip


def without_map() -> ScenarioInput:
    """A scenario that changes no cell and no indicator."""
    return replace(scenario_page(), lines=(), maps={}, basemap=b"", verdicts=(), bases=())


def _line(indicator, made: Town, number: int) -> Line:
    rng = np.random.default_rng(number)
    areas = tuple(
        AreaLine(str(area), 40.0 + n, 47.5 + 2 * n, "poor", "fair",
                 float(rng.integers(0, 900)), float(rng.integers(0, 400)) * (n % 3 == 0))
        for n, area in enumerate(made.city.areas.id)
    )  # fmt: skip
    gain, lose = (sum(getattr(a, k) for a in areas) for k in ("people_gain", "people_lose"))
    city = AreaLine("city", 61.2, 68.95, "fair", "good", gain, lose)
    people = rng.integers(500, 6000, (6, 2)).astype(float)
    bands = tuple(
        Band(low, high, float(a), float(b))
        for low, high, (a, b) in zip(LIMITS[:-1], LIMITS[1:], people, strict=True)
    )
    return Line(indicator, city, areas, bands if number < 2 else ())


def _map(line: Line, count: int, number: int) -> CellMap:
    rng = np.random.default_rng(number + 10)
    is_distance = bool(line.bands)
    values = rng.uniform(0, 2000 if is_distance else 100, count)
    scale = distance_scale(300.0) if is_distance else value_scale(line.indicator, None, values)
    before = scale.class_of(values).astype(np.int8)
    moved = rng.choice([-1, 0, 0, 1], count)
    after = np.clip(before - moved, 0, len(scale.breaks)).astype(np.int8)
    before[:3], after[:3] = (-1, -2, -3), (-1, -2, -3)
    of_people = line.indicator.support == "people"
    unit = "m" if is_distance else line.indicator.unit
    return CellMap(scale, unit, is_distance, of_people, before, after, moved.astype(np.int8))
