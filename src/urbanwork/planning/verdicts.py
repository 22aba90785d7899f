"""What a bottom line says of a change: pass, breach or unknown, with clause and geometry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.models import Bilingual

Status = Literal["pass", "breach", "unknown"]
Visibility = Literal["public", "internal", "restricted"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule held against one change (or the plan as a whole)."""

    rule: str  # id of the bottom line
    change: str | None  # id of the change; None: the plan as a whole
    status: Status
    strength: str  # hard, soft, information
    family: str  # ecology, safety, livelihood
    clause: str
    amount: float | None  # area, distance, people ... of the breach
    unit: str
    geometry: BaseGeometry | None  # lon/lat: where it is broken
    zones: tuple[str, ...]  # ids of the zones concerned
    visibility: Visibility  # the most restricted of what it rests on
    why: Bilingual  # one sentence with the figures
    cure: Bilingual  # what would cure it


EXIT_CODES = {"pass": 0, "unknown": 3, "breach": 4}
"""Exit code of `urbanwork check`: a breach outranks what is unknown, that outranks a pass."""


def outcome(verdicts: list[Verdict]) -> Status:
    """The plan as a whole: only hard rules can break it; unknown is never a pass.

    >>> outcome([])
    'pass'
    """
    hard = {each.status for each in verdicts if each.strength == "hard"}
    return "breach" if "breach" in hard else "unknown" if "unknown" in hard else "pass"
