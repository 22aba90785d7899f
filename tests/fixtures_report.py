"""A plausible made-up town for the report: a river, a sea, 12 areas, 45 indicators, all states.

`town()` gives the prepared city and `examined(town)` what a report is made from. Distances are
exact on the street network (scipy), so a drawn path can be held against the embedded distance.
"""

# ruff: noqa: E501  (tables of a town read better as lines than as columns of words)
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Parameter, Standard
from urbanwork.city.areas import h3_cells, h3_polygons
from urbanwork.city.model import (
    Areas,
    BuildingModel,
    Cells,
    LandModel,
    Network,
    PlaceModel,
    PreparedCity,
)
from urbanwork.city.network import edge_lines
from urbanwork.examination.tables import AREAS, CELLS, INDICATORS, PROBLEMS
from urbanwork.kernels.graph import Snaps, build_graph
from urbanwork.quantities.crs import project, to_lonlat, unproject
from urbanwork.quantities.measured import STATES, State
from urbanwork.reporting.html import ReportInput, build_basemap

CRS = "+proj=laea +lat_0=38.9 +lon_0=121.6 +datum=WGS84 +units=m +no_defs"
HALF = 1150.0
HOSTILE = "</script><script>alert(1)</script>=HYPERLINK('x')<img src=x onerror=alert(2)>"
CODE = {state: code for code, state in enumerate(STATES)}

NAMES = (
    ("Harbour", "港湾"), ("Old Town", "老城"), ("Bridge End", "桥头"), ("Hillside", "山坡"),
    ("Station", "车站"), ("Mill Lane", "磨坊巷"), ("East Market", "东市场"), ("Orchard", "果园"),
    ("North Gate and the Upper Meadows", "北门与上草甸"), ("Saltworks", "盐场"),
    ("University", "大学城"), ("Far Fields", "远田"),
)  # fmt: skip

CATEGORIES = {
    "kindergarten": 0, "primary_school": 7, "middle_school": 4, "health_centre": 3,
    "health_station": 6, "market": 5, "supermarket": 12, "culture_centre": 2, "sports": 5,
    "elderly_care": 1, "toilet": 6, "bus_stop": 34, "rail_station": 1, "park": 7, "hospital": 1,
    "police": 2, "fire_station": 1, "shelter": 3, "post": 3, "library": 2,
}  # fmt: skip

REACH = (
    ("life", "kindergarten", 300, "Kindergarten", "幼儿园", "B"),
    ("life", "primary_school", 500, "Primary school", "小学", "B"),
    ("life", "middle_school", 1000, "Middle school", "中学", "B"),
    ("life", "health_centre", 1000, "Health centre", "社区卫生服务中心", "C"),
    ("life", "health_station", 300, "Health station", "卫生站", "C"),
    ("life", "market", 500, "Food market", "菜市场", "C"),
    ("life", "supermarket", 500, "Supermarket", "超市", "B"),
    ("life", "culture_centre", 1000, "Culture centre", "文化活动中心", "C"),
    ("life", "sports", 500, "Sports ground", "运动场地", "C"),
    ("life", "elderly_care", 300, "Day care for the elderly", "日间照料", "C"),
    ("life", "toilet", 300, "Public toilet", "公共厕所", "A"),
    ("life", "post", 1000, "Post or parcel point", "邮政快递点", "C"),
    ("life", "library", 1000, "Library", "图书馆", "C"),
    ("transit", "bus_stop", 300, "Bus stop", "公交站", "C"),
    ("transit", "bus_stop", 500, "Bus stop", "公交站", "B"),
    ("transit", "rail_station", 800, "Rail station", "轨道站点", "B"),
    ("green", "park", 300, "Park", "公园", "A"),
    ("green", "park", 500, "Park", "公园", "A"),
    ("safety", "hospital", 2000, "Hospital", "医院", "C"),
    ("safety", "police", 1000, "Police station", "派出所", "C"),
    ("safety", "shelter", 500, "Emergency shelter", "应急避难场所", "C"),
)

NUMBERS = (
    ("life", "circle_5", "5-minute life circle, complete", "五分钟生活圈完整度", "%", "higher", 100),
    ("life", "circle_10", "10-minute life circle, complete", "十分钟生活圈完整度", "%", "higher", 0),
    ("life", "circle_15", "15-minute life circle, complete", "十五分钟生活圈完整度", "%", "higher", 0),
    ("transit", "headway", "Departures every 10 minutes within reach", "十分钟一班公交可达", "%", "higher", 0),
    ("transit", "detour", "Pedestrian detour", "步行绕行系数", "1", "lower", 1.4),
    ("transit", "sdg_11_2_1", "Convenient public transport (SDG 11.2.1)", "公共交通便利度（SDG 11.2.1）", "%", "higher", 0),
    ("green", "park_buffer", "Park service radius over residential land", "公园绿地服务半径覆盖率", "%", "higher", 80),
    ("green", "open_share", "Land in open space (SDG 11.7.1a)", "公共开放空间占比（SDG 11.7.1a）", "%", "higher", 15),
    ("green", "open_reach", "Open space within 400 m (SDG 11.7.1b)", "400米内开放空间（SDG 11.7.1b）", "%", "higher", 0),
    ("green", "park_per_person", "Park per person", "人均公园绿地", "m2/person", "higher", 8),
    ("green", "green_share", "Green land", "绿地率", "%", "higher", 0),
    ("safety", "fire_5min", "Fire engine within 5 minutes", "消防5分钟到场", "%", "higher", 100),
    ("form", "street_density", "Street density", "道路网密度", "km/km2", "higher", 8),
    ("form", "crossing_density", "Intersections", "交叉口密度", "1/km2", "higher", 100),
    ("form", "floor_area_ratio", "Floor-area ratio", "容积率", "1", "neither", 0),
    ("form", "building_density", "Building density", "建筑密度", "%", "neither", 0),
    ("form", "mix", "Land-use mix", "土地混合度", "1", "neither", 0),
    ("form", "people_density", "People per km²", "人口密度", "people/km2", "band", 15000),
    ("form", "block_size", "Block size", "街坊规模", "ha", "lower", 4),
    ("form", "residential_share", "Residential land", "居住用地占比", "%", "neither", 0),
    ("data", "levels", "Buildings with storeys mapped", "建筑层数完整度", "%", "higher", 0),
    ("data", "names", "Streets with names", "道路名称完整度", "%", "higher", 0),
    ("data", "edge", "People near the edge of the data", "数据边缘人口占比", "%", "lower", 0),
    ("data", "register", "Places confirmed by a register", "设施台账吻合率", "%", "higher", 0),
)  # fmt: skip

DIMENSIONS = {
    "life": Bilingual("Daily life", "生活服务"), "transit": Bilingual("Getting about", "交通出行"),
    "green": Bilingual("Green and open space", "绿地与开放空间"),
    "safety": Bilingual("Safety", "安全"), "form": Bilingual("Urban form", "城市形态"),
    "data": Bilingual("The data itself", "数据本身"),
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """The city and the shortest distances between all nodes, in centimetres."""

    city: PreparedCity
    between: np.ndarray


def town(seed: int = 7, *, hostile: bool = False) -> Town:
    """The made-up town; `hostile` gives streets, areas and places names that attack a page."""
    rng = np.random.default_rng(seed)
    network = _streets(rng, hostile=hostile)
    boundary = shapely.Polygon(_blob(rng))
    areas = _areas(rng, boundary, hostile=hostile)
    cells = _cells(rng, boundary, areas, network)
    places = _places(rng, network, hostile=hostile)
    river = shapely.LineString([(-300, 1500), (-180, 500), (-320, -100), (-150, -1500)]).buffer(55)
    coast = shapely.LineString([(-1600, -940), (-300, -1060), (500, -960), (1600, -1010)])
    city = PreparedCity(
        name="Testhaven", name_zh="试港", as_of="2026-03-01", jurisdiction="CN", crs=CRS,
        boundary=boundary, boundary_origin="extent", extent=shapely.box(-1500, -1500, 1500, 1500),
        is_sample=True, people_origin="estimate",
        people_note_en="People are estimated from residential floor area at 40 m² a person "
        "(28 to 60 m²), not counted.",
        people_note_zh="人口按居住建筑面积估算（人均40平方米，区间28至60平方米），并非统计。",
        areas=areas, cells=cells, walk=network, drive=network, places=places,
        buildings=_buildings(rng), land=_green(), street_m=np.zeros(len(cells.id)),
        crossings=np.zeros(len(cells.id)), street_area_m2=np.zeros(len(cells.id)),
        water=np.array([river], np.object_), coastline=np.array([coast], np.object_),
        completeness={}, key=f"town-{seed}-{hostile}",
    )  # fmt: skip
    return Town(city, _between(network))


def _blob(rng: np.random.Generator) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    radius = HALF * (0.93 + 0.06 * np.sin(3 * angle) + rng.normal(0, 0.015, 48))
    return np.column_stack([radius * np.cos(angle), 0.88 * radius * np.sin(angle)])


def _streets(rng: np.random.Generator, *, hostile: bool) -> Network:
    lines = np.arange(-1260.0, 1261.0, 84.0)
    count = len(lines)
    x, y = (grid.ravel() + rng.normal(0, 9, count * count) for grid in np.meshgrid(lines, lines))
    node = np.arange(count * count).reshape(count, count)
    along = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], 1)
    across = np.stack([node[:-1].ravel(), node[1:].ravel()], 1)
    ends = np.concatenate([along, across])
    line = np.concatenate(
        [np.repeat(np.arange(count), count - 1), np.tile(np.arange(count), count - 1)]
    )
    is_row = np.arange(len(ends)) < len(along)
    is_main = line % 7 == 3
    in_sea = (y[ends] < -930).any(1)
    river_x = np.interp(y[ends].mean(1), [-1500, -100, 500, 1500], [-150, -320, -180, -300])
    crosses = (x[ends][:, 0] - river_x) * (x[ends][:, 1] - river_x) < 0
    kept = ~in_sea & ~(crosses & ~is_main) & (is_main | (rng.random(len(ends)) < 0.84))
    ends, line, is_row, is_main = ends[kept], line[kept], is_row[kept], is_main[kept]
    middle = (np.stack([x, y], 1)[ends]).mean(1) + rng.normal(0, 4, (len(ends), 2))
    vertices = np.stack(
        [np.stack([x, y], 1)[ends[:, 0]], middle, np.stack([x, y], 1)[ends[:, 1]]], 1
    )
    length = np.hypot(*np.diff(vertices, axis=1).transpose(2, 0, 1)).sum(1)
    graph = build_graph(
        count * count, ends[:, 0], ends[:, 1], np.rint(length * 100).astype(np.int32)
    )
    names = [
        (f"{HOSTILE} {n}" if hostile else f"{'Long' if row else 'Cross'} Street {n}")
        for n, row in zip(line, is_row, strict=True)
    ]
    kind = np.where(is_main, "primary", np.where(line % 5 == 0, "footway", "residential"))
    return Network(
        graph=graph, x=x, y=y, start=np.arange(len(ends) + 1) * 3,
        vertex_x=vertices[:, :, 0].ravel(), vertex_y=vertices[:, :, 1].ravel(),
        way=np.arange(len(ends)), length_m=length, street_class=kind.astype(np.object_),
        street_name=np.array([n if k != "footway" else None for n, k in zip(names, kind, strict=True)], np.object_),
        exits=Snaps(*(np.zeros(0, np.int32) for _ in range(4))),
    )  # fmt: skip


def _snap(network: Network, x: np.ndarray, y: np.ndarray) -> Snaps:
    """The nearest edge of each point; a plain copy of the rule, as a referee."""
    lines = edge_lines(network.start, network.vertex_x, network.vertex_y)
    edge = shapely.STRtree(lines).nearest(shapely.points(x, y)).astype(np.int32)
    along = shapely.line_locate_point(lines[edge], shapely.points(x, y), normalized=True)
    weight = network.graph.edge_weight[edge]
    start = np.rint(along * weight).astype(np.int32)
    off = np.rint(100 * shapely.distance(lines[edge], shapely.points(x, y))).astype(np.int32)
    return Snaps(edge, start, (weight - start).astype(np.int32), off)


def _between(network: Network) -> np.ndarray:
    graph, count = network.graph, len(network.x)
    weights = (graph.edge_weight, (graph.edge_from, graph.edge_to))
    return dijkstra(coo_array(weights, shape=(count, count)).tocsr(), directed=False)


def _areas(rng: np.random.Generator, boundary: shapely.Polygon, *, hostile: bool) -> Areas:
    seeds = rng.uniform(-900, 900, (len(NAMES), 2))
    for _ in range(6):
        parts = _voronoi(seeds, boundary)
        seeds = shapely.get_coordinates(shapely.centroid(parts))
    english = [HOSTILE if hostile and row == 2 else name for row, (name, _) in enumerate(NAMES)]
    return Areas(
        id=np.array([f"area-{n:02d}" for n in range(len(NAMES))], np.object_),
        name=np.array(english, np.object_),
        name_zh=np.array([name for _, name in NAMES], np.object_),
        name_en=np.array(english, np.object_), geometry=parts, origin="administrative",
    )  # fmt: skip


def _voronoi(seeds: np.ndarray, boundary: shapely.Polygon) -> np.ndarray:
    points = shapely.points(seeds)
    faces = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=boundary)
    )
    owner = shapely.STRtree(faces).query(points, "within")[1]
    return np.asarray(shapely.intersection(faces[owner], boundary), np.object_)


def _cells(rng: np.random.Generator, boundary: Any, areas: Areas, network: Network) -> Cells:
    ids = h3_cells(unproject(boundary, CRS), 10)
    shapes = shapely.intersection(project(h3_polygons(ids), CRS), boundary)
    kept = shapely.area(shapes) > 30
    ids, shapes = ids[kept], shapes[kept]
    centre = shapely.get_coordinates(shapely.point_on_surface(shapes))
    area = np.argmin(shapely.distance(areas.geometry[None, :], shapely.points(centre)[:, None]), 1)
    people = np.rint(260 * np.exp(-np.hypot(*centre.T) / 900) * rng.gamma(2.2, 0.45, len(ids)))
    people[(rng.random(len(ids)) < 0.06) | (centre[:, 1] < -960)] = 0
    snaps = _snap(network, centre[:, 0], centre[:, 1])
    land = shapely.area(shapes)
    return Cells(
        ids, np.asarray(shapes, np.object_), area.astype(np.int32), land, people, people * 0.67,
        people * 1.43, centre[:, 0], centre[:, 1], snaps, snaps, 1500 - np.abs(centre).max(1),
    )  # fmt: skip


def _places(rng: np.random.Generator, network: Network, *, hostile: bool) -> PlaceModel:
    category = np.repeat(list(CATEGORIES), list(CATEGORIES.values()))
    count = len(category)
    x, y = rng.uniform(-1050, 1050, count), rng.uniform(-880, 1000, count)
    shapes = np.full(count, None, np.object_)
    parks = np.flatnonzero(category == "park")
    for row, (px, py) in zip(parks, np.stack([x, y], 1)[parks], strict=True):
        shapes[row] = shapely.Point(px, py).buffer(float(rng.uniform(50, 150)), quad_segs=3)
    title = {key: (en, zh) for _, key, _, en, zh, _ in REACH}
    name = [f"{title.get(c, (c, c))[0]} no. {n}" for n, c in enumerate(category)]
    name_zh = [f"{title.get(c, (c, c))[1]}{n}号" for n, c in enumerate(category)]
    if hostile:
        name = [f"{HOSTILE} {n}" for n in range(count)]
    gates = [(row, *xy) for row in parks for xy in shapely.get_coordinates(shapes[row])[:-1:2]]
    gates += [(row, x[row], y[row]) for row in range(count) if shapes[row] is None]
    place, gate_x, gate_y = np.array(gates).T
    snaps = _snap(network, gate_x, gate_y)
    return PlaceModel(
        id=np.array([f"node/{1000 + n}" for n in range(count)], np.object_),
        category=category.astype(np.object_), name=np.array(name, np.object_),
        name_zh=np.array(name_zh, np.object_), name_en=np.array(name, np.object_), x=x, y=y,
        geometry=shapes, area_m2=shapely.area(shapes), capacity=np.full(count, np.nan),
        source=np.full(count, "osm", np.object_), headway_min=np.full(count, np.nan),
        entrance_place=place.astype(np.int32), entrance_x=gate_x, entrance_y=gate_y,
        walk=snaps, drive=snaps,
    )  # fmt: skip


def _buildings(rng: np.random.Generator) -> BuildingModel:
    x, y, turn = (
        rng.uniform(-1100, 1100, 1500),
        rng.uniform(-900, 1050, 1500),
        rng.uniform(0, 3, 1500),
    )
    shapes = [
        shapely.affinity.rotate(shapely.box(a - 9, b - 6, a + 9, b + 6), t, use_radians=True)
        for a, b, t in zip(x, y, turn, strict=True)
    ]
    flat = np.full(len(x), 216.0)
    return BuildingModel(
        np.array(shapes, np.object_), np.zeros(len(x), np.int32), flat, flat * 3,
        np.ones(len(x), bool), np.full(len(x), "residential", np.object_),
    )  # fmt: skip


def _green() -> LandModel:
    parks = [shapely.Point(500, 420).buffer(170), shapely.box(-900, -500, -620, -250)]
    return LandModel(
        np.array(parks, np.object_), np.array(["green", "green"], np.object_),
        np.array([True, True]), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0),
    )  # fmt: skip


def examined(made: Town, seed: int = 3) -> ReportInput:
    """What a report is made from: an examination of the town."""
    rng = np.random.default_rng(seed)
    indicators = {i.id: i for i in [*map(_reach, REACH), *map(_number, NUMBERS)]}
    standards = {s.key: s for i in indicators.values() if (s := _standard(i)) is not None}
    cells = _cell_columns(made, indicators, rng)
    rows = _indicator_rows(made.city, indicators, standards, cells)
    return ReportInput(
        indicators=pa.Table.from_pylist(rows, schema=INDICATORS),
        problems=pa.Table.from_pylist(_problems(made.city, indicators, standards, rows, cells), schema=PROBLEMS),
        areas=_area_table(made.city, rows), cells=_cell_table(made.city, cells),
        manifest=_manifest(made.city),
        catalogue=Catalogue(indicators, tuple(standards.values()), DIMENSIONS, "0123456789ab"),
        standards=standards, basemap=build_basemap(made.city),
    )  # fmt: skip


def _reach(row: tuple[Any, ...]) -> Indicator:
    dimension, category, metres, en, zh, _ = row
    return Indicator(
        id=f"{dimension}.{category}_{metres}m", version="1",
        title=Bilingual(f"{en} within {metres} m", f"{zh}{metres}米可达"),
        question=Bilingual(
            f"What share of people can walk to a {en.lower()} within {metres} m?",
            f"多少人步行{metres}米内可到{zh}？",
        ),
        serves=("B-L",), dimension=dimension, measure="share_within_walk",
        inputs=(f"place:{category}",),
        parameters={
            "category": Parameter(category, "name", "the place in question"),
            "distance_m": Parameter(float(metres), "m", "radius of the standard"),
        },
        quantity="share of people", unit="%", better="higher", support="people",
        formula=Bilingual(
            f"people whose walk to the nearest {en.lower()} is at most {metres} m ÷ all people",
            f"步行{metres}米内可到{zh}的人口 ÷ 全部人口",
        ),
        smallest_people=50, missing="bounds", standard=f"{category}_{metres}",
        sources=("osm", "population"),
        limits=Bilingual(
            "Says nothing of quality, price or free seats; a path counts even if it is steep.",
            "不反映质量、价格与余量；陡坡亦计为通路。",
        ),
        mend=Bilingual(f"Open a {en.lower()} or a path where the cells are dark.", f"在深色单元增设{zh}或步行通道。"),
    )  # fmt: skip


def _number(row: tuple[Any, ...]) -> Indicator:
    dimension, key, en, zh, unit, better, threshold = row
    return Indicator(
        id=f"{dimension}.{key}", version="1", title=Bilingual(en, zh),
        question=Bilingual(f"How does the city fare: {en.lower()}?", f"全市情况如何：{zh}？"),
        serves=("C2",), dimension=dimension, measure="share", inputs=("layer:streets",),
        parameters={}, quantity=key, unit=unit, better=better,
        support="people" if unit == "%" else "land",
        formula=Bilingual("sum over cells ÷ sum over cells", "各单元之和 ÷ 各单元之和"),
        smallest_people=50, missing="bounds", standard=key if threshold else None,
        sources=("osm",), limits=Bilingual("Rests on what is mapped.", "取决于数据完整度。"),
        mend=Bilingual("Plan with the neighbours.", "与居民共同规划。"),
    )  # fmt: skip


def _standard(indicator: Indicator) -> Standard | None:
    if indicator.standard is None:
        return None
    numbers = {f"{d}.{k}": (u, b, t) for d, k, _, _, u, b, t in NUMBERS}
    unit, better, value = numbers.get(indicator.id, ("%", "higher", 90.0))
    confidence = next((c for d, k, m, _, _, c in REACH if indicator.id == f"{d}.{k}_{m}m"), "A")
    operator = {"higher": ">=", "lower": "<=", "band": "between"}[better]
    return Standard(
        id=f"cn.gb.{indicator.standard}", key=indicator.standard, set="cn", jurisdiction="CN",
        document=Bilingual("GB 50180", "GB 50180"), edition="2018", clause="4.0.4",
        valid_from="2018-12-01", valid_to=None,
        strength="mandatory" if confidence == "A" else "advisory", operator=operator,
        value=float(value), upper=25000.0 if better == "band" else None,
        fair=0.75 * value if better == "higher" else None, fair_why="ours: three quarters of the way",
        unit=unit, confidence=confidence, source="https://example.org/gb50180", note=Bilingual("", ""),
    )  # fmt: skip


Columns = dict[str, dict[str, np.ndarray]]


def _cell_columns(
    made: Town, indicators: dict[str, Indicator], rng: np.random.Generator
) -> Columns:
    city, columns = made.city, {}
    people, dark = city.cells.people, np.full(len(city.cells.id), np.nan)
    for name, indicator in indicators.items():
        if "distance_m" in indicator.parameters:
            columns[name] = _reached(made, indicator)
            continue
        wave = np.sin(city.cells.x / 500 + len(name)) + np.cos(city.cells.y / 400 + len(name))
        top = {
            "%": 100.0,
            "km/km2": 18.0,
            "1/km2": 240.0,
            "people/km2": 26000.0,
            "ha": 9.0,
            "m2/person": 24.0,
        }
        share = np.clip(0.55 + 0.22 * wave + rng.normal(0, 0.08, len(people)), 0, 1)
        value = share * top.get(indicator.unit, 2.0)
        state = np.full(len(people), CODE[State.MEASURED], np.int8)
        if name == "data.register":
            value, state = dark.copy(), np.zeros(len(people), np.int8)
        columns[name] = {"value": value, "state": state, "distance": None}
    return columns


def _reached(made: Town, indicator: Indicator) -> dict[str, np.ndarray]:
    city, category = made.city, str(indicator.parameters["category"].value)
    metres = float(indicator.parameters["distance_m"].value)
    distance = nearest_distance(made, category)
    state = np.where(distance <= metres, CODE[State.REACHED], CODE[State.NOT_REACHED]).astype(
        np.int8
    )
    hidden = (distance > metres) & (city.cells.edge_of_data_m < min(metres, 480.0))
    state[hidden] = CODE[State.UNKNOWN]
    state[city.cells.people == 0] = CODE[State.EMPTY]
    if CATEGORIES[category] in (0, 1) and category in ("kindergarten", "elderly_care"):
        state[:] = CODE[State.NO_DATA]
        distance = np.full(len(state), np.nan)
    value = np.where(
        state == CODE[State.REACHED], 100.0, np.where(state == CODE[State.NOT_REACHED], 0.0, np.nan)
    )
    return {"value": value, "state": state, "distance": distance}


def nearest_distance(made: Town, category: str) -> np.ndarray:
    """Metres on the network from every cell to the nearest entrance of the category; inf if none."""
    city, graph = made.city, made.city.walk.graph
    chosen = np.flatnonzero(city.places.category[city.places.entrance_place] == category)
    best = np.full(len(city.cells.id), np.inf)
    here, a = city.cells.walk, graph.edge_from
    for gate in chosen:
        there = city.places.walk
        edge = there.edge[gate]
        for my_end, my_cost in (
            (a[here.edge], here.to_start),
            (graph.edge_to[here.edge], here.to_end),
        ):
            for its_end, its_cost in (
                (a[edge], there.to_start[gate]),
                (graph.edge_to[edge], there.to_end[gate]),
            ):
                way = made.between[my_end, its_end] + my_cost + its_cost
                best = np.minimum(best, way + here.off + there.off[gate])
        same = np.abs(here.to_start - there.to_start[gate]) + here.off + there.off[gate]
        best = np.where(here.edge == edge, np.minimum(best, same), best)
    return best / 100.0


def _indicator_rows(
    city: PreparedCity, indicators: Any, standards: Any, columns: Columns
) -> list[dict[str, Any]]:
    groups = {"city": np.ones(len(city.cells.id), bool)}
    groups |= {str(name): city.cells.area == row for row, name in enumerate(city.areas.id)}
    return [
        _row(city, indicator, standards.get(indicator.standard), columns[name], area, inside)
        for name, indicator in indicators.items() for area, inside in groups.items()
    ]  # fmt: skip


def _row(
    city: PreparedCity,
    indicator: Indicator,
    standard: Standard | None,
    column: Any,
    area: str,
    inside: Any,
) -> dict[str, Any]:
    weight = city.cells.people if indicator.support == "people" else city.cells.land_m2
    value, state = column["value"], column["state"]
    seen = inside & np.isfinite(value) & (state != CODE[State.EMPTY])
    hidden = float(weight[inside & (state == CODE[State.UNKNOWN])].sum())
    known = float(weight[seen].sum())
    row = {
        "indicator": indicator.id, "version": "1", "area": area, "unit": indicator.unit,
        "support": indicator.support, "is_estimate": indicator.support == "people",
        "standard": standard.id if standard else None, "threshold": standard.value if standard else None,
        "numerator": 0.0, "denominator": known, "coverage": 0.0, "grade": "no_data", "is_provisional": False,
    }  # fmt: skip
    if known == 0:
        fault = "implausibly_few" if "elderly" in indicator.id else "none_mapped"
        note = (
            "Not one is mapped; 41,000 people live inside the boundary.",
            "数据中未见一处；边界内约有 4.1 万人。",
        )
        return row | {"reason": fault, "note_en": note[0], "note_zh": note[1]}
    mean = float((weight * np.nan_to_num(value))[seen].sum() / known)
    lower, upper = mean * known / (known + hidden), (mean * known + 100 * hidden) / (known + hidden)
    low, high = (lower, upper) if indicator.unit == "%" else (mean * 0.96, mean * 1.05)
    grade = _grade(mean, standard)
    short = float(city.cells.people[inside & (state == CODE[State.NOT_REACHED])].sum())
    return row | {
        "value": mean, "lower": low, "upper": high, "coverage": known / (known + hidden), "reason": None,
        "numerator": mean * known / (100 if indicator.unit == "%" else 1), "grade": grade,
        "is_provisional": standard is not None and _grade(upper, standard) != grade,
        "people_short": short if column["distance"] is not None else None,
    }  # fmt: skip


def _grade(value: float, standard: Standard | None) -> str:
    if standard is None:
        return "no_standard"
    if standard.operator == "between":
        return "good" if standard.value <= value <= (standard.upper or 0) else "poor"
    if (value >= standard.value) if standard.operator == ">=" else (value <= standard.value):
        return "good"
    return "fair" if standard.fair is not None and value >= standard.fair else "poor"


def _problems(
    city: PreparedCity, indicators: Any, standards: Any, rows: Any, columns: Columns
) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        if row["grade"] not in ("fair", "poor") or row["area"] == "city":
            continue
        indicator = indicators[row["indicator"]]
        standard = standards[indicator.standard]
        inside = city.cells.area == int(row["area"][-2:])
        state, value = (columns[indicator.id][name] for name in ("state", "value"))
        below = value < standard.value if standard.operator == ">=" else value > standard.value
        short = inside & ((state == CODE[State.NOT_REACHED]) | ((state == 4) & below))
        cells = np.flatnonzero(short)[np.argsort(-city.cells.people[short], kind="stable")]
        people = float(city.cells.people[cells].sum()) if indicator.support == "people" else None
        found.append({
            "problem_id": f"{row['indicator']}@{row['area']}", "indicator": indicator.id,
            "area": row["area"], "people": people, "people_lower": people and people * 0.67,
            "people_upper": people and people * 1.43, "is_estimate": people is not None,
            "value": row["value"], "threshold": standard.value, "unit": row["unit"],
            "standard": standard.id, "strength": standard.strength, "confidence": standard.confidence,
            "cells": [int(n) for n in city.cells.id[cells]],
            "mend_en": indicator.mend.en, "mend_zh": indicator.mend.zh,
        })  # fmt: skip
    return sorted(found, key=lambda problem: (-(problem["people"] or 0), problem["problem_id"]))


def _area_table(city: PreparedCity, rows: Any) -> pa.Table:
    people = np.bincount(city.cells.area, city.cells.people, len(city.areas.id))
    land = np.bincount(city.cells.area, city.cells.land_m2, len(city.areas.id))
    shapes = shapely.to_wkb(unproject(city.areas.geometry, CRS))
    columns = (
        city.areas.id,
        city.areas.name,
        city.areas.name_zh,
        city.areas.name_en,
        people,
        people * 0.67,
        people * 1.43,
        land,
        shapes,
    )
    return pa.table(
        [pa.array(c, t) for c, t in zip(columns, AREAS.types, strict=True)], schema=AREAS
    )


def _cell_table(city: PreparedCity, columns: Columns) -> pa.Table:
    cells = city.cells
    lon, lat = to_lonlat(cells.x, cells.y, CRS)
    fixed = (cells.id, city.areas.id[cells.area], cells.people, cells.people_lower, cells.people_upper,
             cells.land_m2, lon, lat, shapely.to_wkb(unproject(cells.geometry, CRS)))  # fmt: skip
    data = {f.name: pa.array(c, f.type) for c, f in zip(fixed, CELLS, strict=True)}
    for name, column in columns.items():
        data[name] = pa.array(column["value"], from_pandas=True)
        data[f"{name}:state"] = pa.array(column["state"], pa.int8())
        if column["distance"] is not None:
            data[f"{name}:distance"] = pa.array(column["distance"])
    return pa.table(data)


def _manifest(city: PreparedCity) -> dict[str, Any]:
    return {
        "id": "2026-03-01-4f2a9c", "name": city.name, "name_zh": city.name_zh, "as_of": city.as_of,
        "jurisdiction": city.jurisdiction, "is_sample": city.is_sample,
        "boundary_origin": city.boundary_origin, "people_origin": city.people_origin,
        "people_note_en": city.people_note_en, "people_note_zh": city.people_note_zh,
        "versions": {"urbanwork": "0.1.0", "catalogue": "0123456789ab"},
        "sources": [
            {"kind": "osm", "file": "testhaven.osm.pbf", "licence": "ODbL 1.0",
             "publisher": "OpenStreetMap contributors", "date": "2026-02-27",
             "sha256": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
             "report": {"nodes": 383161, "rings_repaired": 1, "buildings": 22611}},
            {"kind": "register", "file": "clinics.xlsx", "licence": "city", "date": "2026-01-10",
             "sha256": ["60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"],
             "report": {"rows": 12, "decisions": {"matched": 9, "added": 2}, "matches": [{"register_name": "Clinic West", "osm_name": "West clinic", "distance_m": 12.0, "decision": "matched"}], "warnings": [{"en": "one address was not found", "zh": "一处地址未找到"}]}},
        ],
        "corrections": [
            {"action": "close", "what": "place", "target": "node/1003", "author": "A. Planner", "evidence": "visit 2026-02-11",
             "expires": "2027-02-11", "status": "applied", "note": {"en": "closed", "zh": "已关闭"}},
        ],
    }  # fmt: skip
