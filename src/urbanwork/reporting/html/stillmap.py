"""The map without a script: areas as SVG, shown until the drawn map is ready, and on its own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from markupsafe import Markup
from numpy.typing import NDArray

from urbanwork.reporting.html.markup import bi, both, text
from urbanwork.reporting.html.scales import Scale
from urbanwork.reporting.numbers import format_number, unit_label
from urbanwork.reporting.wording import say

WIDTH = 720.0


def still_map(areas: pa.Table, values: NDArray[np.float64], scale: Scale) -> Markup:
    """The areas filled by their class, hatched where there is no value."""
    moved, width, height = placed(areas, WIDTH)
    if len(moved) == 0:
        return Markup("")
    classes = scale.class_of(values)
    paths = [_path(shape, int(k), scale) for shape, k in zip(moved, classes, strict=True)]
    return Markup(  # noqa: S704
        f'<svg viewBox="-2 -2 {width + 4:.0f} {height + 4:.0f}" aria-hidden="true">'
        f"{''.join(paths)}</svg>"
    )


def placed(areas: pa.Table, size: float) -> tuple[NDArray[np.object_], float, float]:
    """The areas in a drawing whose longer side is `size`, with its width and height."""
    shapes = shapely.from_wkb(areas["geometry"].to_numpy(zero_copy_only=False))
    if len(shapes) == 0 or shapely.is_empty(shapes).all():
        return np.zeros(0, np.object_), 0.0, 0.0
    west, south, east, north = shapely.total_bounds(shapes)
    squeeze = float(np.cos(np.radians((south + north) / 2)))
    zoom = size / max((east - west) * squeeze, north - south, 1e-9)
    moved = shapely.transform(shapes, lambda xy: (xy - [west, north]) * [squeeze * zoom, -zoom])
    kept = np.asarray(shapely.simplify(moved, 0.7), np.object_)
    return kept, (east - west) * squeeze * zoom, (north - south) * zoom


def still_legend(scale: Scale, unit: str) -> Markup:
    """The classes of the still map with their breaks and the threshold."""
    wide = 296 / len(scale.colours)
    swatches = "".join(
        f'<rect x="{n * wide:.1f}" y="16" width="{wide:.1f}" height="12" fill="{colour}"/>'
        for n, colour in enumerate(scale.colours)
    )
    labels = "".join(
        f'<text x="{(n + 1) * wide:.1f}" y="42" text-anchor="middle">{format_number(cut)}</text>'
        for n, cut in enumerate(scale.breaks)
    )
    asked = ""
    if scale.threshold in scale.breaks:
        at = (scale.breaks.index(scale.threshold) + 1) * wide
        asked = f'<path d="M{at:.1f} 13v18" stroke="#14171c" stroke-width="2"/>'
    head = both(lambda lang: f"{say(text('in_each_area'), lang)}, {unit_label(unit, lang)}")
    return Markup(
        '<p class="what">{}</p><svg viewBox="0 0 296 46" aria-hidden="true">{}</svg>'
    ).format(
        bi(head),
        Markup(swatches + labels + asked),  # noqa: S704
    )


def _path(shape: shapely.Geometry, number: int, scale: Scale) -> str:
    fill = "url(#hatch)" if number < 0 else scale.colours[number]
    return (
        f'<path d="{course(shape)}" fill="{fill}" fill-rule="evenodd" stroke="#fff"'
        ' stroke-width="1.5"/>'
    )


def course(shape: shapely.Geometry) -> str:
    """The rings of a shape as the data of an SVG path."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring).tolist()) + "Z"
        for ring in rings
    )
