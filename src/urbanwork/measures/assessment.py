"""A system scored over the areas of a city: scales, weights, scores, coupling, what binds.

The sample is the areas that get a score. Where an item has no fixed goalposts its scale runs from
the least to the largest value of the sample, so that another sample gives other scores: bounds and
weights stand in every result and can be kept for the next examination (`frozen`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.coupling import (
    Goalposts,
    System,
    coupling,
    degree,
    degree_grade,
    development,
    obstacles,
)
from urbanwork.measures.figures import Notes
from urbanwork.measures.scaling import (
    entropy_weights,
    outside,
    sample_bounds,
    scale,
    shares,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ranks = NDArray[np.int64]

NO_DATA: Notes = ("no data in any area", "各片区均无数据")
SAME_EVERYWHERE: Notes = ("the same in all areas", "各片区数值相同")
NO_WEIGHT: Notes = ("without weight in the basis that is kept", "沿用的计分依据未赋权重")
ALONE: Notes = (
    "One area alone makes no scale: fix its ends by goalposts and give weights, or keep those of "
    "an earlier examination.",
    "仅一个片区无法形成标准化区间：请给定固定区间与权重，或沿用以往体检的区间与权重。",
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What turns values into scores: it can be kept and used again."""

    bounds: Floats  # [K, 2]
    weights: Floats  # [K] within the subsystem; 0 for what is left out
    subsystem_weights: Floats  # [n] summing to 1; 0 for what is left out
    left_out: tuple[Notes | None, ...]  # [K] why an item does not count


@dataclass(frozen=True, slots=True)
class Scores:
    """N units under one basis; nan where there is no score."""

    scaled: Floats  # [N, K]
    subsystems: Floats  # [N, n]
    coupling: Floats  # [N] C
    development: Floats  # [N] T
    degree: Floats  # [N] D
    grade: Ranks  # [N] 1 to 10, 0 without a score
    item_obstacle: Floats  # [N, K]
    subsystem_obstacle: Floats  # [N, n]
    clipped: Flags  # [N, K] outside the bounds


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sample and, last, the whole city, which is scored by the sample's basis."""

    system: System
    units: tuple[str, ...]  # [N] names in English
    units_zh: tuple[str, ...]  # [N] and in Chinese
    values: Floats  # [N + 1, K]
    basis: Basis | None  # None: nothing can be scored
    scores: Scores | None
    in_sample: Flags  # [N] whether a unit helped to make the basis
    reason: tuple[Notes | None, ...]  # [N + 1] why there is no score


def assess(
    system: System,
    values: Floats,
    units: Sequence[str],
    city: Floats,
    *,
    units_zh: Sequence[str] | None = None,
) -> Assessment:
    """Score every unit, and the city by the same basis.

    Args:
        system: subsystems and items, form and weighting.
        values: [N, K] the items of the units, columns as in `system.items`; nan where missing.
        units: [N] names.
        city: [K] the items of the whole city; it is no part of the sample.
        units_zh: [N] names in Chinese; else the same.

    Raises:
        ValueError: the table of values does not fit the system.
    """
    if values.shape != (len(units), len(system.items)) or city.shape != values.shape[1:]:
        raise ValueError(f"{system.id} has {len(system.items)} items, got {values.shape}")
    every = np.vstack([values, city])
    present: Flags = np.isfinite(values).any(axis=0) & _is_weighed(system)
    in_sample = _has_all(system, values, present)
    names = tuple(units), tuple(units_zh or units)
    basis, why = _basis_or_reason(system, values[in_sample], present)
    if basis is None:
        reasons: tuple[Notes | None, ...] = (why,) * len(every)
        return Assessment(system, *names, every, None, None, in_sample, reasons)
    found = score(system, every, basis)
    reasons = tuple(
        _missing(system, row, basis) if np.isnan(d) else None
        for row, d in zip(every, found.degree, strict=True)
    )
    return Assessment(system, *names, every, basis, found, in_sample, reasons)


def _is_weighed(system: System) -> Flags:
    """Items that may count: all but those that a kept basis gives no weight; [K]."""
    given = system.weights == "given"
    return np.array([not (given and item.weight == 0) for item in system.items])


def _has_all(system: System, values: Floats, present: Flags) -> Flags:
    """Units that have every item that counts, or, where declared, some of each subsystem; [N]."""
    if system.partial == "no_score":
        return np.atleast_1d(np.isfinite(values[:, present]).all(axis=1))
    parts = [part & present for part in _columns(system)]
    kept = [np.isfinite(values[:, part]).any(axis=1) for part in parts if part.any()]
    return np.all(kept, axis=0) if kept else np.zeros(len(values), np.bool_)


def _columns(system: System) -> list[Flags]:
    """Which items belong to each subsystem, [K] each."""
    owner = np.repeat(
        np.arange(len(system.subsystems)), [len(each.items) for each in system.subsystems]
    )
    return [owner == place for place in range(len(system.subsystems))]


def _basis_or_reason(
    system: System, sample: Floats, present: Flags
) -> tuple[Basis | None, Notes | None]:
    lacking = _is_weighed(system) & ~present
    absent = [item for item, lacks in zip(system.items, lacking, strict=True) if lacks]
    if absent and system.absent == "no_score":
        return None, _without(absent)
    if not len(sample):
        return None, (
            "No area has every item that the scores need.",
            "没有任何片区同时具备评价所需的全部指标。",
        )  # fmt: skip
    if len(sample) == 1 and _hangs_on(system, present):
        return None, ALONE
    basis = make_basis(system, sample, present)
    left = int((basis.subsystem_weights > 0).sum())
    if left < system.fewest_subsystems:
        return None, _too_few(system, basis, left)
    return basis, None


def _hangs_on(system: System, counts: Sequence[bool] | Flags) -> bool:
    """Whether bounds or weights of the items that count come from the sample."""
    counted = [item for item, does in zip(system.items, counts, strict=True) if does]
    return system.weights == "entropy" or any(item.goalposts is None for item in counted)


def hangs_on_sample(found: Assessment) -> bool:
    """Whether another sample would give other scores."""
    if found.basis is None:
        return False
    return _hangs_on(found.system, [why is None for why in found.basis.left_out])


def make_basis(system: System, sample: Floats, present: Flags) -> Basis:
    """Bounds and weights from a sample [M, K] and the goalposts of the system."""
    bounds = _bounds(system, sample)
    constant = ~(bounds[:, 1] > bounds[:, 0])
    left_out = tuple(
        NO_WEIGHT if not weighs else NO_DATA if not has else SAME_EVERYWHERE if same else None
        for weighs, has, same in zip(_is_weighed(system), present, constant, strict=True)
    )
    counts = np.array([why is None for why in left_out])
    scaled = scale(sample, bounds, _is_higher_better(system), system.epsilon)
    weights = np.zeros(len(counts))
    for part in _columns(system):
        kept = part & counts
        if kept.any():
            weights[kept] = np.nan_to_num(_weights(system, scaled[:, kept], kept))
    return Basis(bounds, weights, _subsystem_weights(system, weights), left_out)


def _bounds(system: System, sample: Floats) -> Floats:
    bounds = sample_bounds(sample)
    for place, item in enumerate(system.items):
        if item.goalposts is not None:
            bounds[place] = item.goalposts.low, item.goalposts.high
    return bounds


def _is_higher_better(system: System) -> Flags:
    return np.array([item.better == "higher" for item in system.items])


def _weights(system: System, scaled: Floats, kept: Flags) -> Floats:
    """Weights of the items of one subsystem that count; nan where none can be found."""
    if system.weights == "entropy":
        return entropy_weights(scaled)
    given = np.array([1.0 if item.weight is None else item.weight for item in system.items])
    return shares(given[kept] if system.weights == "given" else np.ones(int(kept.sum())))


def _subsystem_weights(system: System, weights: Floats) -> Floats:
    """Given or equal weights of the subsystems, those without any item left out."""
    given = np.array([1.0 if each.weight is None else each.weight for each in system.subsystems])
    has_items = np.array([weights[part].sum() > 0 for part in _columns(system)])
    return np.nan_to_num(shares(np.where(has_items, given, 0.0)))


def score(system: System, values: Floats, basis: Basis) -> Scores:
    """Scores of any units [N, K] under a basis, those that did not help to make it included."""
    scaled = scale(values, basis.bounds, _is_higher_better(system), system.epsilon)
    scaled = np.where(basis.weights > 0, scaled, np.nan)
    parts = _columns(system)
    by_part = np.column_stack([_sum(system, scaled, basis.weights, part) for part in parts])
    used = basis.subsystem_weights > 0
    developed = development(by_part[:, used], basis.subsystem_weights[used])
    coupled = coupling(by_part[:, used], system.form)
    degrees = degree(coupled, developed)
    owner = np.concatenate([[place] * int(part.sum()) for place, part in enumerate(parts)])
    blocked = obstacles(scaled, basis.weights * basis.subsystem_weights[owner])
    return Scores(
        scaled, by_part, coupled, developed, degrees, degree_grade(degrees), blocked,
        np.column_stack([blocked[:, part].sum(axis=1) for part in parts]),
        outside(values, basis.bounds) & (basis.weights > 0),
    )  # fmt: skip


def _sum(system: System, scaled: Floats, weights: Floats, part: Flags) -> Floats:
    """U = sum of w z over the items of one subsystem; nan where one is missing; [N].

    Where the system says so, the items that are there share the weight of those that are not.
    """
    kept = part & (weights > 0)
    z, w = scaled[:, kept], weights[kept]
    if not kept.any():
        return np.full(len(scaled), np.nan)
    if system.partial == "no_score":
        return np.asarray(z @ w)
    there = np.where(np.isfinite(z), w, 0.0).sum(axis=1)
    total = np.nansum(z * w, axis=1)
    found: Floats = np.divide(total, there, out=np.full(len(z), np.nan), where=there > 0)
    return found


# Why there is no score


def _missing(system: System, row: Floats, basis: Basis) -> Notes:
    counted = basis.weights > 0
    return _without([
        item
        for item, value, counts in zip(system.items, row, counted, strict=True)
        if counts and np.isnan(value)
    ])  # fmt: skip


def _without(items: Sequence[Any]) -> Notes:
    english = ", ".join(each.title[0] for each in items)
    chinese = "、".join(each.title[1] for each in items)
    return f"There is no figure of: {english}.", f"缺少以下指标：{chinese}。"


def _too_few(system: System, basis: Basis, left: int) -> Notes:
    gone = [
        each for each, weight in zip(system.subsystems, basis.subsystem_weights, strict=True)
        if weight == 0
    ]  # fmt: skip
    english = ", ".join(each.title[0] for each in gone)
    chinese = "、".join(each.title[1] for each in gone)
    return (
        f"Of {len(system.subsystems)} subsystems {left} can be scored, and "
        f"{system.fewest_subsystems} are needed; without data or without difference: {english}.",
        f"{len(system.subsystems)} 个子系统中仅 {left} 个可评价，至少需要 "
        f"{system.fewest_subsystems} 个；无数据或无差异：{chinese}。",
    )


# The basis kept for the next examination


def frozen(assessment: Assessment) -> dict[str, Any]:
    """The basis of an assessment as plain data, for `freeze`."""
    basis, system = assessment.basis, assessment.system
    if basis is None:
        return {}
    return {
        "system": system.id,
        "version": system.version,
        "epsilon": system.epsilon,
        "bounds": {
            item.id: [float(low), float(high)]
            for item, (low, high) in zip(system.items, basis.bounds, strict=True)
            if np.isfinite(low)
        },
        "weights": {
            item.id: float(weight)
            for item, weight in zip(system.items, basis.weights, strict=True)
        },
        "subsystem_weights": {
            each.id: float(weight)
            for each, weight in zip(system.subsystems, basis.subsystem_weights, strict=True)
        },
    }  # fmt: skip


def freeze(system: System, kept: Mapping[str, Any], source: str = "") -> System:
    """The system with the bounds and weights of an earlier examination (`frozen`).

    What was left out then stays left out, and is told; an item that is missing now gives no score:
    what is left would speak of something else than the earlier scores.

    Raises:
        KeyError: the system has another version or other items than `kept`.
    """
    items = {item.id for item in system.items}
    if (kept.get("system"), kept.get("version")) != (system.id, system.version) or items != set(
        kept["weights"]
    ):
        raise KeyError(
            f"the bounds that are kept belong to {kept.get('system')} version "
            f"{kept.get('version')}, not to {system.id} version {system.version}"
        )
    subsystems = tuple(
        replace(
            each,
            weight=float(kept["subsystem_weights"][each.id]),
            items=tuple(_frozen_item(item, kept, source) for item in each.items),
        )
        for each in system.subsystems
    )
    return replace(
        system, subsystems=subsystems, weights="given", absent="no_score",
        epsilon=float(kept["epsilon"]),
    )  # fmt: skip


def _frozen_item(item: Any, kept: Mapping[str, Any], source: str) -> Any:
    weight = float(kept["weights"][item.id])
    if not weight:
        return replace(item, weight=0.0)
    low, high = kept["bounds"][item.id]
    goalposts = Goalposts(float(low), float(high), source, "frozen")
    return replace(item, weight=weight, goalposts=goalposts)
