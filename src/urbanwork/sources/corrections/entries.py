"""One correction: who says on what evidence that the data is wrong, and what is right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Point = tuple[float, float]  # longitude, latitude (WGS84)

PLACE, STREET = "place", "street"
ADD, CLOSE, MOVE, REOPEN = "add", "close", "move", "reopen"
ACTIONS = {PLACE: (ADD, CLOSE, MOVE, REOPEN), STREET: (ADD, CLOSE, REOPEN)}


@dataclass(frozen=True, slots=True)
class Target:
    """What is corrected: an id of the data, or what it is called and where it lies."""

    id: str | None = None
    category: str | None = None
    name: str | None = None
    at: Point | None = None

    def __str__(self) -> str:
        place = f"near {self.at[0]:.5f}, {self.at[1]:.5f}" if self.at else None
        words = (self.id, self.category, self.name and f"'{self.name}'", place)
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry of `corrections.yaml`, checked. Fields that its action does not use are None."""

    id: str  # "correction/<hash of the entry>", the same in every run
    where: str  # "corrections.yaml:12"
    action: str  # add, close, move, reopen
    what: str  # place, street
    author: str
    date: str  # ISO, when it was written
    evidence: str  # text or address
    reason: str | None = None
    expires: str | None = None  # ISO, the last day on which it holds
    target: Target | None = None
    category: str | None = None
    name: str | None = None
    name_zh: str | None = None
    name_en: str | None = None
    at: Point | None = None  # where to add or to move to
    capacity: float | None = None
    opened: str | None = None
    line: tuple[Point, ...] = ()  # course of a new street
    part: tuple[Point, Point] | None = None  # only this part of a street is closed
    highway: str | None = None  # class of a new or reopened street
    oneway: bool = False

    def shown(self) -> dict[str, Any]:
        """What a reader of the examination sees of it."""
        return {
            "id": self.id, "where": Path(self.where).name, "action": self.action, "what": self.what,
            "target": str(self.target) if self.target else None,
            "category": self.category or (self.target.category if self.target else None),
            "name": self.name or self.name_zh or (self.target.name if self.target else None),
            "author": self.author, "date": self.date, "evidence": self.evidence,
            "reason": self.reason, "expires": self.expires,
        }  # fmt: skip
