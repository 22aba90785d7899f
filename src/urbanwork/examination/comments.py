"""What districts and bureaus say of a draft, and what they are answered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from urbanwork.errors import UserError
from urbanwork.examination.journal import Journal, Record

FILE = "comments.jsonl"
FROZEN = "frozen.json"
"""What `frozen.freeze` writes; from then on there is nothing to comment on."""


def comments_of(folder: Path) -> list[Record]:
    """Comments and answers, oldest first. Raises UserError where the journal was changed."""
    return Journal(folder / FILE).records()


def unanswered(folder: Path) -> list[Record]:
    """The comments that no answer names."""
    records = comments_of(folder)
    answered = {each["answers"] for each in records if each["kind"] == "answer"}
    return [
        each for each in records if each["kind"] == "comment" and each["number"] not in answered
    ]


def add_comment(
    folder: Path, *, area: str, by: str, text: str, indicator: str | None = None
) -> Record:
    """Record what a body says of an area, or of one indicator there.

    Raises UserError when the examination is frozen.
    """
    _check_open(folder)
    record = {
        "kind": "comment", "area": area, "indicator": indicator,
        "by": said("--by", by), "text": said("--text", text), "at": now(),
    }  # fmt: skip
    return Journal(folder / FILE).append(record)


def add_answer(folder: Path, number: int, *, text: str, by: str | None = None) -> Record:
    """Record the answer to comment `number`. Raises UserError where there is no such comment."""
    _check_open(folder)
    known = [each["number"] for each in comments_of(folder) if each["kind"] == "comment"]
    if number not in known:
        have = f"there are {', '.join(map(str, known))}" if known else "there is none"
        raise UserError(f"comment --answer: there is no comment {number}; {have}")
    record: dict[str, Any] = {
        "kind": "answer", "answers": number, "by": by, "text": said("--text", text), "at": now(),
    }  # fmt: skip
    return Journal(folder / FILE).append(record)


def _check_open(folder: Path) -> None:
    if (folder / FROZEN).exists():
        raise UserError(
            f"{folder}: this examination is frozen and takes no comments; a wrong figure is "
            "corrected by 'urbanwork erratum'"
        )


def said(option: str, text: str | None) -> str:
    """A text that says something. Raises UserError for an empty one."""
    if text is None or not text.strip():
        raise UserError(f"{option}: nothing was given; say it in words")
    return text.strip()


def now() -> str:
    """The moment of a record, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
