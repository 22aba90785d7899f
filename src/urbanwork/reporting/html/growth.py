"""The page of a growth simulation: map of probabilities, demand, masks, scores; one file."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.html import markup
from urbanwork.reporting.html.growth_texts import TEXTS
from urbanwork.reporting.html.policy import policy
from urbanwork.reporting.html.scales import VIRIDIS
from urbanwork.reporting.numbers import Lang, round_significant, whole

if TYPE_CHECKING:
    from jinja2 import Environment

HERE = Path(__file__).parent
LONGEST_PX = 1000
"""Larger maps are shown by the largest value of each block."""

LEAST_SHOWN = 0.1
"""Cells that are built in fewer of the runs are chance and not coloured; the raster has them."""

PAPER, LAND, BUILT, MASKED = (248, 247, 244), (236, 234, 228), (110, 116, 124), (203, 214, 196)
"""No data, open land, what is built, and what is masked."""

HIT, MISS, FALSE_ALARM = (33, 33, 33), (86, 180, 233), (230, 159, 0)
"""Colour-blind safe (Okabe & Ito); the legend names them."""


def build_growth(
    report: Mapping[str, Any], picture: NDArray[np.uint8], *, kind: str, lang: Lang = "en"
) -> bytes:
    """The page as HTML in UTF-8 that asks for nothing outside; same input, same bytes.

    Args:
        report: `forecast_report` or `validation_report`.
        picture: [rows, columns, 3] colours of the map.
        kind: forecast or validation.
        lang: of the page.
    """
    style = _style()
    context = {
        "lang": lang, "tag": markup.LANG_TAGS[lang], "style": style, "policy": policy(style),
        "kind": kind, "report": report, "image": _png(picture), "legend": _legend(kind),
        "rows": _scores(report) if kind == "validation" else [],
        "demand": _demand(report) if kind == "forecast" else [],
    }  # fmt: skip
    return _environment(lang).get_template("growth.html.jinja").render(context).encode()


def forecast_picture(
    probability: NDArray[Any], built: NDArray[Any], known: NDArray[Any], masked: NDArray[Any]
) -> NDArray[np.uint8]:
    """[rows, columns, 3]: probability in viridis, dark is likely, above built and masked land."""
    factor = _factor(probability.shape)
    likely = _blocks(probability, factor)
    shown = _ground(_blocks(built, factor), _blocks(known, factor), _blocks(masked, factor))
    scale = np.array(VIRIDIS, np.float64)
    at = np.clip((1.0 - likely) * (len(scale) - 1), 0, len(scale) - 1)
    low = np.minimum(at.astype(int), len(scale) - 2)
    part = (at - low)[..., None]
    colour = np.rint(scale[low] * (1 - part) + scale[low + 1] * part).astype(np.uint8)
    shown[likely >= LEAST_SHOWN] = colour[likely >= LEAST_SHOWN]
    return shown


def validation_picture(
    simulated: NDArray[Any], observed: NDArray[Any], built: NDArray[Any], known: NDArray[Any]
) -> NDArray[np.uint8]:
    """[rows, columns, 3]: hits, misses and false alarms above built land."""
    factor = _factor(simulated.shape)
    shown = _ground(_blocks(built, factor), _blocks(known, factor), None)
    for flags, colour in (
        (observed & ~simulated, MISS), (simulated & ~observed, FALSE_ALARM),
        (simulated & observed, HIT),
    ):  # fmt: skip
        shown[_blocks(flags, factor) > 0] = colour
    return shown


def _ground(built: NDArray[Any], known: NDArray[Any], masked: Any) -> NDArray[np.uint8]:
    shown = np.full((*built.shape, 3), PAPER, np.uint8)
    shown[known > 0] = LAND
    if masked is not None:
        shown[masked > 0] = MASKED
    shown[built > 0] = BUILT
    return shown


def _factor(shape: tuple[int, ...]) -> int:
    return max(1, -(-max(shape[0], shape[1]) // LONGEST_PX))


def _blocks(values: NDArray[Any], factor: int) -> NDArray[Any]:
    """The largest value of each block."""
    if factor == 1:
        return values
    rows, columns = values.shape
    tall = np.maximum.reduceat(values, np.arange(0, rows, factor), axis=0)
    return np.asarray(np.maximum.reduceat(tall, np.arange(0, columns, factor), axis=1))


def _png(picture: NDArray[np.uint8]) -> str:
    """The picture as a data URL."""
    import warnings

    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.io import MemoryFile

    rows, columns, _ = picture.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile() as memory:
            with memory.open(driver="PNG", width=columns, height=rows, count=3,
                             dtype="uint8") as out:  # fmt: skip
                out.write(np.moveaxis(picture, 2, 0))
            data = memory.read()
    return "data:image/png;base64," + base64.b64encode(data).decode()


def _legend(kind: str) -> list[dict[str, Any]]:
    if kind == "validation":
        named = (("hit", HIT), ("miss", MISS), ("false_alarm", FALSE_ALARM), ("built", BUILT))
    else:
        named = (("always", VIRIDIS[0]), ("half", VIRIDIS[len(VIRIDIS) // 2]),
                 ("seldom", VIRIDIS[-1]), ("built", BUILT), ("masked", MASKED))  # type: ignore[assignment]  # fmt: skip
    return [
        {"text": TEXTS[key], "colour": "#" + "".join(f"{int(part):02x}" for part in colour)}
        for key, colour in named
    ]


def _scores(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for the simulation and for each map that knows nothing."""
    named = [("ranked", report["ranked"])]
    named += [(key, report["baselines"][key]) for key in ("distance", "random", "no_change")]
    names = ("figure_of_merit", "hits", "misses", "false_alarms", "quantity_disagreement",
             "allocation_disagreement")  # fmt: skip
    return [
        {"title": TEXTS[key], "values": [_number(found[name], name) for name in names]}
        for key, found in named
    ]


def _number(value: float, name: str) -> str:
    if name == "figure_of_merit":
        return f"{value:.4f}"
    if name.endswith("disagreement"):
        return f"{100 * value:.2f} %"
    return whole(round(value))


def _demand(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    cell = report["cell_km2"]
    rows = [("demand", report["demand"]["total"]), ("placed", report["placed_in_each_run"]),
            ("shortfall", report["shortfall"]), ("candidates", report["candidates"])]  # fmt: skip
    return [
        {
            "title": TEXTS[key], "cells": whole(number),
            "km2": "" if cell is None else f"{round_significant(number * cell):g}",
        }
        for key, number in rows
    ]  # fmt: skip


def _words(key: str) -> Bilingual:
    return TEXTS[key]


@cache
def _environment(lang: Lang) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals |= {
        "t": lambda key: _words(key).zh if lang == "zh" else _words(key).en,
        "say": lambda text: text.zh if lang == "zh" else text.en,
        "whole": whole,
    }
    return made


@cache
def _style() -> str:
    sheets = (
        HERE.parent / "assets" / "tokens.css", HERE / "templates" / "report.css",
        HERE / "templates" / "growth.css",
    )  # fmt: skip
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
