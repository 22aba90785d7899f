"""What each kind of change needs: which geometry, which fields, which it may have besides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from urbanwork.planning.changes import KINDS
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.sources.layers import LAND_KINDS, ZONE_KINDS

POINT, LINE, POLYGON = "point", "line", "polygon"
TITLES: dict[str, Bilingual] = {
    "add_place": Bilingual("New place", "新增设施"),
    "move_place": Bilingual("Place moves", "设施迁移"),
    "remove_place": Bilingual("Place closes", "撤销设施"),
    "set_capacity": Bilingual("Other capacity", "调整规模"),
    "add_street": Bilingual("New street", "新增道路"),
    "close_street": Bilingual("Street closes", "封闭道路"),
    "reopen_street": Bilingual("Street opens again", "重新开放道路"),
    "add_housing": Bilingual("New homes", "新建住房"),
    "demolish_housing": Bilingual("Homes pulled down", "拆除住房"),
    "change_land_use": Bilingual("Other land use", "调整用地"),
    "add_stop": Bilingual("New stop", "新增站点"),
    "remove_stop": Bilingual("Stop closes", "撤销站点"),
    "set_headway": Bilingual("Other headway", "调整发车间隔"),
    "add_zone": Bilingual("New zone", "新增管控区"),
}
FIELDS: dict[str, str] = {
    "id": "编号", "kind": "变更类型", "target": "对象", "category": "类别", "name": "名称",
    "capacity": "规模", "people": "人口", "floor_m2": "建筑面积", "headway_min": "发车间隔",
    "codes": "豁免条款", "approvals": "批准文件", "note": "备注", "geometry": "位置",
}  # fmt: skip
"""What the fields of a change are called in Chinese."""
SHAPES: dict[str, str] = {POINT: "点", LINE: "线", POLYGON: "面"}
STOP_CATEGORIES = ("timetable_stop", "timetable_stop_high", "bus_stop", "rail_station")
LAND_USES = tuple(kind for kind in LAND_KINDS if kind != "water")
"""Uses that ground can change to: land is not made from water, nor water from land."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The fields of one kind of change."""

    geometry: tuple[str, ...] = ()  # kinds of geometry that it takes
    must: tuple[str, ...] = ()  # fields that it must have; "a|b": one of them
    may: tuple[str, ...] = ()
    means: str = ""  # for the schema


NEEDS: dict[str, Needs] = {
    "add_place": Needs(
        (POINT, POLYGON), ("geometry", "category"), ("name", "capacity"),
        "A new place of a category, at a point or on a plot.",
    ),
    "move_place": Needs(
        (POINT, POLYGON), ("target", "geometry"), ("category",),
        "A place that exists, or that an earlier change adds, moves; a plot moves with its point.",
    ),
    "remove_place": Needs((), ("target",), ("category",), "A place closes."),
    "set_capacity": Needs((), ("target", "capacity"), ("category",), "Seats or beds of a place."),
    "add_street": Needs(
        (LINE,), ("geometry",), ("name", "category"),
        "A street on which people walk and, unless its class is for walkers only, drive; category "
        "is its class (highway=*), residential if not said.",
    ),
    "close_street": Needs(
        (POINT, LINE, POLYGON), ("geometry|target",), (),
        "Nobody passes: the piece nearest to a point, all along a line, all within a polygon, or "
        "all of the name that target says.",
    ),
    "reopen_street": Needs(
        (POINT, LINE, POLYGON), ("geometry|target",), (),
        "What an earlier change (target: its id) closed opens again, or the part drawn.",
    ),
    "add_housing": Needs(
        (POINT, POLYGON), ("geometry", "people|floor_m2"), ("name",),
        "New homes: people who will live there, floor area, or both.",
    ),
    "demolish_housing": Needs(
        (POINT, POLYGON), ("geometry",), ("people", "floor_m2"),
        "The building at a point, or all whose middle lies in a polygon, with who lives there; "
        "people and floor_m2 if less of it goes.",
    ),
    "change_land_use": Needs(
        (POLYGON,), ("geometry", "category"), ("name",), "Ground gets another use.",
    ),
    "add_stop": Needs(
        (POINT,), ("geometry",), ("name", "category", "headway_min"),
        "A stop; category timetable_stop_high for rail, metro or ferry.",
    ),
    "remove_stop": Needs((), ("target",), (), "A stop is served no more."),
    "set_headway": Needs((), ("target", "headway_min"), (), "Minutes between departures."),
    "add_zone": Needs(
        (POLYGON,), ("geometry", "category"), ("name",), "A line or zone of a kind is drawn.",
    ),
}  # fmt: skip

NUMBERS = {
    "capacity": "seats or beds", "people": "people", "floor_m2": "m2 of floor",
    "headway_min": "minutes",
}  # fmt: skip
UNITS_ZH = {"capacity": "个学位或床位", "people": "人", "floor_m2": "平方米", "headway_min": "分钟"}
MOST = {"capacity": 1e6, "people": 1e8, "floor_m2": 1e9, "headway_min": 10_080.0}
"""More of it is a slip of the pen: no city has 100 million people, no line runs once a week."""
ALWAYS = ("id", "kind", "codes", "approvals", "note")


def categories_of(kind: str) -> tuple[str, ...] | None:
    """Words that `category` may have in a change of this kind; None: any."""
    from urbanwork.city.travel import WIDTH_M
    from urbanwork.sources.osm import load_categories

    if kind in ("add_place", "move_place", "remove_place", "set_capacity"):
        return tuple(load_categories().places)
    if kind == "add_stop":
        return STOP_CATEGORIES
    if kind == "change_land_use":
        return LAND_USES
    return tuple(WIDTH_M) if kind == "add_street" else None


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario, in YAML or as GeoJSON."""
    number = {"type": "number", "minimum": 0}
    geometry = {
        "description": "GeoJSON geometry, or WKT text.",
        "anyOf": [{"type": "object", "required": ["type", "coordinates"]}, {"type": "string"}],
    }
    fields: dict[str, Any] = {
        "id": {"type": "string", "description": "Unique in the scenario and in what it stands on."},
        "kind": {"enum": list(KINDS)},
        "target": {"type": "string", "description": "Id of the place, stop or change meant."},
        "category": {"type": "string"},
        "name": {"type": "string"},
        **{name: {**number, "maximum": MOST[name], "description": unit}
           for name, unit in NUMBERS.items()},
        "codes": {"type": "array", "items": {"type": "string"},
                  "description": "Exceptions of a bottom line that the plan claims."},
        "approvals": {"type": "array", "items": {"type": "string"},
                      "description": "Documents that approve them."},
        "note": {"type": "string"},
    }  # fmt: skip
    rules = [_rule(kind) for kind in KINDS]
    at = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
          "description": "x and y, or longitude and latitude."}  # fmt: skip
    change = {"type": "object", "required": ["kind"], "allOf": rules,
              "properties": {**fields, "at": at, "geometry": geometry}}  # fmt: skip
    header: dict[str, Any] = {
        "name": {"type": "string"},
        "base": {"type": "string", "description": "File of the scenario that it stands on."},
        "author": {"type": "string"}, "date": {"type": "string", "format": "date"},
        "datum": {"enum": ["wgs84", "gcj02", "bd09"]},
    }  # fmt: skip
    plain = {
        "title": "Scenario in YAML", "type": "object", "required": ["scenario", "changes"],
        "properties": {
            "scenario": {"type": "string", "description": "Its id."}, **header,
            "crs": {"type": "string", "description": "System of all coordinates: EPSG:4326 ..."},
            "changes": {"type": "array", "minItems": 1, "items": change},
        },
    }  # fmt: skip
    feature = {
        "type": "object", "required": ["type", "properties"],
        "properties": {
            "type": {"const": "Feature"}, "id": {"type": ["string", "number"]},
            "geometry": {"anyOf": [{"type": "object"}, {"type": "null"}]},
            "properties": {"type": "object", "required": ["kind"], "properties": fields},
        },
    }  # fmt: skip
    geojson = {
        "title": "Scenario as GeoJSON", "type": "object", "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"}, "scenario": {"type": "string"}, **header,
            "features": {"type": "array", "minItems": 1, "items": feature},
        },
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario of urbanwork",
        "anyOf": [plain, geojson],
    }


def scenario_schema_text() -> str:
    """The schema as it is written to the file that the package carries."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"


def _rule(kind: str) -> dict[str, Any]:
    """If the change is of this kind, it has these fields."""
    needs = NEEDS[kind]
    words = categories_of(kind)
    then: dict[str, Any] = {"description": needs.means}
    alone = [name for name in needs.must if "|" not in name and name != "geometry"]
    if alone:
        then["required"] = alone
    one_of = [name.split("|") for name in needs.must if "|" in name]
    if "geometry" in needs.must:
        one_of.append(["geometry", "at"])
    one_of = [[*names, "at"] if names == ["geometry", "target"] else names for names in one_of]
    if one_of:
        then["allOf"] = [{"anyOf": [{"required": [name]} for name in names]} for names in one_of]
    if words is not None:
        then["properties"] = {"category": {"enum": list(words)}}
    if kind == "add_zone":
        then["properties"] = {"category": {"examples": list(ZONE_KINDS)}}
    return {"if": {"properties": {"kind": {"const": kind}}}, "then": then}
