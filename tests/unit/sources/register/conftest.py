"""Places of a small map, one degree being about 111 km."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from urbanwork.sources.columns import column_of
from urbanwork.sources.layers import Places

METRE = 1 / 111_195  # degrees of latitude

MakePlaces = Callable[..., Places]


def places_of(*rows: dict[str, Any], source: str = "osm") -> Places:
    """Places from rows with id, category and what is known; x and y in metres from 10 E, 0 N."""

    def column(name: str) -> Any:
        return column_of(row.get(name) for row in rows)

    def number(name: str, default: float) -> Any:
        return np.array([row.get(name, default) for row in rows], dtype=np.float64)

    return Places(
        id=column("id"), category=column("category"), name=column("name"),
        name_zh=column("name_zh"), name_en=column("name_en"),
        lon=10 + number("x", 0.0) * METRE, lat=number("y", 0.0) * METRE,
        geometry=column("geometry"), capacity=number("capacity", np.nan),
        opened=column("opened"), source=column_of(source for _ in rows),
    )  # fmt: skip


@pytest.fixture
def make_places() -> MakePlaces:
    return places_of


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, *, name: str = "register.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
