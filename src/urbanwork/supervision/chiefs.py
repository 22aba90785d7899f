"""Areas without a chief and with two (R08): every area has exactly one accountable post, filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ChiefPost:
    """A post that answers for an area, of one kind (grid, river, road ...), from a day to a day.

    `person` is None while the post is vacant; `until` is the last day, None while it goes on.
    """

    id: str
    kind: str
    area: str
    person: str | None
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the post exists on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Chiefs:
    """What is wrong on one day; `one_each` ÷ `areas` is the coverage, 100 % where all is right.

    none: areas without a post. vacant: areas whose only post has no person. several: areas with
    more than one person, and the posts. unknown: posts of areas that do not exist.
    """

    areas: int
    one_each: int
    none: tuple[str, ...]
    vacant: tuple[str, ...]
    several: tuple[tuple[str, tuple[str, ...]], ...]
    unknown: tuple[str, ...]


def chiefs(areas: Iterable[str], posts: Iterable[ChiefPost], kind: str, day: date) -> Chiefs:
    """Who answers for each area as a chief of a kind, on a day.

    Two posts of one area are two chiefs even where one person holds both: who of them is asked, in
    which capacity, is what nobody could say. A vacant post beside a filled one is no second chief.

    >>> post = ChiefPost("p1", "river", "north", "li", date(2026, 1, 1))
    >>> found = chiefs(["north", "south"], [post], "river", date(2026, 5, 1))
    >>> found.none, found.one_each, found.areas
    (('south',), 1, 2)
    """
    known = sorted(set(areas))
    filled: dict[str, list[str]] = defaultdict(list)
    empty: dict[str, list[str]] = defaultdict(list)
    for post in sorted(posts, key=lambda one: one.id):
        if post.kind == kind and post.holds(day):
            (empty if post.person is None else filled)[post.area].append(post.id)
    return Chiefs(
        areas=len(known),
        one_each=sum(len(filled[area]) == 1 for area in known),
        none=tuple(area for area in known if not filled[area] and not empty[area]),
        vacant=tuple(area for area in known if not filled[area] and empty[area]),
        several=tuple((area, tuple(filled[area])) for area in known if len(filled[area]) > 1),
        unknown=tuple(
            sorted(
                post
                for area in {*filled, *empty} - set(known)
                for post in filled[area] + empty[area]
            )
        ),
    )
