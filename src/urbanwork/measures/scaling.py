"""Figures of different units on one scale from 0 (worst) to 1 (best), and their weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def sample_bounds(values: Floats) -> Floats:
    """Least and largest value of each column; nan where it has none; [K, 2]."""
    bounds = np.full((values.shape[1], 2), np.nan)
    has_any = np.isfinite(values).any(axis=0)
    bounds[has_any, 0] = np.nanmin(values[:, has_any], axis=0)
    bounds[has_any, 1] = np.nanmax(values[:, has_any], axis=0)
    return bounds


def scale(values: Floats, bounds: Floats, is_higher_better: Flags, epsilon: float) -> Floats:
    """Values on [epsilon, 1], 1 the best; what lies outside its bounds is clipped; [N, K].

        z = (x - low) / (high - low), or (high - x) / (high - low) where lower is better
        z' = epsilon + (1 - epsilon) z

    Args:
        values: [N, K]; nan stays nan.
        bounds: [K, 2] low and high; equal ones give nan: nothing can be told apart.
        is_higher_better: [K].
        epsilon: 0 or a little more, so that no score is 0 and stops a product.

    Source: STANDARDS.md K01.

    >>> scale(np.array([[1.0], [3.0], [9.0]]), np.array([[1.0, 5.0]]), np.array([True]), 0.0).T
    array([[0. , 0.5, 1. ]])
    """
    low, high = bounds[:, 0], bounds[:, 1]
    width = np.where(high > low, high - low, np.nan)
    part = (values - low) / width
    part = np.clip(np.where(is_higher_better, part, 1.0 - part), 0.0, 1.0)
    return epsilon + (1.0 - epsilon) * part


def outside(values: Floats, bounds: Floats) -> Flags:
    """Which values lie outside their bounds, so that scaling clips them; [N, K]."""
    with np.errstate(invalid="ignore"):
        return (values < bounds[:, 0]) | (values > bounds[:, 1])


def entropy_weights(scaled: Floats) -> Floats:
    """Weights of the columns by how much they tell units apart, summing to 1; [K].

        p_ij = z_ij / sum over i of z_ij     e_j = -(1 / ln m) sum of p ln p     (0 ln 0 = 0)
        w_j = (1 - e_j) / sum of (1 - e)

    A column that is the same everywhere weighs 0; if all are, there are no weights (nan).

    Args:
        scaled: [m, K] from `scale`; m >= 2 units. A nan is left out of its column.

    Source: STANDARDS.md K02.

    >>> entropy_weights(np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.5]])).round(3).tolist()
    [0.5, 0.5, 0.0]
    """
    apart = 1.0 - _entropy(scaled)
    apart = np.where(_is_constant(scaled), 0.0, apart)
    total = apart.sum()
    return apart / total if total > 0 else np.full(len(apart), np.nan)


def _entropy(scaled: Floats) -> Floats:
    """Entropy of each column, 1 where units are alike; [K]."""
    present = np.nan_to_num(scaled)
    total = present.sum(axis=0)
    count = np.isfinite(scaled).sum(axis=0)
    part = np.divide(present, total, out=np.zeros_like(present), where=total > 0)
    logs = np.log(part, out=np.zeros_like(part), where=part > 0)
    most = np.log(np.maximum(count, 2))
    entropy: Floats = -(part * logs).sum(axis=0) / most
    return np.clip(entropy, 0.0, 1.0)


def _is_constant(scaled: Floats) -> Flags:
    bounds = sample_bounds(scaled)
    return ~(bounds[:, 1] > bounds[:, 0])


def shares(weights: Floats) -> Floats:
    """Weights that sum to 1; nan where they sum to 0."""
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), np.nan)
