"""Clusters of cells on a grid: which hang together, what they hold, their holes and edges.

A grid of labels is int32[rows, columns]: 0 is no cluster, 1, 2, ... are clusters. Two cells are
neighbours by contiguity 4 (they share a side) or 8 (a side or a corner).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.kernels.compiled import compiled, given

Floats = NDArray[np.float64]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Compiled code counts from np.int64(0) where a count goes to another kernel, and copies value by
# value: for a plain 0 numba compiles a kernel twice, for a slice the text of an error as well.


def connected(values: NDArray[Any], *, contiguity: int) -> tuple[Int32, int]:
    """Label the parts of a grid in which neighbours have the same value; 0 belongs to none.

    Labels count from 1 in the order of the first cell of each part, row by row.

    Args:
        values: [rows, columns] flags or whole numbers.
        contiguity: 4 or 8.

    Returns:
        The labels and their number.

    Raises:
        ValueError: another contiguity.

    >>> labels, count = connected(np.array([[1, 0], [0, 1]]), contiguity=8)
    >>> labels.tolist(), count
    ([[1, 0], [0, 1]], 1)
    """
    if contiguity not in (4, 8):
        raise ValueError(f"contiguity is 4 or 8, got {contiguity}")
    label = np.zeros(values.shape, np.int32)
    count = _connect(given(values, np.int32), contiguity == 8, label)
    return label, int(count)


def cluster_sums(label: Int32, values: NDArray[Any], count: int) -> Floats:
    """[count + 1] sum of the values in each cluster, at 0 that outside all; nan counts nothing."""
    sums = np.zeros(count + 1)
    _add_up(given(label, np.int32), given(values, np.float64), sums)
    return sums


def kept_clusters(label: Int32, sums: Floats, *, least: float) -> Int32:
    """The clusters whose sum, such as of people, is at least so much, numbered anew in order.

    >>> kept_clusters(np.array([[1, 0, 2]], np.int32), np.array([9.0, 3.0, 4.0]), least=4).tolist()
    [[0, 0, 1]]
    """
    is_kept = sums >= least
    is_kept[0] = False
    number = np.where(is_kept, np.cumsum(is_kept), 0).astype(np.int32)
    return number[label]


def without_holes(label: Int32, *, below_cells: float) -> Int32:
    """Fill the holes of clusters that have fewer cells than `below_cells`.

    A hole is a part of the grid (contiguity 4) that one connected piece of a cluster surrounds on
    all sides; it may hold other clusters, which stay. What touches the border of the grid is open.

    >>> ring = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.int32)
    >>> without_holes(ring, below_cells=2)[1, 1]
    np.int32(1)
    """
    most = int(np.ceil(below_cells)) - 1
    filled = label.copy()
    if most > 0:
        piece, _ = connected(label, contiguity=4)
        _fill(given(label, np.int32), given(piece, np.int32), most, filled)
    return filled


def with_smooth_edges(label: Int32, counts: Flags, may_join: Flags) -> Int32:
    """Add cells to clusters by the majority rule, all at once, until nothing changes.

    A cell without a cluster joins the one that more than half of its neighbours belong to. The
    eight around it are neighbours, those beyond the border of the grid too, except where `counts`
    is False; cells where `may_join` is False stay as they are.

    Source: GHSL Data Package 2022 (all eight count: at least five of them), 2023 footnote 29.
    """
    smooth = label.copy()
    _smooth(smooth, given(counts, np.bool_), given(may_join, np.bool_))
    return smooth


def grown(cells: Flags, *, by: int) -> Flags:
    """Cells within `by` cells of those given, in rows, columns and diagonals.

    >>> grown(np.array([[True, False, False]]), by=1).tolist()
    [[True, True, False]]
    """
    out = cells.copy()
    for step in range(1, by + 1):
        out[step:] |= cells[:-step]
        out[:-step] |= cells[step:]
    tall = out.copy()
    for step in range(1, by + 1):
        out[:, step:] |= tall[:, :-step]
        out[:, :-step] |= tall[:, step:]
    return out


def window_means(values: Floats, *, side: int) -> Floats:
    """Mean of the known cells in a square window around each cell; nan where none is known.

    >>> window_means(np.array([[1.0, 3.0, np.nan]]), side=3).tolist()
    [[2.0, 2.0, 3.0]]
    """
    is_known = ~np.isnan(values)
    total = _window_sums(np.where(is_known, values, 0.0), side // 2)
    number = _window_sums(is_known.astype(np.float64), side // 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = total / number
    return mean


def _window_sums(values: Floats, reach: int) -> Floats:
    for axis in (0, 1):
        size = values.shape[axis]
        total = np.cumsum(values, axis=axis)
        total = np.insert(total, 0, 0.0, axis=axis)
        place = np.arange(size)
        last = np.minimum(place + reach + 1, size)
        first = np.maximum(place - reach, 0)
        values = total.take(last, axis=axis) - total.take(first, axis=axis)
    return values


def around_patches(label: Int32, chosen: Flags, known: Flags, count: int, *, cells: int) -> Int64:
    """[2, count + 1] cells around each patch, and those of them that are chosen.

    A cell lies around a patch when it belongs to no patch and one of its cells is within so many
    rows and columns; each such cell counts once, cells that are not known never.

    Source: the buffer of the landscape expansion index (Liu and others 2010).
    """
    found = np.zeros((2, count + 1), np.int64)
    _count_around(
        given(label, np.int32), given(chosen, np.bool_), given(known, np.bool_), cells, found
    )
    return found


@compiled
def _root(parent: Int32, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def _unite(parent: Int32, one: int, other: int) -> int:
    """Join two trees at the smaller root, so that a root comes before all that it holds."""
    one, other = _root(parent, one), _root(parent, other)
    if one < other:
        parent[other] = one
        return one
    parent[one] = other
    return other


@compiled
def _joined(values: Int32, label: Int32, parent: Int32, place: tuple[int, int],
            corners: int) -> np.int64:  # fmt: skip
    """Label that a cell gets from those before it, which are united; 0 when none is like it.

    `corners` is 1 when corners connect, else 0.
    """
    row, column = place
    value, mine = values[row, column], np.int64(0)
    if column > 0 and values[row, column - 1] == value:
        mine = np.int64(label[row, column - 1])
    if row > 0:
        for c in range(max(column - corners, 0), min(column + corners + 1, values.shape[1])):
            if values[row - 1, c] == value:
                above = np.int64(label[row - 1, c])
                mine = above if mine == 0 else _unite(parent, mine, above)
    return mine


@compiled
def _numbered(parent: Int32, used: int) -> int:
    """Turn the parents of provisional labels into final ones; return how many there are."""
    count = 0
    for node in range(1, used + 1):
        if parent[node] == node:
            count += 1
            parent[node] = count
        else:
            parent[node] = parent[parent[node]]
    return count


@compiled
def _connect(values: Int32, with_corners: bool, label: Int32) -> int:
    """Two passes: provisional labels that are united where they meet, then final ones."""
    rows, columns = values.shape
    parent = np.empty(rows * columns // 2 + rows + columns + 2, np.int32)
    used = np.int64(0)
    for row in range(rows):
        for column in range(columns):
            if values[row, column] == 0:
                continue
            mine = _joined(values, label, parent, (row, column), 1 if with_corners else 0)
            if mine == 0:
                used += 1
                mine = used
                if used >= len(parent):  # many values side by side: every cell its own label
                    longer = np.empty(rows * columns + 1, np.int32)
                    for at in range(len(parent)):
                        longer[at] = parent[at]
                    parent = longer
                parent[used] = used
            label[row, column] = mine
    count = int(_numbered(parent, used))
    for row in range(rows):
        for column in range(columns):
            if label[row, column] > 0:
                label[row, column] = parent[label[row, column]]
    return count


@compiled
def _add_up(label: Int32, values: Floats, sums: Floats) -> None:
    rows, columns = label.shape
    for row in range(rows):
        for column in range(columns):
            value = values[row, column]
            if not np.isnan(value):
                sums[label[row, column]] += value


@compiled
def _hole(piece: Int32, around: int, row: int, column: int, most: int, cells: Int32) -> int:
    """Cells that are reached from a cell without entering a piece; 0 when open or more than most.

    `cells` [most, 2] holds the rows and columns of the cells found.
    """
    rows, columns = piece.shape
    cells[0, 0], cells[0, 1] = row, column
    found, looked = 1, 0
    while looked < found:
        r, c = cells[looked, 0], cells[looked, 1]
        looked += 1
        if r == 0 or c == 0 or r == rows - 1 or c == columns - 1:
            return 0
        for turn in range(4):
            next_r = r + (turn == 0) - (turn == 1)
            next_c = c + (turn == 2) - (turn == 3)
            if piece[next_r, next_c] == around:
                continue
            is_new = True
            for k in range(found):
                if cells[k, 0] == next_r and cells[k, 1] == next_c:
                    is_new = False
                    break
            if is_new:
                if found == most:
                    return 0
                cells[found, 0], cells[found, 1] = next_r, next_c
                found += 1
    return found


@compiled
def _fill(label: Int32, piece: Int32, most: int, filled: Int32) -> None:
    """Look from every cell beside a piece whether it lies in a small hole of it."""
    rows, columns = label.shape
    cells = np.empty((most, 2), np.int32)
    for row in range(1, rows - 1):
        for column in range(1, columns - 1):
            if filled[row, column] > 0:
                continue
            for turn in range(4):
                r = row + (turn == 0) - (turn == 1)
                c = column + (turn == 2) - (turn == 3)
                around = piece[r, c]
                if around == 0:
                    continue
                found = _hole(piece, around, row, column, most, cells)
                if found > 0:
                    for k in range(found):
                        if filled[cells[k, 0], cells[k, 1]] == 0:
                            filled[cells[k, 0], cells[k, 1]] = label[r, c]
                    break


@compiled
def _majority(label: Int32, counts: Flags, row: int, column: int) -> int:
    """The cluster of more than half of the neighbours that count, or 0."""
    rows, columns = label.shape
    number, best, most = 0, 0, 0
    for r in range(row - 1, row + 2):
        for c in range(column - 1, column + 2):
            if r == row and c == column:
                continue
            if r < 0 or c < 0 or r >= rows or c >= columns:
                number += 1
                continue
            mine = label[r, c]
            if mine == 0:
                number += counts[r, c]
                continue
            number += 1
            same = 0
            for other_r in range(max(row - 1, 0), min(row + 2, rows)):
                for other_c in range(max(column - 1, 0), min(column + 2, columns)):
                    same += label[other_r, other_c] == mine
            if same > most:
                best, most = mine, same
    return best if 2 * most > number else 0


@compiled
def _beside(label: Int32, may_join: Flags, is_listed: Flags, place: int, listed: Int64,
            number: int) -> int:  # fmt: skip
    """List the free cells around a place that are not listed yet; return how many are listed."""
    rows, columns = label.shape
    row, column = place // columns, place % columns
    for r in range(max(row - 1, 0), min(row + 2, rows)):
        for c in range(max(column - 1, 0), min(column + 2, columns)):
            if label[r, c] == 0 and may_join[r, c] and not is_listed[r, c]:
                is_listed[r, c] = True
                listed[number] = r * columns + c
                number += 1
    return number


@compiled
def _smooth(label: Int32, counts: Flags, may_join: Flags) -> None:
    """Round after round, only the neighbours of what joined last can change."""
    rows, columns = label.shape
    is_listed = np.zeros((rows, columns), np.bool_)
    listed = np.empty(rows * columns, np.int64)  # touched only as far as it fills
    joined = np.empty(rows * columns, np.int64)
    cluster = np.empty(rows * columns, np.int32)
    number = np.int64(0)
    for row in range(rows):
        for column in range(columns):
            if label[row, column] > 0:
                place = row * columns + column
                number = _beside(label, may_join, is_listed, place, listed, number)
    while number > 0:
        new = 0
        for k in range(number):
            row, column = listed[k] // columns, listed[k] % columns
            is_listed[row, column] = False
            mine = _majority(label, counts, row, column)
            if mine > 0:
                joined[new], cluster[new] = listed[k], mine
                new += 1
        for k in range(new):
            label[joined[k] // columns, joined[k] % columns] = cluster[k]
        number = np.int64(0)
        for k in range(new):
            number = _beside(label, may_join, is_listed, joined[k], listed, number)


@compiled
def _count_around(label: Int32, chosen: Flags, known: Flags, cells: int, found: Int64) -> None:
    rows, columns = label.shape
    seen = np.empty((2 * cells + 1) * (2 * cells + 1), np.int32)
    for row in range(rows):
        for column in range(columns):
            if label[row, column] > 0 or not known[row, column]:
                continue
            number = 0
            for r in range(max(row - cells, 0), min(row + cells + 1, rows)):
                for c in range(max(column - cells, 0), min(column + cells + 1, columns)):
                    mine = label[r, c]
                    if mine == 0:
                        continue
                    is_new = True
                    for k in range(number):
                        if seen[k] == mine:
                            is_new = False
                            break
                    if is_new:
                        seen[number] = mine
                        number += 1
                        found[0, mine] += 1
                        found[1, mine] += chosen[row, column]
