"""What made land be built: learned from two maps, told for every cell of the later one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.kernels.threads import even_parts, shared_out
from urbanwork.planning.growth.grids import NO_CLASS, Classes, Flags, Floats

MODELS = ("boosting", "forest", "logistic")
WINDOWS = (1, 2, 4, 8, 16, 32)
"""Radii in cells of the windows in which built land is counted."""
CLASS_WINDOWS = (1, 8)
MOST_FITTED = 400_000
"""Cells that a model is fitted on; of more, cells that stayed are drawn and weighted."""
MOST_CLASSES = 8
LEAST_CONVERTED = 20
AT_ONCE = 500_000
SOFTEN = 10.0
"""Cells that are added to observed and expected, so that rare windows say little."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What two maps taught."""

    kind: str
    model: Any  # of scikit-learn: predict_proba
    classes: tuple[int, ...]  # whose cells may convert
    lift: NDArray[np.float32]  # factor by built cells in the window, 1 on average
    radius: int
    report: dict[str, Any]


def features(
    land: Classes, built: int, drivers: Mapping[str, Floats], classes: tuple[int, ...]
) -> dict[str, Floats]:
    """[rows, columns] of each thing that may explain growth, from one map and the drivers.

    Shares of built land in six windows, distance to built land (log of cells), class of the cell,
    shares of the classes in two windows, and the drivers as they are.
    """
    known = (land != NO_CLASS).astype(np.float32)
    is_built = land == built
    found = {f"built_{radius}": _share(is_built, known, radius) for radius in WINDOWS}
    found["distance"] = np.log1p(distance_to(is_built))
    for each in classes[:MOST_CLASSES]:
        own = land == each
        found[f"is_{each}"] = own.astype(np.float32)
        for radius in CLASS_WINDOWS:
            found[f"class_{each}_{radius}"] = _share(own, known, radius)
    return found | dict(drivers)


def _share(flags: Flags, known: Floats, radius: int) -> Floats:
    """Share of the known cells of each window that are so."""
    from scipy.ndimage import uniform_filter

    size = 2 * radius + 1
    part = uniform_filter(flags.astype(np.float32), size, mode="constant")
    whole = uniform_filter(known, size, mode="constant")
    return np.asarray(np.clip(part / np.maximum(whole, 1e-6), 0.0, 1.0), np.float32)


def distance_to(flags: Flags) -> Floats:
    """[rows, columns] distance to the nearest cell that is so, in cells."""
    from scipy.ndimage import distance_transform_edt

    return np.asarray(distance_transform_edt(~flags), np.float32)


def learn(
    before: Classes,
    after: Classes,
    built: int,
    drivers: Mapping[str, Floats],
    blocked: Flags,
    *,
    kind: str = "boosting",
    radius: int = 2,
    seed: int = 1,
) -> Learned:
    """Fit which cells were built between two maps, and how built neighbours raise it.

    Args:
        before: [rows, columns] classes at the first date.
        after: [rows, columns] classes at the second.
        built: the class that grows.
        drivers: [rows, columns] by name; nan is not known.
        blocked: [rows, columns] cells that are left out.
        kind: boosting, forest or logistic.
        radius: of the window of the automaton, in cells.
        seed: of the draws of the model.

    Raises:
        UserError: scikit-learn is not installed, an unknown kind, next to nothing was built.
    """
    may = (before != NO_CLASS) & (after != NO_CLASS) & (before != built) & ~blocked
    grew = (after == built)[may]
    _check(kind, int(grew.sum()), built, len(grew))
    classes = tuple(int(each) for each in np.unique(before[may]))
    known = features(before, built, drivers, classes)
    rows, weight = _sample(grew, seed)
    cell = np.flatnonzero(may.ravel())[rows]
    table = np.stack([grid.ravel()[cell] for grid in known.values()], axis=1)
    model = _fitted(kind, table, grew[rows], weight, seed)
    around = np.rint(known[f"built_{radius}"].ravel()[cell] * (2 * radius + 1) ** 2).astype(int)
    lift = _lift(kind, table, list(known), grew[rows], weight, around, radius, seed)
    report = {"model": kind, "features": list(known), "cells": len(grew),
              "converted": int(grew.sum()), "fitted_on": len(rows), "radius": radius,
              "lift": [round(float(each), 4) for each in lift]}  # fmt: skip
    return Learned(kind, model, classes, lift, radius, report)


def _check(kind: str, converted: int, built: int, candidates: int) -> None:
    if kind not in MODELS:
        raise UserError(f"growth: the model is {', '.join(MODELS)}, got '{kind}'")
    if not candidates:
        raise UserError(
            "growth: the masks leave no cell that may be built, so there is nothing to learn from; "
            "give other masks"
        )
    if converted < LEAST_CONVERTED or converted == candidates:
        raise UserError(
            f"growth: {converted:,} of {candidates:,} cells became class {built} between the two "
            f"maps; a model needs at least {LEAST_CONVERTED} that did and some that did not"
        )
    try:
        import sklearn  # noqa: F401
    except ModuleNotFoundError:
        raise UserError(
            "growth: learning needs scikit-learn, which is not installed; "
            "install it with: pip install 'urbanwork[growth]'"
        ) from None


def _sample(grew: Flags, seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows to fit on and what each stands for: all that grew, and some that did not."""
    if len(grew) <= MOST_FITTED:
        return np.arange(len(grew)), np.ones(len(grew))
    draw = np.random.default_rng(seed)
    parts, weights = [], []
    for rows in (np.flatnonzero(grew), np.flatnonzero(~grew)):
        most = min(len(rows), MOST_FITTED // 2)
        kept = rows if most == len(rows) else np.sort(draw.choice(rows, most, replace=False))
        parts.append(kept)
        weights.append(np.full(most, len(rows) / most))
    return np.concatenate(parts), np.concatenate(weights)


def _fitted(kind: str, table: Floats, grew: Flags, weight: Any, seed: int) -> Any:
    with _one_thread():
        if kind == "logistic":
            model = _logistic()
            return model.fit(table, grew, logisticregression__sample_weight=weight)
        return _trees(kind, seed).fit(table, grew, sample_weight=weight)


def _logistic() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=500))


def _trees(kind: str, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

    if kind == "forest":
        return RandomForestClassifier(
            100, min_samples_leaf=10, max_features=0.4, random_state=seed, max_samples=0.5
        )
    return HistGradientBoostingClassifier(
        learning_rate=0.03, max_iter=150, max_leaf_nodes=15, min_samples_leaf=200,
        l2_regularization=5.0, early_stopping=False, random_state=seed,
    )  # fmt: skip


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of floats are taken in one order, so that a fit is the same on every machine's cores."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def _lift(
    kind: str,
    table: Floats,
    names: list[str],
    grew: Flags,
    weight: NDArray[np.float64],
    around: NDArray[np.int64],
    radius: int,
    seed: int,
) -> NDArray[np.float32]:
    """[(2 radius + 1)^2] observed ÷ expected conversions by built cells in the window.

    Expected by a model that does not see the neighbourhood up to that window, so what is left is
    the neighbourhood's. Both are smoothed over similar numbers and softened.
    """
    near = {f"built_{r}" for r in WINDOWS if r <= max(radius, 4)} | {"distance"}
    near |= {name for name in names if name.startswith("class_") and name.endswith("_1")}
    wide = [k for k, name in enumerate(names) if name not in near]
    chance = _fitted(kind, table[:, wide], grew, weight, seed).predict_proba(table[:, wide])[:, 1]
    levels = (2 * radius + 1) ** 2
    observed = np.bincount(around, weight * grew, levels)
    expected = np.bincount(around, weight * chance, levels)
    number = np.arange(levels)
    near_by = np.exp(-0.5 * ((number[:, None] - number) / max(levels / 20, 0.5)) ** 2)
    factor = (near_by @ observed + SOFTEN) / (near_by @ expected + SOFTEN)
    return np.clip(factor, 0.05, 20.0).astype(np.float32)


def hazard(
    learned: Learned, land: Classes, built: int, drivers: Mapping[str, Floats], blocked: Flags
) -> Floats:
    """[rows, columns] rate at which each cell converts in the span of the fit; 0 where it cannot.

    The rate is -log(1 - chance): over the span of the two maps an untouched cell converts with
    the chance that the model gives. Classes that the first map did not have cannot convert.
    """
    may = np.isin(land, learned.classes) & (land != built) & (land != NO_CLASS) & ~blocked
    known = features(land, built, drivers, learned.classes)
    cell = np.flatnonzero(may.ravel())
    rate = np.zeros(land.shape, np.float32)

    def fill(part: tuple[int, int]) -> None:
        own = cell[part[0] : part[1]]
        table = np.stack([grid.ravel()[own] for grid in known.values()], axis=1)
        with _one_thread():
            chance = learned.model.predict_proba(table)[:, 1]
        rate.ravel()[own] = np.maximum(-np.log1p(-np.minimum(chance, 0.999)), 1e-9)

    shared_out(fill, even_parts(len(cell), max(1, -(-len(cell) // AT_ONCE))))
    return rate
