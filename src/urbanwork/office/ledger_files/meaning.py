"""What the texts of a row mean here: bodies, people, areas, days; and what cannot be told."""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.ledger.deadlines import end_of
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger_files.dates import day_of, days_in
from urbanwork.office.ledger_files.models import BodyName
from urbanwork.office.ledger_files.rows import Row
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.quantities.bilingual import Bilingual

_SEPARATORS = re.compile(r"(?:[、，,；;/\n]|(?<=\w)\s+(?=\w))(?![^（(]*[）)])")
_LEADS: Final = ("牵头", "主办", "责任")
_HELPS: Final = ("配合", "协办", "参与")
_NAMED: Final = rf"({'|'.join((*_LEADS, *_HELPS))})(?:单位|部门|机构)?"
_PART = re.compile(rf"{_NAMED}[:：]")
"""Before the bodies of one part, where a cell holds those of several."""
_MARK = re.compile(rf"[（(]{_NAMED}[）)]")
_DONE = re.compile(
    r"(已(全部|经)?|^)(整改|办理)?(办结|完成|完毕|到位|销号|归档|整改|核验|作废)(销号|归档)?"
    r"(?=$|[\s，,。；;、（(])|^([是√✓✔]|done|closed|archived|void)$",
    re.I,
)
"""All of it is done: not 已完成选址, not 已完成50%, not 未完成."""
PROGRESS = "原台账进展情况 Progress in the ledger that was read"
LONGEST_TITLE = 300
HIDDEN = Bilingual("The file hides this row.", "该行在文件中被隐藏。")
DECOMPOSED = Bilingual("Decomposed into {n} measures.", "分解为{n}项措施。")


@dataclass
class Meant:
    """What a row means. `faults` keep it out; `notes` are told and let it in.

    `unknown` are names of bodies that the office does not know.
    """

    row: Row
    fields: dict[str, Any] = field(default_factory=dict)
    lead: Body | None = None
    helpers: list[Body] = field(default_factory=list)
    deadline: datetime | None = None
    milestones: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    is_done: bool = False
    faults: list[Bilingual] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)


class Reader:
    """Reads rows by the bodies, people and areas that this office knows."""

    def __init__(self, today: date | None = None) -> None:
        self.today = today or timezone.localdate()
        self.bodies = _by_name(Body.objects.filter(is_closed=False)) | {
            each.name: each.body
            for each in BodyName.objects.filter(body__is_closed=False).select_related("body")
        }
        self.people: dict[str, list[Person]] = {}
        for person in Person.objects.filter(is_active=True):
            self.people.setdefault(person.name, []).append(person)
        self.held_in: dict[int, list[str]] = {}
        for held_by, path in Post.objects.held().values_list("person", "body__path"):
            self.held_in.setdefault(held_by, []).append(path)
        known = names().areas
        self.areas = {
            text: key for key, name in known.items() for text in (key, name.zh, name.en) if text
        }

    def read(self, row: Row) -> Meant:
        """What a row means."""
        meant = Meant(row)
        self._texts(meant)
        self._bodies(meant)
        self._people(meant)
        self._deadline(meant)
        self._areas(meant)
        self._percent(meant)
        meant.is_done = bool(_DONE.search(row.text("state")))
        if row.is_hidden:
            meant.notes.append(HIDDEN)
        if row.measures:
            meant.notes.append(DECOMPOSED.filled(n=row.measures))
        return meant

    def _texts(self, meant: Meant) -> None:
        title = " ".join(meant.row.text("title").split())
        text = meant.row.text("text")
        if not title:
            meant.faults.append(Bilingual("It has no task.", "没有任务名称。"))
        if len(title) > LONGEST_TITLE:
            text, title = f"{title}\n{text}".strip(), f"{title[: LONGEST_TITLE - 1]}…"
        if progress := meant.row.text("progress"):
            text = f"{text}\n\n{PROGRESS}: {progress}".strip()
        meant.fields |= {"title": title, "text": text, "legal_basis": meant.row.text("legal_basis")}

    def _bodies(self, meant: Meant) -> None:
        texts = _parted(meant.row.text("lead"))
        leads = self._found(meant, texts[0])
        meant.helpers = [*leads[1:], *self._found(meant, texts[1])]
        meant.helpers += self._found(meant, " ".join(_parted(meant.row.text("helpers"))))
        meant.lead = leads[0] if leads else None
        if len(leads) > 1:
            meant.notes.append(
                Bilingual(
                    f"Several lead bodies; '{leads[0].title('en')}' leads, the others co-operate.",
                    f"主办机构不止一个，以“{leads[0].title('zh')}”主办，其余列为协办。",
                )
            )
        lead = {meant.lead.pk} if meant.lead else set()
        others = {each.pk: each for each in meant.helpers if each.pk not in lead}
        meant.helpers = list(others.values())

    def _found(self, meant: Meant, text: str) -> list[Body]:
        found = []
        for name in filter(None, map(str.strip, _SEPARATORS.split(text))):
            body = self.bodies.get(name) or self.bodies.get(_short(name))
            if body is None:
                meant.faults.append(self._unknown(name))
                meant.unknown.append(name)
            else:
                found.append(body)
        return found

    def _unknown(self, name: str) -> Bilingual:
        near = difflib.get_close_matches(_short(name), self.bodies, n=1, cutoff=0.5)
        en = f" Did you mean '{near[0]}'?" if near else ""
        zh = f"是否为“{near[0]}”？" if near else ""
        return Bilingual(f"No body is called '{name}'.{en}", f"没有名为“{name}”的机构。{zh}")

    def _people(self, meant: Meant) -> None:
        for which in ("leader", "handler"):
            name = meant.row.text(which)
            found = self.people.get(name, [])
            if len(found) == 1:
                meant.fields[which] = found[0]
            elif name:
                meant.notes.append(
                    Bilingual(
                        f"'{name}' is not one person of this office; the task names nobody.",
                        f"“{name}”不是本系统中唯一的人员，任务暂不指定。",
                    )
                )
        self._handler(meant)

    def _handler(self, meant: Meant) -> None:
        """Only people of the bodies of a task can be named for it."""
        named = meant.fields.get("handler")
        if named is None:
            return
        paths = tuple(each.path for each in (meant.lead, *meant.helpers) if each)
        if paths and any(path.startswith(paths) for path in self.held_in.get(named.pk, [])):
            return
        del meant.fields["handler"]
        meant.notes.append(
            Bilingual(
                f"'{named.name}' holds no post in the bodies of this row; the task names nobody.",
                f"“{named.name}”未在该行的机构任职，任务暂不指定。",
            )
        )

    def _deadline(self, meant: Meant) -> None:
        text = meant.row.text("deadline")
        if not text:
            return
        try:
            meant.deadline = end_of(self._day(meant, text))
        except UserError as fault:
            meant.faults.append(Bilingual(str(fault), str(fault)))
        except ValueError:
            meant.notes.append(
                Bilingual(
                    f"'{text}' is no day; the task is entered without a deadline.",
                    f"“{text}”不是日期，任务暂不设时限。",
                )
            )

    def _day(self, meant: Meant, text: str) -> date:
        """The day of a text, or the last of those that it says; the others become milestones."""
        with suppress(ValueError):
            return day_of(text, self.today)
        days = days_in(text, self.today)
        if not days:
            raise ValueError(text)
        last = max(day for _, day in days)
        earlier = {part: day for part, day in days if day < last}
        meant.milestones = [
            {"title": part[:LONGEST_TITLE], "due": end_of(day)} for part, day in earlier.items()
            if "至" not in part and "-" not in part and "—" not in part
        ]  # fmt: skip
        meant.notes.append(
            Bilingual(
                f"The deadline is read as {last}, the last day in '{text}'; "
                f"milestones: {len(meant.milestones)}.",
                f"“{text}”按其中最后一日{last}作为时限，另列节点{len(meant.milestones)}个。",
            )
        )
        return last

    def _areas(self, meant: Meant) -> None:
        texts = list(filter(None, map(str.strip, _SEPARATORS.split(meant.row.text("areas")))))
        meant.fields["areas"] = [self.areas[text] for text in texts if text in self.areas]
        for text in texts:
            if text not in self.areas:
                meant.notes.append(
                    Bilingual(f"No area is called '{text}'.", f"没有名为“{text}”的片区。")
                )

    def _percent(self, meant: Meant) -> None:
        text = meant.row.text("percent").replace("％", "%")
        if not text:
            return
        try:
            value = float(text.rstrip("%"))
        except ValueError:
            return
        share = value * 100 if not text.endswith("%") and 0 < value < 1 else value
        if 0 <= share <= 100:
            meant.fields["percent"] = share


def _parted(text: str) -> tuple[str, str]:
    """The names of those that lead, and of those that co-operate, in one cell.

    >>> _parted("主办单位：教育局；协办：住建局、卫健委"), _parted("住建局、教育局（主办）")
    (('教育局', '住建局、卫健委'), ('教育局', '住建局'))
    >>> _parted("教育局、住建局")
    ('教育局、住建局', '')
    """
    if _PART.search(text):
        pieces = _PART.split(text)
        parts = list(zip([_LEADS[0], *pieces[1::2]], pieces[::2], strict=True))
    else:
        names = [name.strip() for name in _SEPARATORS.split(text) if name.strip()]
        has_lead = any((mark := _MARK.search(name)) and mark[1] in _LEADS for name in names)
        other = _HELPS[0] if has_lead else _LEADS[0]
        marks = [_MARK.search(name) for name in names]
        parts = [
            (mark[1] if mark else other, _MARK.sub("", name))
            for mark, name in zip(marks, names, strict=True)
        ]
    texts = [(part in _LEADS, text.strip("；;、，, \n")) for part, text in parts]
    leads, others = ([name for is_lead, name in texts if name and is_lead is wanted]
                     for wanted in (True, False))  # fmt: skip
    return "、".join(leads), "、".join(others)


def _by_name(bodies: Any) -> dict[str, Body]:
    """Bodies by all that they are called; a name of two bodies finds neither."""
    found: dict[str, Body | None] = {}
    for body in bodies:
        for name in {body.name, body.name_en, body.code, _short(body.name)} - {""}:
            found[name] = None if name in found else body
    return {name: body for name, body in found.items() if body is not None}


def _short(name: str) -> str:
    """A name without the rank that bureaus put before it.

    >>> _short("市教育局"), _short("市政府")
    ('教育局', '市政府')
    """
    return re.sub(r"^[市区县省](?=..[^ ]*[局委办室处院会部]$)", "", name)
