"""One change from the fields of a file, with everything that is wrong with it."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.errors import Fault
from urbanwork.planning.changes import KINDS, Change
from urbanwork.planning.kinds import (
    ALWAYS,
    FIELDS,
    LINE,
    MOST,
    NEEDS,
    NUMBERS,
    POLYGON,
    SHAPES,
    TITLES,
    UNITS_ZH,
    categories_of,
)
from urbanwork.sources.layers import ZONE_KINDS
from urbanwork.sources.zones import LEVELS

_SHAPE = {"Point": "point", "LineString": "line", "MultiLineString": "line",
          "Polygon": "polygon", "MultiPolygon": "polygon", "MultiPoint": "points",
          "GeometryCollection": "collection", "LinearRing": "line"}  # fmt: skip
_WORDS = {
    "类型": "kind", "变更类型": "kind", "编号": "id", "目标": "target", "对象": "target",
    "类别": "category", "设施类别": "category", "用地性质": "category", "名称": "name",
    "规模": "capacity", "人口": "people", "建筑面积": "floor_m2", "发车间隔": "headway_min",
    "豁免条款": "codes", "批准文件": "approvals", "备注": "note",
}  # fmt: skip
"""Chinese names of columns; Shapefiles shorten English ones, see `_FIELDS`."""
_FIELDS = (
    "id", "kind", "target", "category", "name", *NUMBERS, "codes", "approvals", "note",
)  # fmt: skip
_SHORTENED = {"headway_mi": "headway_min"}
_SURROGATE = re.compile("[\ud800-\udfff]")
"""What JSON can smuggle in and no file of results could hold."""
LONGEST_SHOWN = 120
DXF_LAYER = "Layer"
"""DXF has no fields: the name of the layer says kind and category: add_place_kindergarten."""


def change_of(
    fields: Mapping[str, Any], geometry: BaseGeometry | None, where: str, number: int
) -> tuple[Change | None, list[Fault]]:
    """The change of a feature, or None with one sentence for each thing that is wrong."""
    broken = [name for name, value in fields.items() if _SURROGATE.search(f"{name} {value}")]
    if broken:
        shown = broken[0].encode("utf-8", "backslashreplace").decode()
        fault = Fault(
            f"{shown} holds characters that are no Unicode; write it anew",
            f"{shown}含有无效字符，请重新填写",
        )
        return None, [fault.under(where)]
    known, rest = _sorted_fields(fields)
    kind = str(known.get("kind", ""))
    if kind not in KINDS:
        return None, [_unknown_kind(kind).under(where)]
    geometry = _as_wanted(kind, geometry)
    faults = [fault.under(where) for fault in _faults(kind, known, geometry)]
    if kind == "add_zone":
        faults += [Fault(fault).under(where) for fault in _zone_faults(known, rest)]
    if faults:
        return None, faults
    numbers: dict[str, Any] = {name: _number(known.get(name)) for name in NUMBERS}
    text: dict[str, Any] = {name: _text(known.get(name)) for name in ("target", "category", "name")}
    note = {"note": known["note"]} if known.get("note") is not None else {}
    return Change(
        _text(known.get("id")) or f"change-{number}", kind, geometry, **text, **numbers,
        codes=_list(known.get("codes")), approvals=_list(known.get("approvals")),
        properties={**rest, **note}, origin=where,
    ), []  # fmt: skip


def _unknown_kind(kind: str) -> Fault:
    said = f"a change of an unknown kind '{kind}'" if kind else "a change without 'kind'"
    said_zh = f"变更类型“{kind}”未知" if kind else "未填写变更类型"
    kinds_zh = "、".join(title.zh for title in TITLES.values())
    return Fault(f"{said}; wanted one of {', '.join(KINDS)}", f"{said_zh}，可用：{kinds_zh}")


def _as_wanted(kind: str, geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Drawings close a line where they mean its ground; collections of one are that one."""
    if geometry is None or geometry.is_empty:
        return geometry
    parts = shapely.get_parts(geometry)
    if len(parts) == 1:
        geometry = parts[0]
    wanted = NEEDS[kind].geometry
    closed = geometry.geom_type == "LineString" and geometry.is_closed
    if closed and POLYGON in wanted and LINE not in wanted and len(geometry.coords) > 3:
        return shapely.Polygon(geometry.coords)
    return geometry


def _sorted_fields(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the product knows by its English name, and all else."""
    known: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in fields.items():
        plain = _WORDS.get(name, name)
        plain = _SHORTENED.get(plain, plain)
        (known if plain in _FIELDS else rest)[plain] = value
    layer = rest.get(DXF_LAYER)
    if "kind" not in known and isinstance(layer, str):
        kind = next((each for each in KINDS if layer.startswith(each)), layer)
        known["kind"] = kind
        category = layer.removeprefix(kind).lstrip(":_- ")
        if category:
            known.setdefault("category", category)
    return known, rest


def _faults(kind: str, known: Mapping[str, Any], geometry: BaseGeometry | None) -> Iterator[Fault]:
    needs, title = NEEDS[kind], TITLES[kind].zh
    for must in needs.must:
        names = must.split("|")
        has = [_has(name, known, geometry) for name in names]
        if not any(has):
            lacking = "或".join(FIELDS[name] for name in names)
            yield Fault(f"{kind} needs {' or '.join(names)}", f"“{title}”须填写{lacking}")
    allowed = {*ALWAYS, "geometry", *(name for must in needs.must for name in must.split("|"))}
    for name in known:
        if name not in allowed and name not in needs.may and known[name] is not None:
            yield Fault(
                f"{kind} takes no {name}; it takes {', '.join((*needs.must, *needs.may))}",
                f"“{title}”不能填写{FIELDS[name]}",
            )
    yield from _number_faults(known)
    for name in ("id", "target", "category", "name"):
        if isinstance(known.get(name), list | dict):
            shown = _shown(known[name])
            yield Fault(f"{name} must be a text, got {shown}", f"{FIELDS[name]}须为文字：{shown}")
    words = categories_of(kind)
    category = known.get("category")
    if words is not None and category is not None and category not in words:
        yield Fault(
            f"{kind} knows no category '{category}'; wanted one of {', '.join(words)}",
            f"“{title}”没有类别“{category}”，可用：{'、'.join(words)}",
        )
    if geometry is not None:
        yield from _shape_faults(kind, geometry)


def _number_faults(known: Mapping[str, Any]) -> Iterator[Fault]:
    for name, unit in NUMBERS.items():
        said, unit_zh = FIELDS[name], UNITS_ZH[name]
        if known.get(name) is not None and not _is_number(known[name]):
            shown = _shown(known[name])
            yield Fault(
                f"{name} must be a number of {unit}, 0 or more, got {shown}",
                f"{said}须为不小于0的数（{unit_zh}），实际为{shown}",
            )
        elif (number := _number(known.get(name))) is not None and number > MOST[name]:
            yield Fault(
                f"{name} is {number:,.6g} {unit}, but at most {MOST[name]:,.0f} can be; mend it",
                f"{said}为{number:,.6g}{unit_zh}，最多{MOST[name]:,.0f}，请更正",
            )
    if _number(known.get("headway_min")) == 0:
        yield Fault(
            "headway_min is 0, minutes between departures are above 0; remove the stop instead?",
            "发车间隔须大于0分钟；如停运请撤销站点",
        )


def _shown(value: Any) -> str:
    """What was given, cut where it is long."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _zone_faults(known: Mapping[str, Any], rest: Mapping[str, Any]) -> Iterator[str]:
    """A city may have kinds of its own, but none that is a slip of ours."""
    category = str(known.get("category") or "")
    near = difflib.get_close_matches(category, ZONE_KINDS, n=1, cutoff=0.85)
    if near and category not in ZONE_KINDS:
        yield f"there is no kind of zone '{category}'; did you mean '{near[0]}'?"
    level = rest.get("visibility")
    if level is not None and level not in LEVELS:
        yield f"visibility is one of {', '.join(LEVELS)}, got {level!r}"
    for name in ("quality", "error_m"):
        number = _number(rest.get(name))
        is_blank = rest.get(name) in (None, "") or (number is not None and math.isnan(number))
        if not is_blank and not _is_number(rest[name]):
            yield f"{name} of a zone is a number, 0 or more, got {rest[name]!r}"


def _has(name: str, known: Mapping[str, Any], geometry: BaseGeometry | None) -> bool:
    return geometry is not None if name == "geometry" else known.get(name) not in (None, "")


def _shape_faults(kind: str, geometry: BaseGeometry) -> Iterator[Fault]:
    shape = _SHAPE.get(geometry.geom_type, geometry.geom_type)
    wanted = NEEDS[kind].geometry
    if geometry.is_empty:
        yield Fault("its geometry is empty; draw it", "位置为空，请绘制")
    elif wanted and shape not in wanted:
        yield Fault(
            f"{kind} needs a {' or '.join(wanted)}, got a {shape}",
            f"“{TITLES[kind].zh}”须绘制{'或'.join(SHAPES[each] for each in wanted)}，"
            f"实际为{SHAPES.get(shape, shape)}",
        )
    elif shape == "line" and geometry.length == 0:
        yield Fault(
            "the line has no length; draw it from one place to another",
            "线段长度为零，请从一处绘至另一处",
        )
    elif shape == "polygon" and not geometry.is_valid:
        yield Fault(
            f"the polygon is not valid ({shapely.is_valid_reason(geometry)}), it crosses itself "
            "or a hole lies outside; draw it anew or mend it",
            "多边形无效：自相交或内环在外，请重新绘制",
        )


def _is_number(value: Any) -> bool:
    number = _number(value)
    return number is not None and math.isfinite(number) and number >= 0


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _list(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return tuple(part.strip() for part in str(value).replace("；", ";").split(";") if part.strip())
