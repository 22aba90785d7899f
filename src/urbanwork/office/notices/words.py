"""The words of notices: number and title of a task, and where to open it. No more leaves the house.

Nothing of a restricted task leaves it at all, but that one waits: who signs in sees which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.urls import reverse

from urbanwork.office.ledger.models import Task
from urbanwork.office.notices.declared import notices
from urbanwork.office.notices.kinds import KINDS
from urbanwork.office.notices.models import News
from urbanwork.quantities.bilingual import Bilingual

Lang = Literal["en", "zh"]
RESTRICTED: Final = Bilingual("A matter in the office waits for you.", "办公系统有事项待您处理。")
DIGEST: Final = Bilingual("{count} notices", "通知{count}条")
MORE: Final = Bilingual("and {count} more, in the office.", "另有{count}条，请登录查看。")
MOST: Final = 30
"""So many lines a digest has at most."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: a subject of one line, and lines."""

    subject: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Subject and lines, for channels without a subject."""
        rest = self.lines if self.lines[:1] != (self.subject,) else self.lines[1:]
        return "\n".join([self.subject, *rest])


def sentence(news: News, lang: Lang) -> str:
    """What is told, inside the office."""
    facts = {"title": _title(news.task), **news.facts}
    return str(getattr(KINDS[news.kind].words, lang)).format_map(facts)


def _title(task: Task | None) -> str:
    return "" if task is None else one_line(f"{task.number} {task.title}")


def one_line(text: str) -> str:
    """A text without line ends and other signs that steer; long ones are cut.

    >>> one_line("a\\r\\nBcc: x")
    'a Bcc: x'
    """
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return plain if len(plain) <= 160 else f"{plain[:159]}…"


def outside(news: News, lang: Lang) -> str:
    """What is told outside the office."""
    if is_restricted(news):
        return str(getattr(RESTRICTED, lang))
    return one_line(sentence(news, lang))


def is_restricted(news: News) -> bool:
    """Whether nothing of it may leave the office."""
    return news.task is not None and news.task.visibility == "restricted"


def message(told: Sequence[News], lang: Lang, *, is_digest: bool) -> Message:
    """One message of one or more pieces of news."""
    lines = list(dict.fromkeys(outside(each, lang) for each in told))
    subject = lines[0]
    if is_digest:
        subject = getattr(DIGEST, lang).format(count=len(told))
    shown = lines[:MOST]
    if len(lines) > MOST:
        shown.append(getattr(MORE, lang).format(count=len(lines) - MOST))
    link = _link(None if is_digest or is_restricted(told[0]) else told[0].task)
    return Message(subject, (*shown, *([link] if link else [])))


def _link(task: Task | None) -> str:
    """Where it leads: the task, else the to-do list; nothing where no address is declared."""
    address = notices().address
    if address is None:
        return ""
    return address.rstrip("/") + path_of(task)


def path_of(task: Task | None) -> str:
    """The path of a task's page, else of the to-do list."""
    return reverse("to_do") if task is None else reverse("task", args=[task.number])
