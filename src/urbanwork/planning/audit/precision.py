"""Precise: valid geometry that covers its ground once and adds up to what is declared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.planning.audit.checklist import (
    MOST_PLACES,
    Check,
    Found,
    count,
    met,
    not_met,
    unknown,
)
from urbanwork.planning.audit.plan import Plan
from urbanwork.planning.audit.shapes import Drawn, Geometries, Layer

TRACE_M2 = 0.01
"""Less is the rounding of numbers alone and not worth a word."""
MEND_FIRST = (
    "Mend the layer first: see valid geometry and coordinate system.",
    "请先修复图层：见图形有效与坐标系两项。",
)
GIVE_LAYERS = (
    "Name the files of geometry under 'layers', land use with the role land_use.",
    "在 layers 中列出图形文件，用地图层注明 role: land_use。",
)
NO_LAYERS = ("The plan has no layer of geometry.", "规划没有图形文件。")


def geometry(plan: Plan, drawn: Drawn) -> Found:
    """Whether every feature of every layer is valid."""
    if not drawn.layers:
        return unknown(*NO_LAYERS, plan.where("layers"), need=GIVE_LAYERS)
    unread = [layer for layer in drawn.layers if layer.unread is not None]
    if unread:
        return unknown(
            f"A layer cannot be read: {unread[0].unread}",
            f"图层无法读取：{unread[0].unread}",
            *[plan.where("layers", each.number) for each in unread],
        )
    total = sum(len(layer.shapes) for layer in drawn.layers)
    faults = [fault for layer in drawn.layers for fault in layer.faults]
    places = [place for layer in drawn.layers for place in layer.places]
    if faults:
        verb = "is" if len(faults) == 1 else "are"
        return not_met(
            f"{len(faults)} of {count(total, 'feature')} {verb} not valid; the first: {faults[0]}.",
            f"{total}个要素中{len(faults)}个无效；首个：{faults[0]}。",
            *places,
        )
    files = [layer.file for layer in drawn.layers]
    return met(
        f"{count(total, 'feature')} of {count(len(files), 'layer')}, all valid.",
        f"{len(files)}个图层共{total}个要素，均有效。",
        *files,
    )


def scenario(plan: Plan, drawn: Drawn) -> Found:
    """Whether the changes of the plan can be read as such."""
    place = plan.where("scenario")
    if drawn.scenario_faults:
        number = len(drawn.scenario_faults)
        first = drawn.scenario_faults[0]
        more = f" (and {count(number - 1, 'more fault', 'more faults')})" if number > 1 else ""
        more_zh = f"（另{number - 1}处）" if number > 1 else ""
        where = [fault.split(": ")[0] for fault in drawn.scenario_faults]
        return not_met(
            f"The scenario cannot be read: {first}{more}",
            f"情景无法读取：{first}{more_zh}",
            *where,
            place,
        )
    if drawn.scenario is None:
        return unknown(
            "The plan names no scenario with its changes.", "规划未提供变更情景文件。", place
        )
    number = len(drawn.scenario.changes)
    return met(f"{count(number, 'change')} can be read.", f"{number}项变更均可读取。", place)


def overlaps(plan: Plan, drawn: Drawn, check: Check) -> Found:
    """Whether any ground has two uses."""
    layers = _land_use(drawn)
    if not layers:
        return _unmeasured(plan, drawn)
    found = [_overlapping(layer, check) for layer in layers]
    pairs = [pair for some, _ in found for pair in some]
    left = _left_out(sum(number for _, number in found), check)
    if not pairs:
        files = [layer.file for layer in layers]
        return met(
            f"No two features lie over each other{left[0]}.", f"要素之间没有重叠{left[1]}。", *files
        )
    area = sum(each for _, each in pairs)
    what = count(len(pairs), "pair of features lies", "pairs of features lie")
    return not_met(
        f"{what} over each other, {area:,.0f} m² in all{left[0]}.",
        f"{len(pairs)}对要素重叠，合计{area:,.0f}平方米{left[1]}。",
        *[place for place, _ in pairs],
    )


def _overlapping(layer: Layer, check: Check) -> tuple[list[tuple[str, float]], int]:
    """Pairs of features that overlap with the area, and how many slivers are left out."""
    shapes = layer.shapes
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    parts, pair = shapely.get_parts(
        shapely.intersection(shapes[one], shapes[other]), return_index=True
    )
    is_real = _is_real(parts, check)
    areas = np.bincount(pair[is_real], shapely.area(parts[is_real]), len(one))
    found = [
        (f"{layer.file}:{layer.rows[one[n]]}+{layer.rows[other[n]]}", float(areas[n]))
        for n in np.flatnonzero(areas)
    ]
    return found, int(((shapely.area(parts) > TRACE_M2) & ~is_real).sum())


def _is_real(parts: Geometries, check: Check) -> NDArray[np.bool_]:
    """Whether a piece is more than a sliver that rounded coordinates leave."""
    areas, around = shapely.area(parts), shapely.length(parts)
    wide = 2 * areas / np.maximum(around, 1e-9)  # of a strip: its width
    rules = check.parameters
    return np.asarray((areas > rules["least_m2"]) & (wide > rules["sliver_m"]), np.bool_)


def _left_out(slivers: int, check: Check) -> tuple[str, str]:
    """What is said of slivers that are not counted."""
    if not slivers:
        return "", ""
    least, width = check.parameters["least_m2"], check.parameters["sliver_m"]
    return (
        f" ({count(slivers, 'sliver')} narrower than {width:g} m or below {least:g} m² left out)",
        f"（未计{slivers}处窄于{width:g}米或小于{least:g}平方米的碎片）",
    )


def gaps(plan: Plan, drawn: Drawn, check: Check) -> Found:
    """Whether ground within the plan has no use: holes, or what the boundary has besides."""
    layers = _land_use(drawn)
    if not layers:
        return _unmeasured(plan, drawn)
    found: list[tuple[str, float]] = []
    slivers = 0
    for layer in layers:
        parts = _empty(layer)
        is_real = _is_real(parts, check)
        found += [(layer.file, float(area)) for area in shapely.area(parts[is_real])]
        slivers += int((~is_real).sum())
    left = _left_out(slivers, check)
    if found:
        return _gaps_told(found, left)
    files = [layer.file for layer in layers]
    if all(layer.boundary is not None for layer in layers):
        return met(f"The features fill the boundary{left[0]}.", f"要素铺满边界{left[1]}。", *files)
    return met(
        f"No hole is left between the features{left[0]}; no boundary is named to fill.",
        f"要素之间没有空洞{left[1]}；未注明须铺满的边界。",
        *files,
    )


def _gaps_told(found: Sequence[tuple[str, float]], left: tuple[str, str]) -> Found:
    areas = [area for _, area in found]
    what = count(len(found), "piece of ground has", "pieces of ground have")
    return not_met(
        f"{what} no use, {sum(areas):,.0f} m² in all, the largest {max(areas):,.0f} m²{left[0]}.",
        f"{len(found)}处没有用途，合计{sum(areas):,.0f}平方米，最大{max(areas):,.0f}平方米{left[1]}。",
        *dict.fromkeys(file for file, _ in found),
    )


def _empty(layer: Layer) -> Geometries:
    """The pieces of ground that no feature covers."""
    whole = shapely.union_all(layer.shapes)
    outline = layer.boundary
    if outline is None:
        parts = [each for each in shapely.get_parts(whole) if each.geom_type == "Polygon"]
        outline = shapely.union_all([shapely.Polygon(part.exterior) for part in parts])
    bare = shapely.get_parts(shapely.difference(outline, whole))
    return np.asarray(bare[shapely.area(bare) > TRACE_M2], np.object_)


def totals(plan: Plan, drawn: Drawn, check: Check) -> Found:
    """Whether measured areas are those declared, by category and in all."""
    declared = [
        layer
        for layer in drawn.layers
        if layer.said.get("declared") or layer.said.get("total_ha") is not None
    ]
    if not declared:
        return unknown(
            "The plan declares no areas of its layers.",
            "规划未公布图层面积。",
            plan.where("layers"),
        )
    if not all(layer.is_measured for layer in declared):
        return unknown(
            "Areas of a layer that is not valid, not readable or without coordinate "
            "system cannot be told.",
            "图层无效、无法读取或无坐标系，无法量算面积。",
            plan.where("layers"),
            need=MEND_FIRST,
        )
    rows = [row for layer in declared for row in _declared(plan, layer)]
    wrong = [row for row in rows if abs(row[2] - row[1]) > _slack(row[1], check)]
    shown = [f"{name}: {said:,.2f} ha / {seen:,.2f} ha" for name, said, seen, _ in wrong[:3]]
    if wrong:
        verb = "differs" if len(wrong) == 1 else "differ"
        return not_met(
            f"{len(wrong)} of {count(len(rows), 'declared area')} {verb} from what is "
            f"drawn (declared / drawn): {'; '.join(shown)}.",
            f"{len(rows)}项公布面积中{len(wrong)}项与图形不符（公布/量算）：{'；'.join(shown)}。",
            *[row[3] for row in wrong],
        )
    return met(
        f"{count(len(rows), 'declared area agrees', 'declared areas agree')} with what is drawn.",
        f"{len(rows)}项公布面积均与图形相符。",
        *[row[3] for row in rows],
    )


def _declared(plan: Plan, layer: Layer) -> list[tuple[str, float, float, str]]:
    """What is declared: name, hectares declared, hectares drawn, where."""
    hectares = shapely.area(layer.shapes) / 1e4
    rows = []
    entries = list(layer.said.get("declared") or ())
    for number, entry in enumerate(entries):
        drawn = float(hectares[layer.categories == entry["category"]].sum())
        place = plan.where("layers", layer.number, "declared", number)
        rows.append((entry["category"], float(entry["ha"]), drawn, place))
    total = layer.said.get("total_ha")
    if total is not None:
        place = plan.where("layers", layer.number, "total_ha")
        rows.append((layer.file, float(total), float(hectares.sum()), place))
        if entries:
            parts = sum(float(entry["ha"]) for entry in entries)
            rows.append((f"Σ {layer.file}", float(total), parts, place))
    return rows


def _slack(declared: float, check: Check) -> float:
    rules = check.parameters
    return float(max(rules["within_ha"], declared * rules["within_percent"] / 100))


def crs(plan: Plan, drawn: Drawn) -> Found:
    """Whether each layer says its coordinate system."""
    read = [layer for layer in drawn.layers if layer.unread is None]
    if not read:
        return unknown(*NO_LAYERS, plan.where("layers"), need=GIVE_LAYERS)
    bare = [layer for layer in read if layer.crs is None]
    if bare:
        names = ", ".join(layer.file for layer in bare)
        return not_met(
            f"No coordinate system is stated for {names}.",
            f"{names}未注明坐标系。",
            *[plan.where("layers", layer.number) for layer in bare],
        )
    systems = ", ".join(sorted({_named(str(layer.crs)) for layer in read}))
    return met(
        f"Every layer states its system: {systems}.",
        f"各图层均注明坐标系：{systems}。",
        *[layer.file for layer in read],
    )


def _named(system: str) -> str:
    return system if len(system) <= MOST_PLACES * 2 else system[: MOST_PLACES * 2] + "..."


def accuracy(plan: Plan) -> Found:
    """Whether positional accuracy and its origin are stated."""
    said, place = plan.table("positional_accuracy"), plan.where("positional_accuracy")
    if not said:
        return unknown("No positional accuracy is stated.", "未注明位置精度。", place)
    if not said.get("how"):
        return not_met(
            f"{said['metres']:g} m are stated, not how they were found.",
            f"注明{said['metres']:g}米，未说明来源。",
            place,
        )
    return met(
        f"{said['metres']:g} m: {said['how']}.", f"{said['metres']:g}米：{said['how']}。", place
    )


def _land_use(drawn: Drawn) -> Sequence[Layer]:
    """Layers of land use, if all of them can be measured."""
    found = [layer for layer in drawn.layers if layer.said["role"] == "land_use"]
    return found if all(layer.is_measured for layer in found) else []


def _unmeasured(plan: Plan, drawn: Drawn) -> Found:
    if not any(layer.said["role"] == "land_use" for layer in drawn.layers):
        return unknown(
            "The plan has no layer of land use.",
            "规划没有用地图层。",
            plan.where("layers"),
            need=GIVE_LAYERS,
        )
    return unknown(
        "Land use that is not valid, not readable or without coordinate system cannot be told.",
        "用地图层无效、无法读取或无坐标系，无法判断。",
        plan.where("layers"),
        need=MEND_FIRST,
    )
