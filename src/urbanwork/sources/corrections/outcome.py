"""What became of a correction."""

from __future__ import annotations

from dataclasses import dataclass

from urbanwork.sources.corrections.entries import Correction
from urbanwork.sources.notes import Note, note

APPLIED, EXPIRED, NOT_FOUND = "applied", "expired", "not_found"
SUPERSEDED, NOT_YET_OPEN, NO_EFFECT = "superseded", "not_yet_open", "no_effect"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A status and a sentence that explains it."""

    status: str
    note: Note


def applied(en: str, zh: str) -> Outcome:
    """The correction changed the data."""
    return Outcome(APPLIED, note(en, zh))


def not_found(one: Correction) -> Outcome:
    """Its target is not in the data."""
    return Outcome(NOT_FOUND, note(
        f"{one.target} is not in the data; it may have been removed or renamed there",
        f"数据中没有 {one.target}，可能已被删除或更名",
    ))  # fmt: skip


def no_effect(en: str, zh: str) -> Outcome:
    """The data already says so, or the correction cannot be carried out."""
    return Outcome(NO_EFFECT, note(en, zh))
