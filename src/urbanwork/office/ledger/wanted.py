"""What somebody wants to see of the ledger, as the query of an address says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from urbanwork.office.ledger.models import SOURCES, WEIGHTS
from urbanwork.office.ledger.searching import words
from urbanwork.office.rules import lifecycle, lights
from urbanwork.quantities.bilingual import Bilingual

SORTS: Final = ("deadline", "newest", "people")
OPEN, ALL, DONE = "open", "all", "done"
LONGEST: Final = 200
"""No word, id or code that one filters by is longer."""


@dataclass(frozen=True)
class Wanted:
    """A filter of the ledger. Empty means: not filtered by it.

    `state` is a state, or `open` (the default), `done`, `all`. `lead` and `helper` are ids of
    bodies, those below included. `area` is an id, `point` and `indicator` are ids. `begin` and
    `end` are days between which the deadline lies, both included.
    """

    q: str = ""
    state: str = OPEN
    light: str = ""
    lead: int | None = None
    helper: int | None = None
    mine: bool = False
    area: str = ""
    point: str = ""
    source: str = ""
    indicator: str = ""
    weight: str = ""
    begin: date | None = None
    end: date | None = None
    overdue: bool = False
    owes: bool = False
    sort: str = "deadline"

    @property
    def words(self) -> list[str]:
        """The words that a task must have."""
        return words(self.q)

    @property
    def query(self) -> str:
        """The query of an address that says the same, in one form.

        >>> Wanted(state="open", q="幼儿园", mine=True).query
        'q=%E5%B9%BC%E5%84%BF%E5%9B%AD&mine=1'
        """
        standard = Wanted()
        said = [
            (each.name, "1" if (value := getattr(self, each.name)) is True else str(value))
            for each in fields(self)
            if getattr(self, each.name) != getattr(standard, each.name)
        ]
        return urlencode(said)

    @property
    def count(self) -> int:
        """By how many fields besides words and order it filters."""
        names = (each.name for each in fields(self) if each.name not in ("q", "sort", "state"))
        return sum(getattr(self, name) not in ("", None, False) for name in names)


def wanted(query: Mapping[str, str]) -> tuple[Wanted, list[Bilingual]]:
    """The filter that a query says, and a sentence for each thing in it that cannot be read.

    What cannot be read filters nothing and is said; what is not a filter is left alone.
    """
    read: dict[str, Any] = {}
    faults = []
    for name, reader in _readers().items():
        given = query.get(name, "").replace("\0", "").strip()
        if not given:
            continue
        try:
            read[name] = reader(given)
        except ValueError:
            faults.append(_fault(name, given))
    return Wanted(**read), faults


def _fault(name: str, given: str) -> Bilingual:
    return Bilingual(
        f"{name}: '{given[:40]}' is not understood and filters nothing.",
        f"{name}：无法识别“{given[:40]}”，未按此筛选。",
    )


def _readers() -> dict[str, Callable[[str], Any]]:
    return {
        "q": _text, "state": _one_of([OPEN, DONE, ALL, *lifecycle().states]),
        "light": _one_of([*lights().lights, "none"]), "lead": _id, "helper": _id, "mine": _flag,
        "area": _text, "point": _text, "source": _one_of(SOURCES), "indicator": _text,
        "weight": _one_of(WEIGHTS), "begin": _day, "end": _day,
        "overdue": _flag, "owes": _flag, "sort": _one_of(SORTS),
    }  # fmt: skip


def _one_of(known: Any) -> Callable[[str], str]:
    def read(given: str) -> str:
        if given not in known:
            raise ValueError
        return given

    return read


def _text(given: str) -> str:
    return given[:LONGEST]


def _id(given: str) -> int:
    number = int(given)
    if not 0 < number < 2**63:
        raise ValueError
    return number


def _day(given: str) -> date:
    """A day that can be counted with: moments of it exist in every zone."""
    day = date.fromisoformat(given)
    if not 1900 <= day.year < 3000:
        raise ValueError
    return day


def _flag(given: str) -> bool:
    if given not in ("0", "1", "on", "true", "false"):
        raise ValueError
    return given in ("1", "on", "true")
