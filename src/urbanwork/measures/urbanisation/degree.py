"""The degree of urbanisation of a grid of people, level 1 and level 2."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.clusters import (
    cluster_sums,
    connected,
    grown,
    kept_clusters,
    window_means,
    with_smooth_edges,
    without_holes,
)
from urbanwork.measures.urbanisation.rules import LEVEL_1, LEVEL_2, Cluster, Rules

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Int32 = NDArray[np.int32]
Classes = NDArray[np.int8]

BUILT_DIGITS = 3
"""Digits that the built-up share of land is rounded to, as in the published classifications."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The grid as the rules see it."""

    people: Floats  # [rows, columns] nan where not known
    density: Floats  # per km2 of permanent land; inf without land
    built_of_land: Floats  # share of the permanent land that is built up
    land: Floats  # share that is permanent land
    is_water: Flags
    cell_km2: float
    parts: dict[tuple[object, ...], tuple[Int32, Floats]] = field(default_factory=dict)
    """Labels and people of the parts that dense cells make, by what makes them dense: rules that
    differ in the people of a cluster alone share them."""


def degree_of_urbanisation(
    population: Floats,
    built_share: Floats | None = None,
    land_share: Floats | None = None,
    *,
    level: int = 1,
    rules: Rules | None = None,
    cell_km2: float = 1.0,
) -> Classes:
    """Classify the cells of an equal-area grid by the degree of urbanisation.

    Level 1: urban centre 3, urban cluster 2, rural 1, water 0. Level 2: urban centre 30, dense
    urban cluster 23, semi-dense 22, suburban 21, rural cluster 13, low density 12, very low
    density 11, water 10. Density is people / (share of permanent land x cell_km2).

    Centres: clusters by density or built-up share, then edges by the majority rule, then holes.
    Semi-dense clusters that come within the distance of a centre or dense cluster are suburban.

    Args:
        population: [rows, columns] people per cell; nan where not known, read as nobody.
        built_share: [rows, columns] 0 to 1 of the cell; None leaves that criterion out.
        land_share: [rows, columns] 0 to 1 of the cell that is permanent land; None takes all
            cells of known people as land.
        level: 1 or 2.
        rules: every threshold; those of the GHSL Data Package 2023 unless given.
        cell_km2: area of a cell; 1 in the method.

    Raises:
        ValueError: grids of different shapes, another level, an unknown rule of edges.

    Source: Eurostat and others, Applying the degree of urbanisation (2021); GHSL Data Package 2022
    and 2023; order and ties as in flexurba 0.2 (Van Migerode and others 2024).

    >>> people = np.full((6, 6), 2000.0)
    >>> people[:, 4:] = 10.0
    >>> degree_of_urbanisation(people, rules=Rules(centre=Cluster(1500, 40_000, 4)))[0].tolist()
    [3, 3, 3, 3, 1, 1]
    """
    chosen = rules or Rules()
    cells = _cells(population, built_share, land_share, chosen, cell_km2)
    centre = _centres(cells, chosen) > 0
    if level == 1:
        return _level_1(cells, chosen, centre)
    if level == 2:
        return _level_2(cells, chosen, centre)
    raise ValueError(f"level is 1 or 2, got {level}")


def _cells(
    population: Floats,
    built_share: Floats | None,
    land_share: Floats | None,
    rules: Rules,
    cell_km2: float,
) -> Cells:
    is_known = ~np.isnan(population)
    land = is_known.astype(np.float64) if land_share is None else land_share
    built = np.zeros(population.shape) if built_share is None else built_share
    if land.shape != population.shape or built.shape != population.shape:
        raise ValueError(
            f"people, built-up and land need one grid, got {population.shape}, {built.shape}, "
            f"{land.shape}"
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        density = population / (land * cell_km2)
        built_of_land = np.round(built / land, BUILT_DIGITS)
    is_water = (
        ~(land >= rules.water_land)
        & ~(population > rules.water_people)
        & ~(built > rules.water_built)
    )
    return Cells(population, density, built_of_land, land, is_water, cell_km2)


def _clusters(cells: Cells, rule: Cluster, window: int = 0) -> Int32:
    """Labels of the clusters of one rule."""
    key = (rule.density, rule.built_share, rule.contiguity, window)
    if key not in cells.parts:
        cells.parts[key] = _parts(cells, rule, window)
    label, people = cells.parts[key]
    return kept_clusters(label, people, least=rule.people)


def _parts(cells: Cells, rule: Cluster, window: int) -> tuple[Int32, Floats]:
    """Labels of all parts of dense cells, and the people of each."""
    people, density = cells.people, cells.density
    if window > 1:
        people = window_means(people, side=window)
        density = window_means(density, side=window)
    is_dense = density >= rule.density
    if rule.built_share is not None:
        is_dense |= cells.built_of_land >= rule.built_share
    label, count = connected(is_dense, contiguity=rule.contiguity)
    return label, cluster_sums(label, people, count)


def _centres(cells: Cells, rules: Rules) -> Int32:
    label = _clusters(cells, rules.centre, rules.centre_window)
    label = _smoothed(label, cells, rules.edges)
    return without_holes(label, below_cells=rules.gap_km2 / cells.cell_km2)


def _smoothed(label: Int32, cells: Cells, edges: str) -> Int32:
    if edges == "none":
        return label
    everywhere = np.ones(label.shape, np.bool_)
    if edges == "R2022A":
        return with_smooth_edges(label, everywhere, everywhere)
    if edges == "R2023A":
        is_empty = (cells.land < 0.5) & (cells.people == 0)
        return with_smooth_edges(label, ~(is_empty | cells.is_water), ~cells.is_water)
    raise ValueError(f"edges are smoothed by R2023A, R2022A or none, got {edges!r}")


def _level_1(cells: Cells, rules: Rules, centre: Flags) -> Classes:
    cluster = _clusters(cells, rules.cluster, rules.cluster_window) > 0
    classes = np.full(centre.shape, LEVEL_1["rural"], np.int8)
    classes[cells.is_water] = LEVEL_1["water"]
    classes[cluster] = LEVEL_1["cluster"]
    classes[centre] = LEVEL_1["centre"]
    return classes


def _level_2(cells: Cells, rules: Rules, centre: Flags) -> Classes:
    """Fill in from the last class to the first, so that each overwrites those after it."""
    dense = _clusters(cells, rules.dense) > 0
    classes = np.full(centre.shape, LEVEL_2["very_low_density"], np.int8)
    classes[cells.is_water] = LEVEL_2["water"]
    classes[cells.density >= rules.low_density] = LEVEL_2["low_density"]
    classes[_clusters(cells, rules.rural_cluster) > 0] = LEVEL_2["rural_cluster"]
    classes[_clusters(cells, rules.suburban) > 0] = LEVEL_2["suburban"]
    classes[_semi_dense(cells, rules, centre | dense)] = LEVEL_2["semi_dense_cluster"]
    classes[dense] = LEVEL_2["dense_cluster"]
    classes[centre] = LEVEL_2["centre"]
    return classes


def _semi_dense(cells: Cells, rules: Rules, dense: Flags) -> Flags:
    """Cells of semi-dense clusters of which no cell comes near a denser one."""
    label = _clusters(cells, rules.semi_dense)
    reach = round(rules.semi_dense_apart_km / math.sqrt(cells.cell_km2))
    is_apart = np.ones(int(label.max(initial=0)) + 1, np.bool_)
    is_apart[label[grown(dense, by=reach)]] = False
    is_apart[0] = False
    return is_apart[label]
