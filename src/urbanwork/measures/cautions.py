"""What must be said beside coordination scores, as data: a figure without it would mislead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.assessment import (
    NO_DATA,
    NO_WEIGHT,
    SAME_EVERYWHERE,
    Assessment,
    Basis,
    Scores,
    hangs_on_sample,
    make_basis,
    score,
)
from urbanwork.measures.coupling import coupling
from urbanwork.measures.figures import Notes

Floats = NDArray[np.float64]

ALL_LOW = 0.3
"""Subsystems that all score at most this are all bad: moderate disorder at best (K08)."""
HIGH_COUPLING = 0.8
"""Above this the classic C reads "high coupling" (K09)."""
CROWDED_SHARE = 0.8
"""With so many units in the highest grade of C, C no longer tells them apart."""
FEWEST = 3
"""With two units every column of a sample is 0 and 1: entropy says nothing."""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know; `data` holds its figures."""

    code: str
    en: str
    zh: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """How degrees move when one unit is left out of the sample."""

    left_out: str
    left_out_zh: str
    was: str  # best, worst
    largest: float  # of |change of D| among the others
    at: str  # the unit that moves most
    at_zh: str
    mean: float
    degree: Floats  # [N] D without it; nan for itself and where there is no score


def cautions(found: Assessment) -> tuple[Caution, ...]:
    """All that must be said of an assessment, the gravest first."""
    if found.basis is None or found.scores is None:
        return ()
    checks = (_few_units, _left_out, _without_subsystem, _both_bad, _sample, _clipped, _crowded,
              _shared_weights)  # fmt: skip
    return tuple(each for check in checks for each in check(found, found.basis, found.scores))


def moves(found: Assessment) -> tuple[Move, ...]:
    """D without the best and without the worst unit; none where nothing hangs on the sample."""
    if found.scores is None or not hangs_on_sample(found):
        return ()
    rows = np.flatnonzero(found.in_sample)
    if len(rows) < FEWEST:
        return ()
    degrees = found.scores.degree[rows]
    ends = (("best", rows[np.argmax(degrees)]), ("worst", rows[np.argmin(degrees)]))
    tried = [_without(found, found.scores, int(row), was) for was, row in ends]
    return tuple(each for each in tried if each is not None)


def _without(found: Assessment, scores: Scores, row: int, was: str) -> Move | None:
    count = len(found.units)
    keep = found.in_sample.copy()
    keep[row] = False
    values = found.values[:count]
    present = np.atleast_1d(np.isfinite(values[keep]).any(axis=0))
    basis = make_basis(found.system, values[keep], present)
    if (basis.subsystem_weights > 0).sum() < found.system.fewest_subsystems:
        return None
    degrees = score(found.system, values, basis).degree
    degrees[row] = np.nan
    change = np.abs(degrees - scores.degree[:count])
    if not np.isfinite(change).any():
        return None
    at = int(np.nanargmax(change))
    return Move(
        found.units[row], found.units_zh[row], was, float(change[at]), found.units[at],
        found.units_zh[at], float(np.nanmean(change)), degrees,
    )  # fmt: skip


# Each thing to say


def _few_units(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    count = int(found.in_sample.sum())
    if hangs_on_sample(found) and count < FEWEST:
        yield Caution(
            "few_units",
            f"Bounds or entropy weights rest on {count} units: with fewer than {FEWEST} each item "
            "is best or worst and entropy says nothing. Use goalposts, and equal or given weights.",
            f"区间或熵权仅基于 {count} 个单元：少于 {FEWEST} 个时各指标非最优即最差，熵权无意义；"
            "请采用固定区间及等权或给定权重。",
            {"units": count},
        )


def _left_out(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    for why, code in _CODES.items():
        gone = [
            item for item, reason in zip(found.system.items, basis.left_out, strict=True)
            if reason == why
        ]  # fmt: skip
        if gone:
            yield _gone(why, code, gone, len(found.system.items))


_CODES = {
    NO_DATA: "items_without_data", SAME_EVERYWHERE: "items_without_difference",
    NO_WEIGHT: "items_without_weight",
}  # fmt: skip


def _gone(why: Notes, code: str, gone: Sequence[Any], count: int) -> Caution:
    english, chinese = _names([each.title for each in gone])
    return Caution(
        code,
        f"{len(gone)} of {count} items do not count ({why[0]}): {english}.",
        f"{count} 项指标中有 {len(gone)} 项不计入（{why[1]}）：{chinese}。",
        {"items": [each.id for each in gone]},
    )


def _without_subsystem(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    parts = found.system.subsystems
    gone = [
        each for each, weight in zip(parts, basis.subsystem_weights, strict=True) if weight == 0
    ]
    if gone:
        english, chinese = _names([each.title for each in gone])
        yield Caution(
            "subsystems_without_data",
            f"{len(gone)} of {len(parts)} subsystems cannot be scored: {english}. The degree "
            "speaks of the others only.",
            f"{len(parts)} 个子系统中有 {len(gone)} 个无法评价：{chinese}。"
            "协调度仅反映其余子系统。",
            {"subsystems": [each.id for each in gone]},
        )


def _both_bad(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    used = scores.subsystems[:-1, basis.subsystem_weights > 0]
    with np.errstate(invalid="ignore"):
        is_bad = (used.max(axis=1) <= ALL_LOW) & (scores.coupling[:-1] > HIGH_COUPLING)
    if is_bad.any():
        rows = np.flatnonzero(is_bad)
        units = [found.units[row] for row in rows]
        english, chinese = _some(units)[0], _some([found.units_zh[row] for row in rows])[1]
        yield Caution(
            "both_bad",
            f"All subsystems score {ALL_LOW:g} or less and yet read as coupled (C above "
            f"{HIGH_COUPLING:g}): alike because all are bad. {english}.",
            f"各子系统得分均不高于 {ALL_LOW:g}，耦合度却高于 {HIGH_COUPLING:g}："
            f"因同样落后而“耦合”。{chinese}。",
            {"units": units},
        )


def _sample(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    if not hangs_on_sample(found):
        return
    moved = moves(found)
    count = int(found.in_sample.sum())
    english = "; ".join(
        f"without {each.left_out}, the {each.was}, the degree of {each.at} moves by "
        f"{each.largest:.3f} (mean of all {each.mean:.3f})"
        for each in moved
    )
    chinese = "；".join(
        f"去掉{_ENDS[each.was]}的{each.left_out_zh}，{each.at_zh}的协调度变动 {each.largest:.3f}"
        f"（平均 {each.mean:.3f}）"
        for each in moved
    )
    yield Caution(
        "sample_bounds",
        f"Bounds or weights come from this sample of {count}: another sample gives other scores"
        f"{': ' + english if english else ''}. Keep them (frozen) to compare with later years.",
        f"标准化区间或权重取自本样本（{count} 个单元），样本改变则得分改变"
        f"{'：' + chinese if chinese else ''}。与以后年份比较时请沿用已定稿的区间与权重。",
        {
            "units": count,
            "moves": [
                {"left_out": each.left_out, "was": each.was, "largest": each.largest,
                 "at": each.at, "mean": each.mean}
                for each in moved
            ],
        },
    )  # fmt: skip


_ENDS = {"best": "最高", "worst": "最低"}


def _clipped(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    if not scores.clipped.any():
        return
    names = (*found.units, "city")
    cells = [
        (names[row], found.system.items[column]) for row, column in np.argwhere(scores.clipped)
    ]
    english = _some([f"{unit}: {item.title[0]}" for unit, item in cells])[0]
    names_zh = (*found.units_zh, "全市")
    chinese = _some([
        f"{names_zh[row]}：{found.system.items[column].title[1]}"
        for row, column in np.argwhere(scores.clipped)
    ])[1]  # fmt: skip
    yield Caution(
        "clipped",
        f"{len(cells)} values lie outside the bounds and count as the bound: {english}.",
        f"有 {len(cells)} 个数值超出区间，按区间端点计：{chinese}。",
        {"values": [{"unit": unit, "item": item.id} for unit, item in cells]},
    )


def _crowded(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    used = scores.subsystems[:-1, basis.subsystem_weights > 0]
    coupled = coupling(used, "classic") if found.system.form == "classic" else np.array([])
    coupled = coupled[np.isfinite(coupled)]
    if len(coupled) < 2:
        return
    share = float((coupled > HIGH_COUPLING).mean())
    if share >= CROWDED_SHARE:
        yield Caution(
            "crowded",
            f"{share:.0%} of the units have a classic C above {HIGH_COUPLING:g}, from "
            f"{coupled.min():.3f} to {coupled.max():.3f}: it hardly tells them apart. The form of "
            "Wang et al. (2021) spreads them.",
            f"{share:.0%} 的单元经典耦合度高于 {HIGH_COUPLING:g}"
            f"（{coupled.min():.3f}–{coupled.max():.3f}），难以区分；"
            "可采用王淑佳等（2021）的修正公式。",
            {"share": share, "least": float(coupled.min()), "largest": float(coupled.max())},
        )


def _shared_weights(found: Assessment, basis: Basis, scores: Scores) -> Iterator[Caution]:
    if found.system.partial == "no_score":
        return
    is_missing = np.isnan(found.values) & (basis.weights > 0)
    rows = np.flatnonzero(is_missing.any(axis=1) & np.isfinite(scores.degree))
    if len(rows):
        names = [(*found.units, "city")[row] for row in rows]
        english = _some(names)[0]
        chinese = _some([(*found.units_zh, "全市")[row] for row in rows])[1]
        yield Caution(
            "shared_weights",
            f"Items are missing and the others of their subsystem share their weight: {english}.",
            f"部分指标缺失，其权重由同一子系统其余指标分担：{chinese}。",
            {"units": names},
        )


def _names(titles: Sequence[Notes]) -> Notes:
    return ", ".join(each[0] for each in titles), "、".join(each[1] for each in titles)


def _some(names: Sequence[str]) -> Notes:
    """The first names, and how many more there are."""
    shown, more = list(names[:MOST_NAMED]), len(names) - MOST_NAMED
    english = "; ".join(shown) + (f"; and {more} more" if more > 0 else "")
    chinese = "；".join(shown) + (f"；另有 {more} 个" if more > 0 else "")
    return english, chinese
