"""What a person wants over which channel, and when nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from urbanwork.office.notices.declared import Chat, Email, Notices, Sms, notices
from urbanwork.office.notices.kinds import TOPICS
from urbanwork.office.notices.models import Quiet, Wish

AT_ONCE, DIGEST, NEVER = "at_once", "digest", "never"
MODES: Final = (AT_ONCE, DIGEST, NEVER)
DEFAULTS: Final = {
    "email": {"work": AT_ONCE, "orders": AT_ONCE, "deadlines": DIGEST, "decisions": DIGEST,
              "documents": DIGEST},
    "sms": {"orders": AT_ONCE},
}  # fmt: skip
"""What comes where to those who did not say; over a channel of another kind, nothing."""


@dataclass(frozen=True)
class Wishes:
    """The wishes of one person; those of the office where they have none."""

    office: Notices
    modes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    quiet: Quiet | None = None

    def mode(self, channel: str, topic: str) -> str:
        """At once, in the digest, or never."""
        kind = self.office.channels[channel].kind
        return self.modes.get((channel, topic)) or DEFAULTS.get(kind, {}).get(topic, NEVER)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """From when to when nothing is sent; it may span midnight."""
        own = self.quiet
        if own is not None and own.begin is not None and own.end is not None:
            return own.begin, own.end
        return self.office.quiet

    @property
    def digest_at(self) -> time:
        """When the digest comes."""
        return (self.quiet.digest if self.quiet else None) or self.office.digest

    def due(self, now: datetime, mode: str) -> datetime:
        """When a message may go: now or with the next digest, after the quiet hours."""
        wanted = _next(now, self.digest_at) if mode == DIGEST else now
        return after_quiet(wanted, self.quiet_hours)


def after_quiet(moment: datetime, hours: tuple[time, time] | None) -> datetime:
    """A moment, put off to the end of the quiet hours where it lies in them."""
    if hours is None or hours[0] == hours[1]:
        return moment
    begin, end = hours
    local = timezone.localtime(moment)
    clock = local.time().replace(tzinfo=None)
    is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    return _next(moment, end) if is_quiet else moment


def _next(moment: datetime, at: time) -> datetime:
    """The next time of day after a moment, in the time of the office."""
    local = timezone.localtime(moment)
    today = _on(local.date(), at)
    return today if today > moment else _on(local.date() + timedelta(days=1), at)


def _on(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def wishes_of(people: Iterable[int]) -> dict[int, Wishes]:
    """The wishes of people; two queries."""
    ids, office = set(people), notices()
    modes: dict[int, dict[tuple[str, str], str]] = {each: {} for each in ids}
    for wish in Wish.objects.filter(person__in=ids):
        modes[wish.person_id][wish.channel, wish.topic] = wish.mode
    quiet = {each.person_id: each for each in Quiet.objects.filter(person__in=ids)}
    return {each: Wishes(office, modes[each], quiet.get(each)) for each in ids}


def personal_channels() -> dict[str, Email | Sms]:
    """Channels that reach one person, by name."""
    return {
        name: channel
        for name, channel in notices().channels.items()
        if not isinstance(channel, Chat)
    }


def group_channels() -> dict[str, Chat]:
    """Chats of groups, by name."""
    return {
        name: channel for name, channel in notices().channels.items() if isinstance(channel, Chat)
    }


def every_topic() -> list[str]:
    """Topics in their order."""
    return list(TOPICS)
