"""What the checklist consists of: the items as data, and what was found of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from urbanwork.catalogue.models import Bilingual
from urbanwork.quantities.kept_yaml import load_own_yaml

State = Literal["met", "not_met", "unknown"]
CHECKS = Path(__file__).with_name("checks.yaml")
MOST_PLACES = 12
"""Places named of one item; the sentence has the number of all."""


@dataclass(frozen=True, slots=True)
class Quality:
    """One of the six qualities."""

    id: str
    title: Bilingual
    asks: Bilingual


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of every plan: data only."""

    id: str
    quality: str
    title: Bilingual
    cure: Bilingual  # what would mend it
    source: Bilingual
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one check."""

    state: State
    sentence: Bilingual
    where: tuple[str, ...] = ()  # "plan.yaml:12", "land.geojson:3"
    cure: Bilingual | None = None  # instead of that of the check


@dataclass(frozen=True, slots=True)
class Item:
    """A check with its answer."""

    check: Check
    found: Found

    @property
    def cure(self) -> Bilingual:
        """What would mend it, or make it known."""
        return self.found.cure or self.check.cure


def met(en: str, zh: str, *where: str) -> Found:
    """The plan has what is asked."""
    return Found("met", Bilingual(en, zh), where[:MOST_PLACES])


def not_met(en: str, zh: str, *where: str) -> Found:
    """The plan shows that it has not."""
    return Found("not_met", Bilingual(en, zh), where[:MOST_PLACES])


def unknown(en: str, zh: str, *where: str, need: tuple[str, str] | None = None) -> Found:
    """Nothing tells whether it has; `need` is what would tell, unless the cure says it too."""
    cure = None if need is None else Bilingual(*need)
    return Found("unknown", Bilingual(en, zh), where[:MOST_PLACES], cure)


@cache
def qualities() -> tuple[Quality, ...]:
    """The six qualities in their order.

    >>> [quality.id for quality in qualities()]
    ['scientific', 'forward_looking', 'systematic', 'intensive', 'precise', 'authoritative']
    """
    rows = load_own_yaml(CHECKS)[0]["qualities"]
    return tuple(Quality(row["id"], Bilingual(**row["title"]), Bilingual(**row["asks"]))
                 for row in rows)  # fmt: skip


@cache
def checks() -> dict[str, Check]:
    """Every check by id, in the order of the file."""
    rows = load_own_yaml(CHECKS)[0]["checks"]
    return {
        row["id"]: Check(
            row["id"], row["quality"], Bilingual(**row["title"]), Bilingual(**row["cure"]),
            Bilingual(**row["source"]), row.get("parameters") or {},
        )
        for row in rows
    }  # fmt: skip


@cache
def systems() -> dict[str, Bilingual]:
    """The systems that a plan is asked for, by id."""
    rows = load_own_yaml(CHECKS)[0]["systems"]
    return {row["id"]: Bilingual(**row["title"]) for row in rows}


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "file"), count(2, "file")
    ('1 file', '2 files')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
