"""The titles of the categories of places, without the rules and the reader of maps behind them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from urbanwork.quantities.kept_yaml import load_own_yaml

_RULES = Path(__file__).parent / "osm" / "categories.yaml"


@cache
def category_titles() -> Mapping[str, tuple[str, str]]:
    """English and Chinese title of every category of `osm/categories.yaml`.

    >>> category_titles()["kindergarten"]
    ('kindergarten', '幼儿园')
    """
    places = load_own_yaml(_RULES)[0]["places"]
    return {key: (each["title"]["en"], each["title"]["zh"]) for key, each in places.items()}
