"""Scientific: what each proposal rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from urbanwork.planning.audit.checklist import Found, count, met, not_met, unknown
from urbanwork.planning.audit.plan import Plan
from urbanwork.planning.audit.shapes import Drawn

NO_PROPOSALS = ("The plan lists no proposals.", "规划未列出方案。")
KINDS = {"evidence": ("evidence", "佐证"), "simulation": ("simulation", "模拟")}


def proofs(plan: Plan, kind: str) -> Found:
    """Whether each proposal names files of evidence or simulation that are there."""
    proposals = plan.listed("proposals")
    if not proposals:
        return unknown(*NO_PROPOSALS, plan.where("proposals"))
    without, lost = _lacking(plan, kind, proposals)
    en, zh = KINDS[kind]
    article = "a " if kind == "simulation" else ""
    if not without and not lost:
        files = _number(proposals, kind)
        return met(
            f"{_each(len(proposals))} {article}{en}, {count(files, 'file')} in all.",
            f"{len(proposals)}项方案均有{zh}，共{files}个文件。",
            *[plan.where("proposals", n, kind) for n in range(len(proposals))],
        )
    parts = _told(without, lost, len(proposals), en, zh)
    where = [*(place for place, _ in without), *(place for place, _ in lost)]
    return not_met(
        "; ".join(each[0] for each in parts) + ".",
        "；".join(each[1] for each in parts) + "。",
        *where,
    )


def _lacking(
    plan: Plan, kind: str, proposals: Sequence[Mapping[str, Any]]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Proposals that name no file, and files that are named but not there."""
    without, lost = [], []
    for number, proposal in enumerate(proposals):
        given = proposal.get(kind) or ()
        if not given:
            without.append((plan.where("proposals", number), proposal["id"]))
        for place, proof in enumerate(given):
            if not plan.has(proof["file"]):
                lost.append((plan.where("proposals", number, kind, place), proof["file"]))
    return without, lost


def _told(
    without: list[tuple[str, str]], lost: list[tuple[str, str]], total: int, en: str, zh: str
) -> list[tuple[str, str]]:
    parts = []
    if without:
        names = [name for _, name in without]
        verb = "has" if len(names) == 1 else "have"
        parts.append(
            (
                f"{len(names)} of {count(total, 'proposal')} {verb} no {en}: {_some(names)}",
                f"{total}项方案中{len(names)}项没有{zh}：{_some(names, '、', '等')}",
            )
        )
    if lost:
        names = [name for _, name in lost]
        what = "files are" if len(names) > 1 else "file is"
        parts.append(
            (
                f"{len(names)} {what} named but missing or empty: {_some(names)}",
                f"{len(names)}个文件已列出但不存在或为空：{_some(names, '、', '等')}",
            )
        )
    return parts


def changes_proposed(plan: Plan, drawn: Drawn) -> Found:
    """Whether each change of the scenario belongs to a proposal, and each named change exists."""
    if drawn.scenario is None:
        return unknown(
            "No scenario can be read that would show the changes.",
            "没有可读取的情景文件，无法了解变更。",
            plan.where("scenario"),
        )
    ids = {change.id: change.origin.rsplit("/", 1)[-1] for change in drawn.scenario.changes}
    named = {
        change: plan.where("proposals", number, "changes", place)
        for number, proposal in enumerate(plan.listed("proposals"))
        for place, change in enumerate(proposal.get("changes") or ())
    }
    orphans, ghosts = sorted(set(ids) - set(named)), sorted(set(named) - set(ids))
    if not orphans and not ghosts:
        return met(
            f"{_all(len(ids))} to a proposal.",
            f"{len(ids)}项变更均属于某一方案。",
            plan.where("scenario"),
        )
    en, zh = [], []
    if orphans:
        verb = "belongs" if len(orphans) == 1 else "belong"
        en.append(
            f"{len(orphans)} of {count(len(ids), 'change')} {verb} to no proposal: {_some(orphans)}"
        )
        zh.append(f"{len(ids)}项变更中{len(orphans)}项不属于任何方案：{_some(orphans, '、', '等')}")
    if ghosts:
        en.append(f"the scenario has no change {_some(ghosts)}")
        zh.append(f"情景中没有变更：{_some(ghosts, '、', '等')}")
    where = [*(ids[each] for each in orphans), *(named[each] for each in ghosts)]
    text = "; ".join(en)
    return not_met(text[0].upper() + text[1:] + ".", "；".join(zh) + "。", *where)


def _number(proposals: Sequence[Mapping[str, Any]], kind: str) -> int:
    return sum(len(proposal[kind]) for proposal in proposals)


def _each(number: int) -> str:
    return "The one proposal has" if number == 1 else f"All {number} proposals have"


def _all(number: int) -> str:
    return "The one change belongs" if number == 1 else f"All {number} changes belong"


def _some(names: Sequence[str], joint: str = ", ", more: str = " ...") -> str:
    """The first names.

    >>> _some(list("abcdef"))
    'a, b, c, d ...'
    """
    return joint.join(names[:4]) + (more if len(names) > 4 else "")
