"""The kernels beside scipy, pandana and cityseer, on one network and in one run.

    python benchmarks/kernels.py [--copies 26] [--peers /path/to/python]

The network is the pedestrian network of Las Palmas, copied side by side (synthetic: 26 copies
have 539,000 nodes). Beside the peers 2,000 places of each of 20 categories stand on nodes drawn by
chance, since pandana and cityseer know no places along streets; all programs answer the same
questions and must agree. (DESIGN.md does not say how many places it measured with; its 0.07 ms for
the counts of one place and 1.4 s for all make 40,000.) pandana and cityseer run in an environment
of their own with a limit of time; cityseer on a quarter of the network. The last rows ask what an
examination asks, with the real entrances and cells of all copies.

Times of the kernels are the least of several runs, taken in turn with scipy's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanwork.kernels.between import distances_between
from urbanwork.kernels.counts import counts_within
from urbanwork.kernels.graph import Graph, Snaps, build_graph, snaps_at_nodes
from urbanwork.kernels.reach import nearest, reach_of_points
from urbanwork.kernels.threads import threads_in_use
from urbanwork.kernels.warm import warm
from urbanwork.kernels.zonal import rings_of, zonal_sum

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "data" / "cities" / "las_palmas"
COPIES = 26
CATEGORIES = 20
PLACES_OF_A_CATEGORY = 2_000
"""Of the whole network; fewer in proportion on a smaller one."""
RADII_M = (400, 800, 1200)
TIME_LIMIT_S = 900
SAMPLE = 200
"""Nodes that scipy counts around; the rest is scaled up."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Town:
    """The network of the benchmark, and two ways of standing on it: at nodes, and along edges."""

    graph: Graph
    x: np.ndarray  # [N] metres
    y: np.ndarray
    place_node: np.ndarray  # [M] drawn by chance
    place_category: np.ndarray  # [M]
    entrances: Snaps  # [Q] as the product has them, parks with many
    entrance_place: np.ndarray  # [Q]
    category: np.ndarray  # [places] of entrances
    cells: Snaps

    @property
    def places_at_nodes(self) -> Snaps:
        return snaps_at_nodes(self.graph)[self.place_node]


def rows(*, copies: int = COPIES, runs: int = 5, peers: Path | None = None) -> list[Row]:
    """Return the rows of the table; each names what was asked, and what each program took."""
    warm(every=True)
    town = _tiled(copies)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ours, scipy_s, found = _beside_scipy(town, runs)
        python = peers or _peers_python()
        pandana = _peer(python, "pandana", _saved(town, folder / "whole.npz"), folder)
        small = _tiled(max(1, copies // 4))
        cityseer = _peer(python, "cityseer", _saved(small, folder / "quarter.npz"), folder)
    _compare("pandana", found, pandana)
    _compare("cityseer", _found(small), cityseer)
    return [
        *_rows_beside_peers(town, ours, scipy_s, pandana, cityseer, small),
        *_rows_of_the_product(town, runs),
    ]


def _tiled(copies: int) -> Town:
    """Las Palmas so often, side by side; the copies do not join."""
    city = _las_palmas()
    network, places = city.walk, city.places
    graph = network.graph
    n, e, p = graph.node_count, graph.edge_count, len(places.id)
    width = float(np.ptp(network.x)) + 1000

    def copied(values: np.ndarray, step: int) -> np.ndarray:
        shifts = np.repeat(np.arange(copies) * step, len(values))
        tiled = np.tile(values, copies)
        return np.where(tiled < 0, tiled, tiled + shifts)

    def snaps(some: Snaps) -> Snaps:
        columns = (np.tile(values, copies) for values in (some.to_start, some.to_end, some.off))
        return Snaps(copied(some.edge, e).astype(np.int32), *columns)

    names, how_many = np.unique(places.category.astype(str), return_counts=True)
    largest = names[np.argsort(-how_many, kind="stable")][:CATEGORIES]
    number = {name: row for row, name in enumerate(largest)}
    category = np.array([number.get(str(name), -1) for name in places.category])
    drawn = CATEGORIES * max(1, PLACES_OF_A_CATEGORY * copies // COPIES)
    return Town(
        build_graph(
            n * copies,
            copied(graph.edge_from, n),
            copied(graph.edge_to, n),
            np.tile(graph.edge_weight, copies),
        ),
        np.tile(network.x, copies) + np.repeat(np.arange(copies) * width, n),
        np.tile(network.y, copies),
        np.random.default_rng(3).choice(n * copies, drawn, replace=False),
        np.arange(drawn) % CATEGORIES,
        snaps(places.walk),
        copied(places.entrance_place, p),
        np.tile(category, copies),
        snaps(city.cells.walk),
    )


def _las_palmas() -> Any:
    from urbanwork.city.prepare import prepared
    from urbanwork.city.reading import read_settings

    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "name": "Las Palmas",
            "as_of": "2023-02-22",
            "jurisdiction": "ES",
            "osm": str(SHARED / "osm_2023.osm.pbf"),
            "boundary": str(SHARED / "boundary.geojson"),
        }
        lines = [f"{key}: {value}\n" for key, value in settings.items()]
        (Path(folder) / "city.yaml").write_text("".join(lines), encoding="utf-8")
        return prepared(read_settings(Path(folder)), lambda en, zh: None)


def _beside_scipy(town: Town, runs: int) -> tuple[dict, dict, dict]:
    """Seconds of the kernels and of scipy, in turn, and what the kernels found."""
    from scipy.sparse.csgraph import dijkstra

    matrix = _matrix(town)
    at_nodes, doors = snaps_at_nodes(town.graph), town.places_at_nodes
    place = np.arange(len(doors))
    radii = [radius * 100 for radius in RADII_M]
    ours: dict[str, list[float]] = {"nearest": [], "counts": []}
    theirs: dict[str, list[float]] = {"nearest": [], "counts": []}
    some = np.linspace(0, town.graph.node_count - 1, SAMPLE).astype(int)

    def scipy_nearest() -> list[np.ndarray]:
        return [
            dijkstra(matrix, indices=np.unique(town.place_node[own]), min_only=True)
            for own in (town.place_category == number for number in range(CATEGORIES))
        ]

    for run in range(runs):
        seconds, found = _timed(lambda: nearest(town.graph, doors, town.place_category, CATEGORIES))
        ours["nearest"].append(seconds)
        seconds, counts = _timed(
            lambda: counts_within(
                town.graph, doors, place, town.place_category, CATEGORIES, at_nodes, radii
            )
        )
        ours["counts"].append(seconds)
        if run < 2:
            seconds, wanted = _timed(scipy_nearest)
            theirs["nearest"].append(seconds)
            seconds, far = _timed(lambda: dijkstra(matrix, indices=some, limit=radii[-1]))
            theirs["counts"].append(seconds * town.graph.node_count / SAMPLE)
    _same_as_scipy(town, found.distance, wanted, counts[:, :, some], far)
    return ours, theirs, {"distance": found.distance, "counts": counts}


def _same_as_scipy(
    town: Town, distance: np.ndarray, wanted: list[np.ndarray], counts: np.ndarray, far: np.ndarray
) -> None:
    for ours, theirs in zip(distance, wanted, strict=True):
        reached = np.isfinite(theirs)
        assert (ours[reached] == theirs[reached]).all(), "nearest differs from scipy"
    for ring, radius in enumerate(RADII_M):
        near = (far[:, town.place_node] <= radius * 100).astype(int)
        for number in range(CATEGORIES):
            theirs = near[:, town.place_category == number].sum(axis=1)
            assert (counts[number, ring] == theirs).all(), "counts differ from scipy"


def _matrix(town: Town) -> Any:
    """The network for scipy: of parallel streets the shortest, no loops."""
    from scipy.sparse import coo_matrix

    graph = town.graph
    row = np.repeat(np.arange(graph.node_count), np.diff(graph.row_start))
    order = np.lexsort((graph.weight, graph.neighbour, row))
    row, column, weight = row[order], graph.neighbour[order], graph.weight[order]
    first = np.append(True, (np.diff(row) != 0) | (np.diff(column) != 0)) & (row != column)
    shape = (graph.node_count, graph.node_count)
    return coo_matrix((weight[first].astype(float), (row[first], column[first])), shape).tocsr()


def _saved(town: Town, path: Path) -> Path:
    np.savez(
        path,
        x=town.x,
        y=town.y,
        edge_from=town.graph.edge_from,
        edge_to=town.graph.edge_to,
        metres=town.graph.edge_weight / 100,
        place_node=town.place_node,
        place_category=town.place_category,
        categories=CATEGORIES,
        radii_m=np.array(RADII_M),
    )
    return path


def _peers_python() -> Path:
    """The python of the peers' environment, made on first use from requirements.txt."""
    folder = HERE / ".venv"
    python = folder / "bin" / "python"
    if not python.exists():
        print("installing the peers, once ...", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"]
        subprocess.run([str(part) for part in install], check=True)
    return python


def _peer(python: Path, name: str, network: Path, folder: Path) -> dict[str, Any]:
    """What a peer took and found; a note where it failed or took too long."""
    answer = folder / f"{name}.npz"
    command = [str(python), str(HERE / "kernel_peers.py"), name, str(network), str(answer)]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"note": f"not done in {TIME_LIMIT_S} s"}
    if done.returncode:
        return {"note": f"failed: {done.stderr.strip().splitlines()[-1][:80]}"}
    figures = json.loads(answer.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(answer) as file:
        return {**figures, **{key: file[key] for key in file.files}}


def _found(town: Town) -> dict[str, np.ndarray]:
    at_nodes, doors, place = snaps_at_nodes(town.graph), town.places_at_nodes, town.place_category
    found = nearest(town.graph, doors, place, CATEGORIES)
    radii = [radius * 100 for radius in RADII_M]
    every = np.arange(len(doors))
    counts = counts_within(town.graph, doors, every, place, CATEGORIES, at_nodes, radii)
    return {"distance": found.distance, "counts": counts}


def _compare(name: str, ours: dict[str, np.ndarray], theirs: dict[str, Any]) -> None:
    """A peer must find the same, but for rounding at the rim of a radius."""
    if "distance" not in theirs:
        return
    far = RADII_M[-1]
    off = np.abs(np.fmin(theirs["distance"], far) - np.minimum(ours["distance"] / 100, far))
    assert (off > 1).mean() < 1e-4, f"{name} differs at {(off > 1).mean():.3%} of the nodes"
    differ = (ours["counts"][: len(theirs["counts"])] != theirs["counts"]).mean()
    assert differ < 2e-3, f"{name} counts differently at {differ:.3%} of the nodes"


def _rows_beside_peers(
    town: Town,
    ours: dict[str, list[float]],
    scipy_s: dict[str, list[float]],
    pandana: dict[str, Any],
    cityseer: dict[str, Any],
    small: Town,
) -> list[Row]:
    size = f"{town.graph.node_count:,} nodes, {len(town.place_node):,} places"
    of_four = f"{pandana.get('categories', 0)} categories only"
    both = (
        f"{cityseer['both_s']:.0f} s for both on {small.graph.node_count:,} nodes"
        if "both_s" in cityseer
        else cityseer["note"]
    )
    set_up = f" (after {pandana['setup_s']:.0f} s of set-up)" if "setup_s" in pandana else ""
    return [
        {
            "kernel": f"nearest place, {CATEGORIES} categories, at all nodes",
            "size": size,
            "to reach": "0.45 s",
            "urbanwork": _spread(ours["nearest"]),
            "scipy": _spread(scipy_s["nearest"]),
            "scipy / urbanwork": _ratio(scipy_s["nearest"], ours["nearest"]),
            "pandana": _seconds(pandana, "nearest_s") + set_up,
            "cityseer": both,
        },
        {
            "kernel": f"counts, {CATEGORIES} categories x 3 radii to 1,200 m, at all nodes",
            "size": size,
            "to reach": "2.1 s",
            "urbanwork": _spread(ours["counts"]),
            "scipy": f"{min(scipy_s['counts']) / 3600:.1f} h (scaled up from {SAMPLE} nodes)",
            "scipy / urbanwork": _ratio(scipy_s["counts"], ours["counts"]),
            "pandana": f"{_seconds(pandana, 'counts_s')} ({of_four})",
            "cityseer": both,
        },
    ]


def _rows_of_the_product(town: Town, runs: int) -> list[Row]:
    """What an examination asks: entrances and cells along the edges, zonal sums, detours."""
    cats = town.category[town.entrance_place]
    radii = [radius * 100 for radius in RADII_M]
    size = f"{len(town.entrances):,} entrances, {len(town.cells):,} cells"
    found = nearest(town.graph, town.entrances, cats, CATEGORIES)
    hexagons, raster, inverse = _hexagons(200_000)
    step = np.array([1, 2, 3, 5])  # cells follow each other in space
    pairs = (np.arange(len(town.cells))[:, None] + step) % len(town.cells)
    start = np.arange(len(town.cells) + 1) * len(step)
    asked: list[tuple[str, str, Callable[[], Any]]] = [
        (
            "nearest place from all entrances of 20 categories",
            size,
            lambda: nearest(town.graph, town.entrances, cats, CATEGORIES),
        ),
        (
            "... and from there to all cells",
            size,
            lambda: reach_of_points(town.graph, found, town.entrances, town.cells),
        ),
        (
            "counts at cells, 20 categories x 3 radii",
            size,
            lambda: counts_within(
                town.graph,
                town.entrances,
                town.entrance_place,
                town.category,
                CATEGORIES,
                town.cells,
                radii,
            ),
        ),
        (
            "distances from each cell to 4 others near it, up to 3 km",
            f"{pairs.size:,} pairs",
            lambda: distances_between(
                town.graph, town.cells, town.cells, start, pairs.ravel(), limit=300_000
            ),
        ),
        (
            "exact zonal sums, rings included",
            "200,000 hexagons, 100 m pixels",
            lambda: zonal_sum(rings_of(hexagons), raster, inverse),
        ),
    ]
    nothing = {"scipy": "", "scipy / urbanwork": "", "pandana": "", "cityseer": ""}
    return [
        {
            "kernel": what,
            "size": size,
            "to reach": "1 s" if "zonal" in what else "",
            "urbanwork": _spread([_timed(work)[0] for _ in range(runs)]),
            **nothing,
        }
        for what, size, work in asked
    ]


def _hexagons(count: int) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    """Hexagons of 15,000 m2 over a raster of 100 m pixels."""
    radius = 76.0
    wide, high = 3**0.5 * radius, 1.5 * radius
    row, column = np.divmod(np.arange(count), int(count**0.5))
    centre = np.stack([column * wide + row % 2 * wide / 2, row * high], 1)
    turn = np.deg2rad(30 + 60 * np.arange(6))
    ring = radius * np.stack([np.cos(turn), np.sin(turn)], 1)
    size = int(centre.max() / 100) + 5
    raster = np.random.default_rng(1).uniform(0, 90, (size, size))
    return shapely.polygons(centre[:, None] + ring), raster, (0.01, 0, 1, 0, -0.01, size - 1)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def _spread(seconds: list[float]) -> str:
    return f"{min(seconds):.2f} s (to {max(seconds):.2f})"


def _ratio(theirs: list[float], ours: list[float]) -> str:
    return f"{min(theirs) / min(ours):,.1f}"


def _seconds(peer: dict[str, Any], key: str) -> str:
    return f"{peer[key]:.1f} s" if key in peer else str(peer.get("note", ""))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="python that has pandana and cityseer")
    asked = parser.parse_args()
    print(f"{threads_in_use()} threads; least of {asked.runs} runs")
    for row in rows(copies=asked.copies, runs=asked.runs, peers=asked.peers):
        print("\n".join(f"  {key}: {value}" for key, value in row.items() if value), end="\n\n")


if __name__ == "__main__":
    main()
