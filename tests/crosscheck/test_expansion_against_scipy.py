"""The landscape expansion index of real land use, patch by patch, against scipy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from urbanwork.measures.expansion import patch_kinds

BUILT = 2


def _kinds_by_scipy(old: np.ndarray, new: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Cells of each kind: one patch after the other, its ring by dilation."""
    square = np.ones((3, 3))
    label, _ = ndimage.label(new, square)
    cells = np.zeros(3, int)
    for number, (rows, columns) in enumerate(ndimage.find_objects(label), 1):
        around = np.s_[
            max(rows.start - 1, 0) : rows.stop + 1, max(columns.start - 1, 0) : columns.stop + 1
        ]
        patch = label[around] == number
        ring = ndimage.binary_dilation(patch, square) & (label[around] == 0) & known[around]
        index = 100 * (ring & old[around]).sum() / max(ring.sum(), 1)
        cells[0 if index > 50 else 1 if index > 0 else 2] += patch.sum()
    return cells


def test_the_growth_of_plum_island_is_of_the_same_kinds(shared: Path) -> None:
    import rasterio

    layers = []
    for year in (1985, 1991):
        with rasterio.open(shared / f"landuse/plum_island/pie_lu_pie_{year}.tif") as dataset:
            layers.append(dataset.read(1))
            nodata = dataset.nodata
    before, after = (layer == BUILT for layer in layers)
    known = (layers[0] != nodata) & (layers[1] != nodata)

    kinds, _ = patch_kinds(before, after, known)

    expected = _kinds_by_scipy(before & known, after & ~before & known, known)
    assert [int((kinds == kind).sum()) for kind in range(3)] == expected.tolist()
    assert expected.tolist() == [845, 2230, 190]
