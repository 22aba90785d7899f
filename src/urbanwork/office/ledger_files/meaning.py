"""What the texts of a row mean here: bodies, people, areas, days; and what cannot be told."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.ledger.deadlines import end_of
from urbanwork.office.ledger.names import names
from urbanwork.office.ledger_files.dates import day_of
from urbanwork.office.ledger_files.rows import Row
from urbanwork.office.people.models import Body, Person
from urbanwork.quantities.bilingual import Bilingual

_SEPARATORS = re.compile(r"[、，,；;/\n]|(?<=\w)\s+(?=\w)")
_DONE = re.compile(
    r"已(办结|完成|销号|归档|整改|核验|作废)|^(是|办结|完成|销号|done|closed|archived|void)$", re.I
)
PROGRESS = "原台账进展情况 Progress in the ledger that was read"
LONGEST_TITLE = 300


@dataclass
class Meant:
    """What a row means. `faults` keep it out; `notes` are told and let it in."""

    row: Row
    fields: dict[str, Any] = field(default_factory=dict)
    lead: Body | None = None
    helpers: list[Body] = field(default_factory=list)
    deadline: datetime | None = None
    is_done: bool = False
    faults: list[Bilingual] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)


class Reader:
    """Reads rows by the bodies, people and areas that this office knows."""

    def __init__(self, today: date | None = None) -> None:
        self.today = today or timezone.localdate()
        self.bodies = _by_name(Body.objects.filter(is_closed=False))
        self.people: dict[str, list[Person]] = {}
        for person in Person.objects.filter(is_active=True):
            self.people.setdefault(person.name, []).append(person)
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
        leads = self._found(meant, "lead")
        meant.helpers = [*leads[1:], *self._found(meant, "helpers")]
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

    def _found(self, meant: Meant, which: str) -> list[Body]:
        found = []
        for name in filter(None, map(str.strip, _SEPARATORS.split(meant.row.text(which)))):
            body = self.bodies.get(name) or self.bodies.get(_short(name))
            if body is None:
                meant.faults.append(self._unknown(name))
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

    def _deadline(self, meant: Meant) -> None:
        text = meant.row.text("deadline")
        if not text:
            return
        try:
            meant.deadline = end_of(day_of(text, self.today))
        except UserError as fault:
            meant.faults.append(Bilingual(str(fault), str(fault)))
        except ValueError:
            meant.notes.append(
                Bilingual(
                    f"'{text}' is no day; the task is entered without a deadline.",
                    f"“{text}”不是日期，任务暂不设时限。",
                )
            )

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


def _by_name(bodies: Any) -> Mapping[str, Body]:
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
