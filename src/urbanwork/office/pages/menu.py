"""The menu: each room of the office with its address, shown to those who may open it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from urbanwork.office.access import may_open
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the menu: the name of its address, and its title."""

    name: str
    title: Bilingual


ROOMS = (
    Room("first_page", Bilingual("Overview", "总览")),
    Room("map", Bilingual("Map", "地图")),
    Room("ledger", Bilingual("Ledger", "台账")),
    Room("to_do", Bilingual("To do", "待办")),
    Room("supervision", Bilingual("Supervision", "督办")),
    Room("meetings", Bilingual("Meetings", "会议")),
    Room("people", Bilingual("Bodies and people", "机构人员")),
)


def rooms(rights: Rights | None) -> Iterator[tuple[str, Bilingual]]:
    """Addresses and titles of the rooms that a post may open."""
    for room in ROOMS if rights else ():
        try:
            path = reverse(room.name)
        except NoReverseMatch:
            continue
        if rights is not None and may_open(path, rights.role):
            yield path, room.title
