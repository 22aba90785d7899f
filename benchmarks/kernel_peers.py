"""One peer on one network: `python kernel_peers.py NAME network.npz answer.npz`.

Runs in the peers' own environment, without urbanwork. Writes answer.json (seconds of set-up, of the
nearest place of each category, and of counting) and answer.npz (what it found, for comparison).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Input = dict[str, np.ndarray]
Answer = tuple[dict[str, Any], dict[str, np.ndarray]]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def of_category(given: Input, number: int) -> np.ndarray:
    return given["place_node"][given["place_category"] == number]


def pandana(given: Input) -> Answer:
    """Nearest of every category, and counts of the first four only: each call takes its time."""
    import pandas as pd
    from pandana import Network

    ids = np.arange(len(given["x"]))
    far = float(given["radii_m"][-1])
    setup, net = timed(
        lambda: Network(
            pd.Series(given["x"], ids),
            pd.Series(given["y"], ids),
            pd.Series(given["edge_from"]),
            pd.Series(given["edge_to"]),
            pd.DataFrame({"metres": given["metres"]}),
        )
    )

    def nearest() -> np.ndarray:
        found = []
        for number in range(int(given["categories"])):
            nodes = of_category(given, number)
            at = pd.Series(given["x"][nodes]), pd.Series(given["y"][nodes])
            net.set_pois(str(number), far, 1, *at)
            found.append(net.nearest_pois(far, str(number), num_pois=1)[1].to_numpy())
        return np.array(found)

    def counts() -> np.ndarray:
        found = []
        for number in range(4):
            nodes = pd.Series(of_category(given, number))
            net.set(nodes, variable=pd.Series(np.ones(len(nodes))), name=str(number))
            found += [
                net.aggregate(float(radius), type="sum", decay="flat", name=str(number))
                for radius in given["radii_m"]
            ]
        return np.array(found).reshape(4, len(given["radii_m"]), -1)

    nearest_s, distance = timed(nearest)
    counts_s, count = timed(counts)
    figures = {"setup_s": setup, "nearest_s": nearest_s, "counts_s": counts_s, "categories": 4}
    return figures, {"distance": distance, "counts": count}


def cityseer(given: Input) -> Answer:
    """Nearest and counts in one call, as it offers them."""
    from cityseer import rustalgos

    x, y = given["x"], given["y"]
    net = rustalgos.graph.NetworkStructure()

    def build() -> None:
        for node in range(len(x)):
            net.add_street_node(str(node), float(x[node]), float(y[node]), True, 1.0)
        for edge, (a, b, metres) in enumerate(
            zip(given["edge_from"], given["edge_to"], given["metres"], strict=True)
        ):
            # a line of the right length between the two ends, bent where need be
            line = _line(x[a], y[a], x[b], y[b], float(metres))
            net.add_street_edge(int(a), int(b), 2 * edge, str(a), str(b), line)
            back = _line(x[b], y[b], x[a], y[a], float(metres))
            net.add_street_edge(int(b), int(a), 2 * edge + 1, str(b), str(a), back)
        net.build_edge_rtree()

    setup, _ = timed(build)
    places = rustalgos.data.DataMap()
    kind = {}
    for row, node in enumerate(given["place_node"]):
        places.insert(str(row), f"POINT ({x[node]} {y[node]})")
        kind[str(row)] = str(given["place_category"][row])
    keys = [str(number) for number in range(int(given["categories"]))]
    assigned, _ = timed(lambda: places.assign_data_to_network(net, 50.0, 20))
    both, result = timed(
        lambda: places.accessibility(
            net, kind, keys, [int(r) for r in given["radii_m"]], decay_fn="1", pbar_disabled=True
        )
    )
    order = np.argsort(np.array(result.node_keys_py, int))
    of = [result.result[key] for key in keys]
    far = int(given["radii_m"][-1])
    distance = np.array([each.distance[far] for each in of])[:, order]
    counts = [[each.count[int(radius)] for radius in given["radii_m"]] for each in of]
    answer = {"distance": distance, "counts": np.array(counts)[:, :, order]}
    return {"setup_s": setup + assigned, "both_s": both}, answer


def _line(x0: float, y0: float, x1: float, y1: float, metres: float) -> str:
    apart = float(np.hypot(x1 - x0, y1 - y0))
    aside = max(metres**2 - apart**2, 0.0) ** 0.5 / 2
    nx, ny = (-(y1 - y0) / apart, (x1 - x0) / apart) if apart else (1.0, 0.0)
    middle = (x0 + x1) / 2 + nx * aside, (y0 + y1) / 2 + ny * aside
    return f"LINESTRING ({x0} {y0}, {middle[0]} {middle[1]}, {x1} {y1})"


def main() -> None:
    name, source, target = sys.argv[1:]
    with np.load(source) as file:
        given = {key: file[key] for key in file.files}
    figures, answer = {"pandana": pandana, "cityseer": cityseer}[name](given)
    np.savez(Path(target), **answer)
    Path(target).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
