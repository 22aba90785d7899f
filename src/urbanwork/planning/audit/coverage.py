"""Systematic: which systems the plan treats, and how well they go together before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import UserError
from urbanwork.examination.examined import Value, read_examined
from urbanwork.examination.tabulate import CITY
from urbanwork.planning.audit.checklist import (
    Check,
    Found,
    Item,
    met,
    not_met,
    systems,
    unknown,
)
from urbanwork.planning.audit.plan import Plan

DEGREES = "coordination."


def covered(plan: Plan, check: Check) -> list[Item]:
    """One item for each system that a plan is asked for."""
    return [
        Item(replace(check, id=f"system.{name}", title=title), _covered(plan, name, title))
        for name, title in systems().items()
    ]


def _covered(plan: Plan, name: str, title: Bilingual) -> Found:
    proposals = [
        plan.where("proposals", n)
        for n, each in enumerate(plan.listed("proposals"))
        if name in (each.get("systems") or ())
    ]
    for number, said in enumerate(plan.listed("systems")):
        if said["id"] == name:
            return _said(plan, number, said, proposals)
    if proposals:
        number = len(proposals)
        what = "One proposal concerns" if number == 1 else f"{number} proposals concern"
        return met(
            f"{what} it; no chapter is named.",
            f"{number}项方案涉及该系统；未注明章节。",
            *proposals,
        )
    if not plan.listed("systems"):
        return unknown(
            "The plan does not say which systems it treats.",
            "规划未说明涵盖哪些系统。",
            plan.where("systems"),
        )
    return not_met(
        "The plan treats other systems, not this one.",
        "规划涵盖其他系统，未涉及该系统。",
        plan.where("systems"),
    )


def _said(plan: Plan, number: int, said: Mapping[str, str], proposals: list[str]) -> Found:
    place, where, file = plan.where("systems", number), said.get("where"), said.get("file")
    if file is not None and not plan.has(file):
        return not_met(
            f"{file} is named for it, but missing or empty.",
            f"为其列出的{file}不存在或为空。",
            place,
        )
    if where is None and file is None:
        return not_met(
            "It is named without the chapter or file that treats it.",
            "仅列出名称，未注明章节或文件。",
            place,
        )
    told = where or file
    count = len(proposals)
    also = f", and {count} {'proposal' if count == 1 else 'proposals'}" if count else ""
    also_zh = f"，另有{count}项方案" if count else ""
    return met(f"Treated in {told}{also}.", f"见{told}{also_zh}。", place, *proposals)


def coordination(plan: Plan, check: Check) -> Found:
    """Whether the degrees of coordination of the city hold or rise, where both are known."""
    said = plan.table("examinations")
    place = plan.where("examinations")
    if not said:
        return unknown(
            "The plan names no examinations of the city today and as planned.",
            "规划未提供现状与规划后的体检。",
            place,
        )
    try:
        before, after = (read_examined(plan.folder / said[key]) for key in ("before", "after"))
    except UserError as error:
        told = str(error).replace(f"{plan.folder}/", "").splitlines()[0]
        return unknown(f"An examination cannot be read: {told}", f"体检无法读取：{told}", place)
    known = _degrees(before.values, after.values)
    if not known:
        return unknown(
            "Neither examination has a degree of coordination of the whole city that "
            "the other has too.",
            "两次体检没有共同的全市协调度。",
            place,
        )
    down = {
        key: pair
        for key, pair in known.items()
        if pair[1] < pair[0] - check.parameters["tolerance"]
    }
    shown = list((down or known).items())[:3]
    titles = {} if after.catalogue is None else after.catalogue.indicators
    en = "; ".join(f"{_title(titles, key).en}: {a:.3f} to {b:.3f}" for key, (a, b) in shown)
    zh = "；".join(f"{_title(titles, key).zh}：{a:.3f}变为{b:.3f}" for key, (a, b) in shown)
    if down:
        return not_met(
            f"{len(down)} of {len(known)} degrees fall: {en}.",
            f"{len(known)}项协调度中{len(down)}项下降：{zh}。",
            place,
        )
    return met(
        f"None of {len(known)} degrees falls: {en}.", f"{len(known)}项协调度均未下降：{zh}。", place
    )


def _degrees(
    before: Mapping[tuple[str, str], Value], after: Mapping[tuple[str, str], Value]
) -> dict[str, tuple[float, float]]:
    found = {}
    for (key, area), value in before.items():
        other = after.get((key, area))
        if key.startswith(DEGREES) and area == CITY and other is not None:
            pair = (value.value, other.value)
            if pair[0] is not None and pair[1] is not None:
                found[key] = (pair[0], pair[1])
    return found


def _title(titles: Mapping[str, object], key: str) -> Bilingual:
    known = titles.get(key)
    return getattr(known, "title", Bilingual(key, key))
