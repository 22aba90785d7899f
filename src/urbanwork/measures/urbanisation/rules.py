"""The degree of urbanisation as numbers: every threshold, and the published variants by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

CENTRE, CLUSTER, RURAL, WATER = 3, 2, 1, 0
"""Classes of level 1."""

LEVEL_1 = {"centre": 3, "cluster": 2, "rural": 1, "water": 0}
LEVEL_2 = {
    "centre": 30,
    "dense_cluster": 23,
    "semi_dense_cluster": 22,
    "suburban": 21,
    "rural_cluster": 13,
    "low_density": 12,
    "very_low_density": 11,
    "water": 10,
}
"""Names of the classes and their codes, those of the GHSL."""

CLASS_NAMES = {
    "centre": ("urban centre", "城市中心"),
    "cluster": ("urban cluster", "城市集群"),
    "rural": ("rural cells", "乡村网格"),
    "dense_cluster": ("dense urban cluster", "高密度城市集群"),
    "semi_dense_cluster": ("semi-dense urban cluster", "中密度城市集群"),
    "suburban": ("suburban or peri-urban cells", "郊区网格"),
    "rural_cluster": ("rural cluster", "乡村聚落"),
    "low_density": ("low-density rural cells", "低密度乡村网格"),
    "very_low_density": ("very low-density rural cells", "极低密度乡村网格"),
    "water": ("water cells", "水域网格"),
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """What makes cells a cluster."""

    density: float  # people per km2 of permanent land, at least
    people: float  # people in the cluster, at least
    contiguity: int  # 4 sides, 8 sides and corners
    built_share: float | None = None  # cells with such a share of built-up land count too


@dataclass(frozen=True, slots=True)
class Rules:
    """Every number of the grid classification."""

    centre: Cluster = Cluster(1500, 50_000, 4, 0.2)
    cluster: Cluster = Cluster(300, 5_000, 8)
    dense: Cluster = Cluster(1500, 5_000, 4, 0.2)
    semi_dense: Cluster = Cluster(900, 2_500, 4)
    semi_dense_apart_km: float = 2.0  # from urban centres and dense clusters
    suburban: Cluster = Cluster(300, 5_000, 8)
    rural_cluster: Cluster = Cluster(300, 500, 8)
    low_density: float = 50.0
    gap_km2: float = 15.0  # holes of centres below it are filled; 0 fills none
    edges: str = "R2023A"  # R2023A, R2022A, none
    water_land: float = 0.5  # water has less land,
    water_people: float = 0.0  # no more people,
    water_built: float = 0.0  # and no more built-up land
    centre_window: int = 0  # side in cells of the moving mean of people, 0 takes them as they are
    cluster_window: int = 0


_R2023A = Rules()
_R2022A = replace(
    _R2023A,
    centre=replace(_R2023A.centre, built_share=0.5),
    dense=replace(_R2023A.dense, built_share=0.5),
    edges="R2022A",
)

VARIANTS = {
    "ghsl_2023": _R2023A,
    "ghsl_2022": _R2022A,
    "manual_2021": replace(
        _R2022A,
        centre=replace(_R2022A.centre, built_share=None),
        dense=replace(_R2022A.dense, built_share=None),
        semi_dense=Cluster(300, 5_000, 8),
    ),
}
"""Published variants.

ghsl_2023: GHSL Data Package 2023: built-up share of 20 % ("reduce fragmentation" of 2020), majority
among land or populated cells, semi-dense from 900 per km2 and 2,500 people.
ghsl_2022: GHSL Data Package 2022: built-up share of 50 %, five of eight neighbours.
manual_2021: the methodological manual: density alone, semi-dense from 300 per km2 and 5,000 people.
"""
