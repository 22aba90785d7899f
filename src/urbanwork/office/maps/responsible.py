"""Who answers for a number at a place: chiefs of the area, bodies that lead tasks there, and the
body that the arrangement names for the indicator."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body, Post
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual

CHIEF: Final = "leader"
"""The role whose posts answer for the areas that they name."""
MOST_TASKS: Final = 5


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers; a list may be empty, and then nobody does."""

    chiefs: Sequence[Post]  # posts of leaders that name the area
    leads: Sequence[Body]  # bodies that lead open tasks of this indicator there
    tasks: Sequence[Task]
    asked: Sequence[Bilingual]  # bodies that the arrangement names for the indicator
    has_area: bool

    @property
    def is_contested(self) -> bool:
        """Whether more than one person answers for the area."""
        return len({each.person_id for each in self.chiefs}) > 1


def responsible(rights: Rights, exam: Path, indicator: str, area: str | None) -> Responsible:
    """Who answers for an indicator in an area, as far as the post may see."""
    tasks = visible(rights).filter(is_open=True, indicator=indicator)
    if area:
        tasks = tasks.filter(area=area)
    found = list(tasks.select_related("lead").order_by("deadline", "id")[:MOST_TASKS])
    leads = {each.lead.pk: each.lead for each in found if each.lead is not None}
    return Responsible(
        chiefs_of(area) if area else [], list(leads.values()), found,
        list(_asked(exam).get(indicator, {}).values()), bool(area),
    )  # fmt: skip


def chiefs_of(area: str) -> list[Post]:
    """The posts of leaders that name an area and hold today."""
    posts = Post.objects.held().filter(role=CHIEF, body__is_closed=False)
    named = posts.select_related("person", "body")
    return [post for post in named if area in post.areas]


@lru_cache(maxsize=4)
def _asked(exam: Path) -> Mapping[str, Mapping[str, Bilingual]]:
    """Per indicator the lead bodies of the asks that it serves, by their id."""
    path = exam / "points.json"
    points = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    found: dict[str, dict[str, Bilingual]] = {}
    for ask in (ask for point in points for ask in point["asks"]):
        lead: dict[str, Any] | None = ask["lead"]
        for indicator in ask["indicators"] if lead else ():
            named = found.setdefault(indicator, {})
            named[lead["id"]] = Bilingual(lead["en"], lead["zh"])  # type: ignore[index]
    return found
