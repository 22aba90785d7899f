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
    rings = shapely.get_rings(shapely.get_parts(shape))
    course = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring).tolist()) + "Z"
        for ring in rings
    )
    fill = "url(#hatch)" if number < 0 else scale.colours[number]
    return (
        f'<path d="{course}" fill="{fill}" fill-rule="evenodd" stroke="#fff" stroke-width="1.5"/>'
    )
