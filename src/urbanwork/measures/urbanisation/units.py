"""The degree of urbanisation of areas, from the shares of their people in the classes of cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Text = NDArray[np.object_]

HALF = 0.5


def unit_classes(share: Mapping[str, Floats], *, level: int = 1, rules: str = "2024") -> Text:
    """[units] class of each unit; None where nothing is known of its people or land.

    Level 1: a city has at least half of its people in urban centres; a rural area more than half in
    rural cells; the others are towns and semi-dense areas. Level 2 divides towns and rural areas,
    by half of the people (`rules` 2024) or by the larger group (`rules` 2021).

    Args:
        share: by name of class (rules.LEVEL_1, LEVEL_2) the share 0 to 1 of the people of each
            unit, [units]; of its land where nobody lives.
        level: 1 or 2; 2 needs shares of the classes of level 2.
        rules: 2024 (July 2024) or 2021; they are alike at level 1.

    Raises:
        ValueError: another edition of the rules.

    Source: Eurostat, Applying the degree of urbanisation, edition 2021 and as changed July 2024.

    >>> unit_classes({"centre": np.array([0.5, 0.2]), "cluster": np.array([0.1, 0.1]),
    ...               "rural": np.array([0.4, 0.7])}).tolist()
    ['city', 'rural']
    """
    if rules not in ("2021", "2024"):
        raise ValueError(f"rules are of 2021 or 2024, got {rules!r}")
    centre, rural = share["centre"], _rural(share)
    classes = np.where(centre >= HALF, "city", np.where(rural > HALF, "rural", "town")).astype(
        object
    )
    classes[np.isnan(centre)] = None
    if level == 2:
        town, countryside = (_by_half if rules == "2024" else _by_larger)(share)
        classes = np.where(classes == "town", town, classes)
        classes = np.where(classes == "rural", countryside, classes)
    return classes


def _rural(share: Mapping[str, Floats]) -> Floats:
    if "rural" in share:
        return share["rural"]
    return share["rural_cluster"] + share["low_density"] + share["very_low_density"]


def _by_half(share: Mapping[str, Floats]) -> tuple[Text, Text]:
    dense = share["centre"] + share["dense_cluster"]
    loose = share["suburban"] + _rural(share)
    town = _named(
        (dense >= HALF, "dense_town"), (loose >= HALF, "suburb"), otherwise="semi_dense_town"
    )
    settled = 1.0 - share["low_density"] - share["very_low_density"]
    rural = _named(
        (settled >= HALF, "village"),
        (share["very_low_density"] >= HALF, "uninhabited"),
        otherwise="dispersed",
    )
    return town, rural


def _by_larger(share: Mapping[str, Floats]) -> tuple[Text, Text]:
    dense, semi_dense = share["dense_cluster"], share["semi_dense_cluster"]
    town = _named(
        (dense + semi_dense <= share["suburban"], "suburb"),
        (dense >= semi_dense, "dense_town"),
        otherwise="semi_dense_town",
    )
    village, low, very_low = (
        share[name] for name in ("rural_cluster", "low_density", "very_low_density")
    )
    rural = _named(
        ((village >= low) & (village >= very_low), "village"),
        (low >= very_low, "dispersed"),
        otherwise="uninhabited",
    )
    return town, rural


def _named(*claims: tuple[Flags, str], otherwise: str) -> Text:
    """The name of the first claim that holds."""
    named = np.full(len(claims[0][0]), otherwise, np.object_)
    for holds, name in reversed(claims):
        named[holds] = name
    return named
