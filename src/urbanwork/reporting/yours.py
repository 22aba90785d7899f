"""What became of the files that people gave of their own: registers, corrections, no districts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from urbanwork.catalogue.models import Bilingual

MOST_NAMED = 5


def notes_on_inputs(manifest: Mapping[str, Any], areas: int) -> list[Bilingual]:
    """Sentences for whoever wonders whether his own data was taken up.

    >>> notes_on_inputs({"areas_origin": "given"}, 5)
    []
    """
    found = [*_corrections(manifest.get("corrections") or [])]
    for source in manifest.get("sources", []):
        if source.get("kind") == "register" and source.get("report"):
            found += _register(source["file"], source["report"])
    if manifest.get("areas_origin") == "h3" and areas > 1:
        found.append(_hexagons(areas))
    return found


def _ended(clause: str) -> str:
    """With the full stop that a question has already."""
    return clause if clause.endswith(("?", ".")) else f"{clause}."


def _hexagons(areas: int) -> Bilingual:
    return Bilingual(
        f"No districts were given and none were found in the extract, so the city is divided into "
        f"{areas} hexagons, Area 1 to Area {areas}. Give yours as 'areas:' in city.yaml.",
        f"未提供分区，地图数据中也未找到，因此全市划分为{areas}个六边形片区"
        f"（片区 1 至片区 {areas}）。可在 city.yaml 的 areas: 中指定分区。",
    )


def _register(file: str, report: Mapping[str, Any]) -> Iterator[Bilingual]:
    decided = report.get("decisions") or {}
    added, matched = decided.get("added", 0), decided.get("matched", 0)
    rows, used = report.get("rows", 0), report.get("used", 0)
    yield Bilingual(
        f"{file}: {used} of {rows} rows used; {matched} are on the map already, {added} added.",
        f"{file}：{rows}行中采用{used}行；其中{matched}处地图已有，新增{added}处。",
    )
    rejected = report.get("rejected_rows") or []
    for row in rejected[:MOST_NAMED]:
        name = row.get("name") or ""
        yield Bilingual(
            f"{file}, row {row['row']} ('{name}') was left out: {_ended(row['reason']['en'])}",
            f"{file} 第{row['row']}行（{name}）未采用：{row['reason']['zh']}。",
        )
    if (more := len(rejected) - MOST_NAMED) > 0:
        yield Bilingual(
            f"{file}: {more} more rows were left out; the report lists them under Sources.",
            f"{file}：另有{more}行未采用，见报告的数据来源部分。",
        )


def _corrections(corrections: list[Mapping[str, Any]]) -> Iterator[Bilingual]:
    if not corrections:
        return
    idle = [each for each in corrections if each["status"] != "applied"]
    done = len(corrections) - len(idle)
    yield Bilingual(
        f"{done} of {len(corrections)} corrections were applied.",
        f"{len(corrections)}条更正中已应用{done}条。",
    )
    for each in idle[:MOST_NAMED]:
        yield Bilingual(
            f"{each['where']} did nothing: {_ended(each['note']['en'])}",
            f"{each['where']} 未起作用：{each['note']['zh']}。",
        )
    if (more := len(idle) - MOST_NAMED) > 0:
        yield Bilingual(
            f"{more} more corrections did nothing; the report lists them under Sources.",
            f"另有{more}条更正未起作用，见报告的数据来源部分。",
        )
