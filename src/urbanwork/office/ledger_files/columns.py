"""Columns of ledgers as bureaus title them, and how they are recognised."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.sources.statistics.grid import Grid


@dataclass(frozen=True, slots=True)
class Field:
    """What a column may hold, and words by which its title is known, the most telling first."""

    title: Bilingual
    known_by: tuple[str, ...]


FIELDS: Final[Mapping[str, Field]] = {
    "number": Field(Bilingual("number", "编号"), ("编号", "序号", "文号", "number", "no.", "id")),
    "title": Field(
        Bilingual("task", "任务"),
        ("任务名称", "督办事项", "工作任务", "重点任务", "事项名称", "任务", "事项", "项目名称",
         "问题", "task", "title", "item", "subject"),
    ),
    "text": Field(
        Bilingual("text, measures", "内容、措施"),
        ("任务内容", "具体措施", "工作措施", "分解措施", "整改措施", "措施", "内容", "工作要求",
         "text", "measures", "description", "details"),
    ),
    "lead": Field(
        Bilingual("lead body", "主办机构"),
        ("主办机构", "主办单位", "牵头单位", "牵头部门", "责任单位", "责任部门", "承办单位",
         "lead body", "lead unit", "responsible body", "department"),
    ),
    "helpers": Field(
        Bilingual("co-operating bodies", "协办机构"),
        ("协办机构", "协办单位", "配合单位", "配合部门", "参与单位", "co-operating", "cooperating",
         "supporting"),
    ),
    "leader": Field(
        Bilingual("leader in charge", "分管领导"),
        ("牵头领导", "分管领导", "责任领导", "包保领导", "leader"),
    ),
    "handler": Field(
        Bilingual("person named", "具体责任人"),
        ("具体责任人", "责任人", "承办人", "经办人", "联系人", "person named",
         "person", "handler", "owner"),
    ),
    "deadline": Field(
        Bilingual("deadline", "时限"),
        ("办结时限", "完成时限", "整改时限", "完成时间", "截止日期", "时限", "期限",
         "deadline", "due"),
    ),
    "areas": Field(
        Bilingual("areas", "片区"), ("片区", "所在区", "区县", "属地", "areas", "area", "district")
    ),
    "legal_basis": Field(
        Bilingual("legal basis, origin", "依据、来源"),
        ("法律依据", "立项依据", "任务来源", "依据", "来源", "legal basis", "basis", "source"),
    ),
    "progress": Field(
        Bilingual("progress in words", "进展情况"),
        ("进展情况", "工作进展", "完成情况", "办理情况", "落实情况", "progress note", "progress"),
    ),
    "percent": Field(
        Bilingual("progress in %", "进度（%）"),
        ("进度（%）", "完成进度", "序时进度", "进度", "progress in %", "percent"),
    ),
    "state": Field(
        Bilingual("state", "状态"), ("状态", "是否完成", "是否销号", "销号", "state", "status")
    ),
}  # fmt: skip
"""Fields in the order in which a ledger shows them."""
NEEDED: Final = ("title",)
MOST_ROWS_ABOVE: Final = 20
"""A ledger has its titles within so many rows from the top."""
MOST_ROWS_OF_TITLES: Final = 3


def head_rows(grid: Grid) -> range:
    """The rows of titles: of the first rows, those in which most columns are recognised.

    Titles take several rows where a cell of the first of them is merged downwards, as where
    责任分工 stands above 主办 and 协办.
    """
    tops = range(min(MOST_ROWS_ABOVE, len(grid.rows)))
    blocks = (range(top, _bottom(grid, top) + 1) for top in tops)
    return max(blocks, key=lambda block: (len(guessed(titles(grid, block))), -block.start),
               default=range(0))  # fmt: skip


def _bottom(grid: Grid, top: int) -> int:
    ends = (block.bottom for block in grid.merged if block.top == top)
    deepest = max((end for end in ends if end - top < MOST_ROWS_OF_TITLES), default=top)
    return min(deepest, len(grid.rows) - 1)


def titles(grid: Grid, block: range) -> list[str]:
    """The titles of the columns, from the top: "责任分工 / 主办单位"."""
    if not block:
        return []
    filled = grid.filled(block)
    width = max(map(len, filled))
    columns = ([row[at] if at < len(row) else None for row in filled] for at in range(width))
    return [
        " / ".join(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell))
        for cells in columns
    ]


def guessed(heads: Sequence[str]) -> dict[str, int]:
    """Which column holds which field, by their titles; no column twice.

    >>> guessed(["序号", "工作任务", "牵头单位", "配合单位", "完成时限"])
    {'number': 0, 'title': 1, 'lead': 2, 'helpers': 3, 'deadline': 4}
    >>> guessed(["序号", "工作任务", "责任分工 / 主办单位", "责任分工 / 责任人"])
    {'number': 0, 'title': 1, 'lead': 2, 'handler': 3}
    """
    found: dict[str, int] = {}
    plain = [re.sub(r"\s", "", head).lower() for head in heads]
    for is_exact in (True, False):
        for name, field in FIELDS.items():
            if name not in found and (at := _known(plain, field, is_exact, found)) is not None:
                found[name] = at
    return {name: found[name] for name in FIELDS if name in found}


def _known(
    heads: Sequence[str], field: Field, is_exact: bool, taken: Mapping[str, int]
) -> int | None:
    for word in field.known_by:
        wanted = word.replace(" ", "")
        for at, head in enumerate(heads):
            is_it = wanted in head if not is_exact else wanted in (head, head.rpartition("/")[2])
            if at not in taken.values() and is_it:
                return at
    return None


def signature(heads: Sequence[str]) -> str:
    """What tells the columns of one ledger from those of another."""
    return hashlib.sha256("\x1f".join(heads).encode()).hexdigest()
