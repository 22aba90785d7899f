"""Figures of measures of areas in the cache: numbers as arrays, texts once each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.figures import Figures
from urbanwork.quantities.measured import Reason
from urbanwork.sources import stored

COLUMNS = ("value", "numerator", "denominator", "lower", "upper", "coverage")


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Six columns of F indicators, areas and city."""

    columns: NDArray[np.float64]  # [F, 6, A + 1]


def save_figures(figures: Mapping[str, Figures], folder: Path) -> None:
    """Write to a new folder."""
    each = list(figures.values())
    stack = [[getattr(one, name) for name in COLUMNS] for one in each]
    width = len(each[0].value) if each else 0
    stored.save(
        _Numbers(np.array(stack, np.float64).reshape(len(each), len(COLUMNS), width)),
        folder / "numbers",
    )
    plain = {key: _texts(one) for key, one in figures.items()}
    (folder / "texts.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")


def load_figures(folder: Path) -> dict[str, Figures]:
    """Read what `save_figures` wrote."""
    numbers = stored.load(_Numbers, folder / "numbers").columns
    plain = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    return {key: _figures(numbers[row], plain[key]) for row, key in enumerate(plain)}


def _texts(figures: Figures) -> dict[str, Any]:
    """Reason, note and period of every area by number of a list without repeats."""
    rows = [
        (None if reason is None else str(reason), *note, period)
        for reason, note, period in zip(figures.reason, figures.note, figures.period, strict=True)
    ]
    several = list(dict.fromkeys(rows))
    number = {row: place for place, row in enumerate(several)}
    return {
        "texts": several,
        "row": [number[row] for row in rows],
        "detail": dict(figures.detail),
    }


def _figures(columns: NDArray[np.float64], plain: Mapping[str, Any]) -> Figures:
    rows = [plain["texts"][place] for place in plain["row"]]
    return Figures(
        **dict(zip(COLUMNS, columns, strict=True)),
        reason=tuple(None if row[0] is None else Reason(row[0]) for row in rows),
        note=tuple((row[1], row[2]) for row in rows),
        period=tuple(row[3] for row in rows),
        detail=plain["detail"],
    )
