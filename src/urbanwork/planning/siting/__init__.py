"""Choosing sites: pure solvers, arrays in, arrays out; every answer with its proven gap."""

from __future__ import annotations

from urbanwork.planning.siting.center import p_center
from urbanwork.planning.siting.cover import full_cover, maximal_cover
from urbanwork.planning.siting.median import p_median
from urbanwork.planning.siting.problem import (
    Answer,
    ClashError,
    NoChoiceFoundError,
    Rules,
    Ways,
    ways_of_matrix,
    ways_of_pairs,
)

__all__ = [
    "Answer",
    "ClashError",
    "NoChoiceFoundError",
    "Rules",
    "Ways",
    "full_cover",
    "maximal_cover",
    "p_center",
    "p_median",
    "ways_of_matrix",
    "ways_of_pairs",
]
