"""What a simulation leaves: a GeoTIFF of probabilities and a report as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.planning.growth.grids import Floats, Grid
from urbanwork.planning.growth.running import Forecast
from urbanwork.planning.growth.scoring import Score
from urbanwork.planning.growth.simulating import LEAST_RUNS, Ensemble
from urbanwork.planning.growth.validating import Options, Validation

NO_DATA = -1.0

SITE = (
    "Figures of merit differ from place to place with how much grows: compare with the random and "
    "the distance baseline here, not with other cities."
)


def forecast_report(found: Forecast) -> dict[str, Any]:
    """All that a forecast rests on and found, as plain data."""
    grown, first, second = found.ensemble, *found.maps
    return {
        "what": "growth simulated",
        "maps": [{"file": each.path.name, "year": each.year, "cells": each.counts()}
                 for each in (first, second)],
        "grid": _grid(second.grid), "cell_km2": second.grid.cell_km2,
        "built_class": found.options.built,
        "crosstab": {"classes": found.crosstab.classes, "cells": found.crosstab.cells.tolist()},
        "demand": {"kind": found.demand.kind, "years": found.demand.years,
                   "wanted": found.demand.wanted, "total": found.demand.total},
        "candidates": grown.candidates, "placed_in_each_run": grown.placed,
        "shortfall": grown.shortfall, "shortfall_sentence": shortfall_sentence(grown),
        "masks": list(grown.masked),
        "masked_cells_converted": sum(each["converted"] for each in grown.masked),
        "runs": len(grown.seeds), "seed": found.options.seed, "seeds": list(grown.seeds),
        "notes": _notes(grown), "drivers": list(found.drivers), "learned": found.learned,
    }  # fmt: skip


def shortfall_sentence(grown: Ensemble) -> str | None:
    """What the land could not hold; None where it holds all."""
    if not grown.shortfall:
        return None
    return (
        f"the masks and classes leave {grown.candidates:,} cells that may be built, the demand to "
        f"{grown.demand.years[-1]} is {grown.demand.total:,}: {grown.shortfall:,} have no place; "
        "lower the demand or free land"
    )


def _notes(grown: Ensemble) -> list[str]:
    few = len(grown.seeds) < LEAST_RUNS
    return [f"{len(grown.seeds)} runs; {LEAST_RUNS} or more are wanted"] if few else []


def _grid(grid: Grid) -> dict[str, Any]:
    return {"rows": grid.shape[0], "columns": grid.shape[1], "transform": grid.transform,
            "crs": grid.crs}  # fmt: skip


def validation_report(
    found: Validation, options: Options, maps: list[tuple[str, int]]
) -> dict[str, Any]:
    """Simulated and observed growth as plain data, with every baseline beside the score."""
    mean, spread = found.runs_figure_of_merit
    built = found.built_at_start
    return {
        "what": f"growth validated in {found.how}",
        "maps": [{"file": name, "year": year} for name, year in maps],
        "built_class": options.built,
        "grew": int(found.observed.sum()), "grew_in_masks": found.observed_in_mask,
        "quantities": found.quantities,
        "ranked": _score(found.score, built),
        "runs": {"number": len(found.runs), "figure_of_merit_mean": mean,
                 "figure_of_merit_sd": spread,
                 "hits": [each.hits for each in found.runs]},
        "baselines": {"no_change": _score(found.null, built),
                      "random": _score(found.random, built),
                      "distance": _score(found.distance, built)},
        "figure_of_merit_in_blocks": found.by_scale,
        "masks": list(found.masked), "seed": options.seed, "learned": found.learned,
        "note": SITE,
    }  # fmt: skip


def _score(score: Score, built: int) -> dict[str, float]:
    return {
        "hits": score.hits, "misses": score.misses, "false_alarms": score.false_alarms,
        "figure_of_merit": score.figure_of_merit,
        "quantity_disagreement": score.quantity_disagreement,
        "allocation_disagreement": score.allocation_disagreement,
        "kappa_only_for_papers": score.kappa(built),
    }  # fmt: skip


def write_probability(
    path: Path, probability: Floats, known: NDArray[np.bool_], grid: Grid
) -> None:
    """Write a GeoTIFF of float32: share of the runs in which a cell is built, -1 where no data.

    Raises UserError when it cannot be written.
    """
    import warnings

    import rasterio
    from affine import Affine
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    profile = {
        "driver": "GTiff", "width": grid.shape[1], "height": grid.shape[0], "count": 1,
        "dtype": "float32", "nodata": NO_DATA, "transform": Affine(*grid.transform),
        "compress": "deflate", "predictor": 3, "tiled": True, "crs": grid.crs,
    }  # fmt: skip
    values = np.where(known, probability, np.float32(NO_DATA)).astype(np.float32)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path, "w", **profile) as dataset:
                dataset.write(values, 1)
                dataset.set_band_description(1, "share of runs in which the cell is built")
    except RasterioError as error:
        raise UserError(f"{path}: the raster cannot be written ({error})") from None
