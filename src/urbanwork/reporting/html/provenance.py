"""Sources and corrections as the page shows them: what matters first, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.input_words import kind_title
from urbanwork.reporting.numbers import NO_VALUE, format_number
from urbanwork.sources.category_titles import category_titles

View = dict[str, Any]
MOST_MATCHES = 100

_COUNTED: dict[str, tuple[str, str]] = {
    "streets": ("streets", "道路"),
    "buildings": ("buildings", "建筑"),
    "buildings_with_levels": ("with storeys", "有层数"),
    "buildings_from_relations": ("made of several outlines", "由多个轮廓组成"),
    "invalid_rings_repaired": ("invalid outlines repaired", "修复的无效轮廓"),
    "buildings_without_polygon": ("buildings whose outline cannot be made", "无法成形的建筑"),
    "building_levels_senseless": ("senseless storeys ignored", "忽略的异常层数"),
    "places_doubled": ("places mapped twice and merged", "合并的重复设施"),
    "places_without_position": ("places without a position", "无位置的设施"),
    "schools_level_not_stated": ("schools that do not state their level", "未注明学段的学校"),
    "references_to_missing_nodes": ("points cut off at the edge", "边缘处缺失的点"),
    "ways_cut": ("lines cut at the edge", "边缘处截断的线"),
    "relations_incomplete": ("incomplete areas", "不完整的面"),
    "boundaries": ("administrative boundaries", "行政边界"),
    "extent_known_from": ("the edge of the data is known from", "数据范围来自"),
    "people": ("people in the raster", "栅格人口"),
    "resolution_m": ("pixel in metres", "像元（米）"),
    "tags: NOTE": ("note in the file", "文件注记"),
    "crs": ("coordinate system", "坐标系"),
    "datum": ("datum", "基准"),
    "no_data_pixels": ("pixels without data", "无数据像元"),
    "negative_pixels": ("negative pixels taken as empty", "按零计的负值像元"),
    "features": ("outlines", "轮廓"),
    "repaired": ("repaired", "已修复"),
    "left_out": ("left out", "略去"),
    "stops": ("stops", "站点"),
    "stops_served": ("stops with departures", "有班次的站点"),
    "high_capacity_stops": ("stops of rail or ferry", "轨道或轮渡站点"),
    "window": ("departures counted in", "统计时段"),
    "rows": ("rows", "行"),
    "used": ("used", "采用"),
    "rejected": ("rejected", "拒用"),
    "matched": ("found on the map", "与地图匹配"),
    "added": ("added to the map", "新增"),
    "possible_duplicate": ("perhaps a double", "疑似重复"),
    "not_yet_open": ("not yet open", "尚未开放"),
    "osm_only": ("only on the map", "仅地图有"),
    "osm_only_doubtful": ("only on the map, doubtful", "仅地图有，存疑"),
    "unmatched": ("without a match", "未匹配"),
    "boundary": ("boundary", "边界"),
    "boundary_name": ("its name", "边界名称"),
    "areas": ("areas", "片区"),
    "share_of_boundary_seen": ("share of the boundary that the data shows", "数据覆盖的边界比例"),
    "figures": ("figures", "数据"),
    "figures_of_city": ("of the whole city", "其中全市数据"),
    "variables": ("variables", "变量"),
    "years": ("years", "年份"),
    "encoding": ("encoding", "编码"),
    "adapter": ("read by", "适配文件"),
    "areas_matched_by_code": ("areas matched by code", "按代码匹配的片区"),
    "areas_matched_by_name": ("areas matched by name", "按名称匹配的片区"),
    "rows_not_matched": ("names that match no area", "未匹配的名称"),
    "variables_not_known": ("variables that are not known", "未知变量"),
    "totals_held_against_areas": ("totals held against their areas", "与各片区之和核对的合计"),
    "totals_that_agree": ("of these that agree", "其中相符"),
    "street_pieces_cut_off": ("pieces of street cut off from the rest", "与路网隔断的路段"),
}  # fmt: skip

_WORDS: dict[str, tuple[str, str]] = {
    "given": ("given", "已提供"), "administrative": ("administrative", "行政区"),
    "extent": ("frame of the extract", "数据外框"), "h3": ("hexagons", "六边形"),
    "declared": ("its own header", "文件声明"), "header": ("its own header", "文件头"),
    "observed": ("what lies in it", "数据本身"), "applied": ("applied", "已应用"),
    "expired": ("expired", "已到期"), "not_found": ("target not found", "未找到目标"),
    "superseded": ("superseded", "已被取代"), "no_effect": ("no effect", "无效果"),
    "not_yet_open": ("not yet open", "尚未开放"), "close": ("close", "关闭"),
    "add": ("add", "新增"), "move": ("move", "移动"), "reopen": ("reopen", "重新开放"),
    "place": ("place", "设施"), "street": ("street", "道路"), "matched": ("matched", "匹配"),
    "added": ("added", "新增"), "possible_duplicate": ("perhaps a double", "疑似重复"),
    "osm_only": ("only on the map", "仅地图有"),
    "osm_only_doubtful": ("only on the map, doubtful", "仅地图有，存疑"),
}  # fmt: skip

_SAID_APART = {"licence", "file", "definition", "warnings", "matches", "publisher"}


def word(value: object) -> Bilingual:
    """A word of the readers in both languages; others as they are.

    >>> word("close"), word("x")
    (Bilingual(en='close', zh='关闭'), Bilingual(en='x', zh='x'))
    """
    plain = str(value)
    return Bilingual(*_WORDS.get(plain, (plain.replace("_", " "), plain.replace("_", " "))))


def sources(manifest: Mapping[str, Any]) -> list[View]:
    """Each input: what it is, its licence, date and hash, and what the reader counted."""
    return [_source(source) for source in manifest.get("sources", [])]


def _source(source: Mapping[str, Any]) -> View:
    found = _counts(source)
    hashes, licence = source.get("sha256") or [], source.get("licence")
    return {
        "kind": kind_title(str(source.get("kind") or "")),
        "file": source.get("file"), "is_input": source.get("kind") != "ground",
        "licence": None if licence in (None, "unknown") else licence,
        "publisher": source.get("publisher"), "date": source.get("date"),
        "hashes": [hashes] if isinstance(hashes, str) else list(hashes),
        "warnings": _sentences((source.get("report") or {}).get("warnings")),
        "counts": [(Bilingual(*label), found[key]) for key, label in _COUNTED.items()
                   if key in found],
        "places": _places(source), "matches": _matches(source),
        "rest": [(Bilingual(k.replace("_", " "), k.replace("_", " ")), v)
                 for k, v in found.items() if k not in _COUNTED],
    }  # fmt: skip


def _sentences(notes: Any) -> list[Bilingual]:
    return [
        Bilingual(str(note["en"]), str(note["zh"])) if isinstance(note, Mapping)
        else Bilingual(str(note), str(note))
        for note in notes or []
    ]  # fmt: skip


def _counts(source: Mapping[str, Any]) -> dict[str, Bilingual]:
    """All figures of a source under flat keys; those of nested tables under `table: key`."""
    own = {k: v for k, v in source.items() if k not in (*_SAID_APART, "kind", "date", "sha256")}
    report = own.pop("report", None) or {}
    flat = dict(_flat({**own, **{k: v for k, v in report.items() if k not in _SAID_APART}}))
    return {key.removeprefix("decisions: "): value for key, value in flat.items()
            if not key.startswith("places: ")}  # fmt: skip


def _flat(report: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Bilingual]]:
    for key, value in report.items():
        name = f"{under}{key}"
        if isinstance(value, Mapping) and set(value) == {"en", "zh"}:
            yield name, Bilingual(str(value["en"]), str(value["zh"]))
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{name}: ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, part in enumerate(value[:MOST_MATCHES], 1):
                yield from _flat(part, f"{name} {number}: ")
        elif value not in (None, "", [], {}):
            yield name, _plain(value)


def _plain(value: Any) -> Bilingual:
    if isinstance(value, bool):
        return Bilingual("yes", "是") if value else Bilingual("no", "否")
    if isinstance(value, int):
        return Bilingual(f"{value:,}", f"{value:,}")
    if isinstance(value, float):
        return Bilingual(format_number(value), format_number(value))
    if isinstance(value, list | tuple):
        parts = ", ".join(_plain(each).en for each in value[:12])
        return Bilingual(parts, parts)
    return word(value) if value is not None else Bilingual(NO_VALUE, NO_VALUE)


def _places(source: Mapping[str, Any]) -> list[tuple[Bilingual, str]]:
    """How many places of each category a map extract has, most first."""
    counted = (source.get("report") or {}).get("places")
    if not isinstance(counted, Mapping):
        return []
    titles = category_titles()
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [
        (Bilingual(*titles[key]) if key in titles else word(key), f"{count:,}")
        for key, count in ranked
    ]


def _matches(source: Mapping[str, Any]) -> list[View]:
    """Rows of the match report of a register, those in doubt first."""
    order = {"possible_duplicate": 0, "osm_only_doubtful": 1, "added": 2, "not_yet_open": 3}
    rows = (source.get("report") or {}).get("matches") or []
    ranked = sorted(rows, key=lambda row: order.get(row["decision"], 9))[:MOST_MATCHES]
    return [
        {
            "register": row.get("register_name") or row.get("register_id") or NO_VALUE,
            "map": row.get("osm_name") or row.get("osm_id") or NO_VALUE,
            "metres": format_number(row.get("distance_m")), "decision": word(row["decision"]),
        }
        for row in ranked
    ]  # fmt: skip


def corrections(manifest: Mapping[str, Any]) -> list[View]:
    """Each correction: what it does, who says so on what evidence, and what became of it."""
    return [_correction(each) for each in manifest.get("corrections", [])]


def _correction(each: Mapping[str, Any]) -> View:
    note = each.get("note")
    return {
        "action": word(each.get("action", "")), "what": word(each.get("what", "")),
        "target": each.get("name") or each.get("target") or each.get("category") or "",
        "status": word(each["status"]) if each.get("status") else None,
        "note": Bilingual(note["en"], note["zh"]) if isinstance(note, Mapping) else None,
        "author": each.get("author"), "evidence": each.get("evidence") or each.get("reason"),
        "date": each.get("date"), "expires": each.get("expires"),
    }  # fmt: skip
