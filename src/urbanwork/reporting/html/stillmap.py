"""The map without a script: areas as SVG, shown until the drawn map is ready, and on its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from urbanwork.reporting.html.scales import Scale

WIDTH = 720.0


def still_map(areas: pa.Table, values: NDArray[np.float64], scale: Scale) -> Markup:
    """The areas filled by their class, hatched where there is no value."""
    shapes = shapely.from_wkb(areas["geometry"].to_numpy(zero_copy_only=False))
    if len(shapes) == 0 or shapely.is_empty(shapes).all():
        return Markup("")
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    size = max((east - west) * squeeze, north - south, 1e-9)
    moved = shapely.transform(
        shapes, lambda xy: (xy - [west, north]) * [squeeze * WIDTH / size, -WIDTH / size]
    )
    moved = shapely.simplify(moved, 0.7)
    width, height = (east - west) * squeeze * WIDTH / size, (north - south) * WIDTH / size
    classes = scale.class_of(values)
    paths = [_path(shape, int(k), scale) for shape, k in zip(moved, classes, strict=True)]
    return Markup(  # noqa: S704
        f'<svg viewBox="-2 -2 {width + 4:.0f} {height + 4:.0f}" aria-hidden="true">'
        f"{''.join(paths)}</svg>"
    )


def _path(shape: shapely.Geometry, number: int, scale: Scale) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    course = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring).tolist()) + "Z"
        for ring in rings
    )
    fill = "url(#hatch)" if number < 0 else scale.colours[number]
    return (
        f'<path d="{course}" fill="{fill}" fill-rule="evenodd" stroke="#fff" stroke-width="1.5"/>'
    )
