"""Who has read a document, such as the arrangement: by version, with those who are late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """One person's word that they have read one version of a document."""

    document: str
    version: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Readership:
    """Who should have read a version: those who did, those who did not yet, and who is late.

    `outdated` names those who read an earlier version only.
    """

    read: Mapping[str, datetime]
    unread: tuple[str, ...]
    outdated: tuple[str, ...]
    late: tuple[str, ...]


def readership(
    document: str,
    version: str,
    people: Iterable[str],
    given: Iterable[Acknowledgement],
    *,
    until: datetime,
    now: datetime,
) -> Readership:
    """The state of reading at `now`; the first acknowledgement of a person counts.

    Reading an earlier version does not count for this one. Late are those who read after `until`,
    and once it has passed, those who have not read.
    """
    wanted = sorted(set(people))
    ours = [each for each in given if each.document == document and each.at <= now]
    read: dict[str, datetime] = {}
    for each in sorted(ours, key=lambda one: one.at):
        if each.version == version and each.person in wanted:
            read.setdefault(each.person, each.at)
    unread = tuple(person for person in wanted if person not in read)
    others = {each.person for each in ours if each.version != version}
    late = [person for person in wanted if read.get(person, now) > until]
    return Readership(read, unread, tuple(p for p in unread if p in others), tuple(late))
