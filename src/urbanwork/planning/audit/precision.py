"""Precise: valid geometry that covers its ground once and adds up to what is declared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

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
from urbanwork.planning.audit.shapes import Drawn, Layer

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
    least = check.parameters["least_m2"]
    pairs = [(layer, *pair) for layer in layers for pair in _overlapping(layer, least)]
    if not pairs:
        return met(
            "No two features lie over each other.",
            "要素之间没有重叠。",
            *[layer.file for layer in layers],
        )
    area = sum(pair[3] for pair in pairs)
    where = [f"{layer.file}:{one + 1}+{other + 1}" for layer, one, other, _ in pairs]
    pairs_en = count(len(pairs), "pair of features lies", "pairs of features lie")
    return not_met(
        f"{pairs_en} over each other, {area:,.0f} m² in all.",
        f"{len(pairs)}对要素重叠，合计{area:,.0f}平方米。",
        *where,
    )


def _overlapping(layer: Layer, least: float) -> list[tuple[int, int, float]]:
    """Rows of features that overlap, with the area."""
    shapes = layer.shapes
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    areas = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    found = np.flatnonzero(areas > least)
    return [(int(one[n]), int(other[n]), float(areas[n])) for n in found]


def gaps(plan: Plan, drawn: Drawn, check: Check) -> Found:
    """Whether ground within the plan has no use: holes, or what the boundary has besides."""
    layers = _land_use(drawn)
    if not layers:
        return _unmeasured(plan, drawn)
    least = check.parameters["least_m2"]
    found: list[tuple[Layer, float]] = []
    for layer in layers:
        found += [(layer, area) for area in _empty(layer) if area > least]
    bounded = all(layer.boundary is not None for layer in layers)
    files = [layer.file for layer in layers]
    if not found and bounded:
        return met("The features fill the boundary.", "要素铺满边界。", *files)
    if not found:
        return met(
            "No hole is left between the features; no boundary is named to fill.",
            "要素之间没有空洞；未注明须铺满的边界。",
            *files,
        )
    area = sum(each for _, each in found)
    what = count(len(found), "piece of ground has", "pieces of ground have")
    return not_met(
        f"{what} no use, {area:,.0f} m² in all, the largest "
        f"{max(each for _, each in found):,.0f} m².",
        f"{len(found)}处没有用途，合计{area:,.0f}平方米，最大"
        f"{max(each for _, each in found):,.0f}平方米。",
        *dict.fromkeys(layer.file for layer, _ in found),
    )


def _empty(layer: Layer) -> list[float]:
    """Areas of the pieces that no feature covers."""
    whole = shapely.union_all(layer.shapes)
    if layer.boundary is not None:
        bare = shapely.difference(layer.boundary, whole)
        return [float(area) for area in shapely.area(shapely.get_parts(bare))]
    parts = shapely.get_parts(whole)
    filled = [shapely.Polygon(part.exterior) for part in parts if part.geom_type == "Polygon"]
    bare = shapely.difference(shapely.union_all(filled), whole)
    return [float(area) for area in shapely.area(shapely.get_parts(bare))]


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
