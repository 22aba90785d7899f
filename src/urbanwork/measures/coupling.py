"""How well subsystems go together: coupling C, development T, coordination degree D, grades.

A system has subsystems (space, industry, ...), each with a score U between 0 and 1. D is high only
where all are good and none lags behind:

    T = sum of a_k U_k        D = sqrt(C T)

C has three published forms, which differ much: (.9, .1) is .60, .15 or .20. The form stands beside
every figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.figures import Notes

Floats = NDArray[np.float64]
Ranks = NDArray[np.int64]
Form = Literal["classic", "wang", "fan"]
Weighting = Literal["entropy", "equal", "given"]


@dataclass(frozen=True, slots=True)
class Goalposts:
    """Fixed ends of an item's scale: scores held against them can be compared between samples."""

    low: float
    high: float
    source: str  # the document, or the examination whose bounds are kept
    origin: Literal["published", "frozen"] = "published"


@dataclass(frozen=True, slots=True)
class Item:
    """One figure of a subsystem: an indicator, or a ratio of sums of variables."""

    id: str
    title: Notes
    of: tuple[str, ...]  # "form.population_density", or "variable:<id>" ..., which are summed
    per: tuple[str, ...] = ()  # "variable:<id>" ..., summed: the denominator
    scale: float = 1.0
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"
    weight: float | None = None  # for given weights, within the subsystem
    goalposts: Goalposts | None = None  # None: the least and the largest value of the sample
    why: str = ""


@dataclass(frozen=True, slots=True)
class Subsystem:
    """Items that together score one side of a system."""

    id: str
    title: Notes
    items: tuple[Item, ...]
    weight: float | None = None  # None: as much as any other subsystem


@dataclass(frozen=True, slots=True)
class System:
    """Subsystems that should go together, and how their scores are made."""

    id: str
    title: Notes
    subsystems: tuple[Subsystem, ...]
    version: str = "1"
    serves: tuple[str, ...] = ()
    form: Form = "wang"
    weights: Weighting = "entropy"
    epsilon: float = 0.0  # scaled values lie in [epsilon, 1]
    absent: Literal["leave_out", "no_score"] = "no_score"  # an item that no area has
    partial: Literal["no_score", "renormalise"] = "no_score"  # an item that some areas lack
    fewest_subsystems: int = 2  # with fewer left there is no score
    sources: tuple[str, ...] = ()
    limits: Notes = ("", "")

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, subsystem by subsystem: the columns of every table of values."""
        return tuple(item for each in self.subsystems for item in each.items)

    @property
    def needs(self) -> tuple[str, ...]:
        """Indicators, by id, that must be measured before this system is scored."""
        named = (name for item in self.items for name in (*item.of, *item.per))
        return tuple(dict.fromkeys(name for name in named if not name.startswith("variable:")))


def coupling(scores: Floats, form: Form) -> Floats:
    """Coupling C of each unit, 0 to 1; [N].

    Args:
        scores: [N, n] scores of n >= 2 subsystems, each 0 to 1; a nan makes C nan.
        form: "classic", "wang" or "fan".

    Raises:
        KeyError: there is no such form.
        ValueError: fewer than two subsystems: nothing is coupled.

    >>> scores = np.array([[0.9, 0.1]])
    >>> [round(float(coupling(scores, form)[0]), 4) for form in ("classic", "wang", "fan")]
    [0.6, 0.1491, 0.2]
    """
    if scores.ndim != 2 or scores.shape[1] < 2:
        raise ValueError(f"coupling needs two or more subsystems, got scores of {scores.shape}")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.clip(FORMS[form](scores), 0.0, 1.0)


def classic(scores: Floats) -> Floats:
    """n (product of U)^(1/n) / sum of U; nan where all are 0.

    Crowded near 1, and 1 where all are equally bad.

    Source: physics' capacity coupling as used since the 2000s (STANDARDS.md K04).
    """
    count = scores.shape[1]
    coupled: Floats = count * np.prod(scores, axis=1) ** (1.0 / count) / np.sum(scores, axis=1)
    return coupled


def wang(scores: Floats) -> Floats:
    """sqrt((1 - mean |U_i - U_j|) (product of U_i / max U)^(1/(n-1))); nan where all are 0.

    Source: Wang, Kong, Ren, Zhi & Dai (2021), Journal of Natural Resources 36(3): 793-810.
    """
    count = scores.shape[1]
    first, second = np.triu_indices(count, 1)
    apart = np.abs(scores[:, first] - scores[:, second]).mean(axis=1)
    ratios = scores / scores.max(axis=1, keepdims=True)
    coupled: Floats = np.sqrt((1.0 - apart) * np.prod(ratios, axis=1) ** (1.0 / (count - 1)))
    return coupled


def fan(scores: Floats) -> Floats:
    """1 - 2 sd, with sd the population standard deviation of the scores.

    Source: Fan's form as in the package `coupling` (STANDARDS.md K05b).
    """
    apart: Floats = scores.std(axis=1)
    return 1.0 - 2.0 * apart


FORMS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "classic": classic, "wang": wang, "fan": fan
}  # fmt: skip

FORM_WORDS: Final[Mapping[str, Notes]] = {
    "classic": ("classic form", "经典公式"),
    "wang": ("modified form (Wang et al. 2021)", "修正公式（王淑佳等 2021）"),
    "fan": ("Fan's form", "范氏公式"),
}


def development(scores: Floats, weights: Floats) -> Floats:
    """T = sum of a_k U_k with weights that sum to 1; [N]."""
    return scores @ weights


def degree(coupled: Floats, developed: Floats) -> Floats:
    """D = sqrt(C T); 0 where T is 0, whatever C would be.

    >>> degree(np.array([1.0, np.nan]), np.array([0.6, 0.0])).round(4).tolist()
    [0.7746, 0.0]
    """
    return np.where(developed == 0, 0.0, np.sqrt(coupled * developed))


DEGREE_GRADES: Final[tuple[Notes, ...]] = (
    ("extreme disorder", "极度失调"),
    ("serious disorder", "严重失调"),
    ("moderate disorder", "中度失调"),
    ("mild disorder", "轻度失调"),
    ("verge of disorder", "濒临失调"),
    ("barely coordinated", "勉强协调"),
    ("primary coordination", "初级协调"),
    ("intermediate coordination", "中级协调"),
    ("good coordination", "良好协调"),
    ("quality coordination", "优质协调"),
)
"""Ten grades of D: (0, .1], (.1, .2], ... (.9, 1] (STANDARDS.md K08)."""

COUPLING_GRADES: Final[tuple[Notes, ...]] = (
    ("low coupling", "低度耦合"),
    ("antagonistic", "拮抗阶段"),
    ("running in", "磨合阶段"),
    ("high coupling", "高度耦合"),
)
"""Four grades of the classic C: (0, .3], (.3, .5], (.5, .8], (.8, 1] (STANDARDS.md K09)."""

_DEGREE_ENDS = np.arange(1, 10) / 10
_COUPLING_ENDS = np.array([0.3, 0.5, 0.8])
_DIGITS = 12
"""Sums of tenths miss a tenth by less than this; without rounding .1 + .2 would be above .3."""


def degree_grade(degrees: Floats) -> Ranks:
    """Grade of D, 1 (extreme disorder) to 10 (quality coordination), 0 where D is nan; [N].

    >>> degree_grade(np.array([0.0, 0.3, 0.1 + 0.2, 0.31, 1.0, np.nan])).tolist()
    [1, 3, 3, 4, 10, 0]
    """
    return _grade(degrees, _DEGREE_ENDS)


def coupling_grade(coupled: Floats) -> Ranks:
    """Grade of the classic C, 1 (low) to 4 (high), 0 where C is nan; for no other form; [N].

    >>> coupling_grade(np.array([0.3, 0.5, 0.8, 0.81])).tolist()
    [1, 2, 3, 4]
    """
    return _grade(coupled, _COUPLING_ENDS)


def _grade(values: Floats, ends: Floats) -> Ranks:
    """Right-closed classes from 1."""
    found = np.searchsorted(ends, np.round(values, _DIGITS), side="left") + 1
    return np.where(np.isnan(values), 0, found)


def obstacles(scaled: Floats, weights: Floats) -> Floats:
    """Obstacle degree: part of what is missing to full marks that each column holds; [N, K].

        O_j = w_j (1 - z_j) / sum of w (1 - z)

    A missing z holds nothing; where nothing is missing to full marks all are 0.

    >>> obstacles(np.array([[0.5, 0.0], [1.0, 1.0]]), np.array([0.5, 0.5])).round(3).tolist()
    [[0.333, 0.667], [0.0, 0.0]]
    """
    lacking = np.where(np.isnan(scaled), 0.0, weights * (1.0 - scaled))
    total = lacking.sum(axis=1, keepdims=True)
    part: Floats = np.divide(lacking, total, out=np.zeros_like(lacking), where=total > 0)
    return part
