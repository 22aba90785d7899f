"""Tiny towns as real files: OpenStreetMap extract, boundary, raster, `city.yaml`, in metres.

    town = PbfTown()
    town.street((0, 0), (400, 0))
    town.place((100, 10), amenity="kindergarten", name="Sunflower")
    town.house((50, 30))
    folder = town.city(tmp_path, boundary=square(0, 0, 600))

x runs east and y north, in metres from the middle of the town. Two streets meet where they have a
point in common. `turned` and `lon`, `lat` put the same town elsewhere on Earth.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely

from osmfile import write_pbf
from urbanwork.city import prepare
from urbanwork.city.model import PreparedCity
from urbanwork.city.reading import read_settings
from urbanwork.examination.run import Faces, examine
from urbanwork.quantities.crs import metric_crs, to_lonlat

Point = tuple[float, float]
HELSINKI = (24.94, 60.17)


class PbfTown:
    """Nodes, ways and relations that `write` puts into a PBF."""

    def __init__(
        self, lon: float = HELSINKI[0], lat: float = HELSINKI[1], *, turned: float = 0.0
    ) -> None:
        self.crs = metric_crs(lon, lat)
        self.turned = turned
        self.nodes: dict[int, tuple[float, float, Mapping[str, str]]] = {}
        self.ways: dict[int, tuple[Sequence[int], Mapping[str, str]]] = {}
        self.relations: dict[int, Any] = {}
        self._at: dict[Point, int] = {}

    def lonlat(self, point: Point) -> Point:
        x, y = point
        cos, sin = math.cos(self.turned), math.sin(self.turned)
        lon, lat = to_lonlat([x * cos - y * sin], [x * sin + y * cos], self.crs)
        return float(lon[0]), float(lat[0])

    def node(self, point: Point, **tags: str) -> int:
        """A node of its own where it has tags, else the one that is there already."""
        if not tags and point in self._at:
            return self._at[point]
        number = len(self.nodes) + 1
        self.nodes[number] = (*self.lonlat(point), tags)
        if not tags:
            self._at[point] = number
        return number

    place = node

    def way(self, points: Sequence[Point], **tags: str) -> int:
        number = len(self.ways) + 1
        self.ways[number] = ([self.node(point) for point in points], tags)
        return number

    def street(self, *points: Point, **tags: str) -> int:
        """A street, `highway=residential` unless told otherwise."""
        return self.way(points, **{"highway": "residential", **tags})

    def area(self, *points: Point, **tags: str) -> int:
        """A closed way."""
        return self.way([*points, points[0]], **tags)

    def box(self, west: float, south: float, east: float, north: float, **tags: str) -> int:
        return self.area((west, south), (east, south), (east, north), (west, north), **tags)

    def house(self, middle: Point, *, side: float = 20.0, **tags: str) -> int:
        """A square building of residential use with two storeys unless told otherwise."""
        x, y = middle
        half = side / 2
        tags = {"building": "apartments", "building:levels": "2", **tags}
        return self.box(x - half, y - half, x + half, y + half, **tags)

    def relation(self, *members: tuple[str, int, str], **tags: str) -> int:
        number = len(self.relations) + 1
        self.relations[number] = (members, tags)
        return number

    def bushes(
        self, west: float, south: float, east: float, north: float, step: float = 300
    ) -> None:
        """A grid of bushes: the file plainly shows all of this ground, streets or not."""
        for x in range(int((east - west) // step) + 1):
            for y in range(int((north - south) // step) + 1):
                self.node((west + x * step, south + y * step), natural="shrub")

    def cut(self, shape: shapely.Geometry) -> None:
        """Leave out every node beyond `shape` (metres), as extracts of incomplete ways do."""
        inside = self._inside(shape)
        self.nodes = {number: node for number, node in self.nodes.items() if number in inside}

    def _inside(self, shape: shapely.Geometry) -> set[int]:
        at = {number: point for point, number in self._at.items()}
        return {n for n in self.nodes if n not in at or shape.covers(shapely.Point(at[n]))}

    def write(self, path: Path, *, bbox: tuple[float, float, float, float] | None = None) -> Path:
        """The extract; `bbox` in metres (west, south, east, north) is stated in its header."""
        box = None
        if bbox is not None:
            corners = [self.lonlat(bbox[:2]), self.lonlat(bbox[2:])]
            box = (corners[0][0], corners[0][1], corners[1][0], corners[1][1])
        return write_pbf(path, self.nodes, self.ways, self.relations, bbox=box)

    def polygon(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in metres in longitude and latitude."""
        return shapely.transform(shape, lambda xy: [self.lonlat(tuple(each)) for each in xy])

    def city(
        self,
        folder: Path,
        *lines: str,
        boundary: shapely.Geometry | None = None,
        areas: Mapping[str, shapely.Geometry] | None = None,
        bbox: tuple[float, float, float, float] | None = None,
        extent: shapely.Geometry | None = None,
        jurisdiction: str = "FI",
        name: str = "Town",
    ) -> Path:
        """The folder of the city, with `city.yaml` and what it names; extra `lines` go into it.

        `bbox` is what the header says that the file shows, `extent` what the user says.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.write(folder / "town.osm.pbf", bbox=bbox)
        osm = "osm: town.osm.pbf"
        if extent is not None:
            self._geojson(folder / "extent.geojson", {"extent": extent})
            osm = "osm: {path: town.osm.pbf, extent: extent.geojson}"
        settings = [f"name: {name}", "as_of: 2024-01-01", f"jurisdiction: {jurisdiction}", osm,
                    *lines]  # fmt: skip
        if boundary is not None:
            self._geojson(folder / "boundary.geojson", {"town": boundary})
            settings.append("boundary: boundary.geojson")
        if areas is not None:
            self._geojson(folder / "areas.geojson", areas)
            settings.append("areas: {path: areas.geojson, name: name, id: name}")
        (folder / "city.yaml").write_text("\n".join(settings) + "\n", encoding="utf-8")
        return folder

    def _geojson(self, path: Path, shapes: Mapping[str, shapely.Geometry]) -> None:
        features = [
            {
                "type": "Feature",
                "properties": {"name": name},
                "geometry": json.loads(shapely.to_geojson(self.polygon(shape))),
            }
            for name, shape in shapes.items()
        ]
        data = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(data), encoding="utf-8")

    def raster(self, path: Path, people: Any, *, west: float, north: float, pixel_m: float) -> Path:
        """A population raster in the town's metres: rows from north, columns from west."""
        import numpy as np
        import rasterio

        data = np.asarray(people, np.float64)
        profile = {
            "driver": "GTiff", "height": data.shape[0], "width": data.shape[1], "count": 1,
            "dtype": "float64", "crs": self.crs, "nodata": -1.0,
            "transform": rasterio.Affine(pixel_m, 0, west, 0, -pixel_m, north),
        }  # fmt: skip
        with rasterio.open(path, "w", **profile) as target:
            target.write(data, 1)
        return path


def square(x: float, y: float, side: float) -> shapely.Geometry:
    """A square around a middle."""
    half = side / 2
    return shapely.box(x - half, y - half, x + half, y + half)


def no_progress(en: str, zh: str) -> None:
    """Say nothing."""


def prepared_city(folder: Path) -> PreparedCity:
    """The prepared city of a folder, as `urbanwork examine` makes it, past its cache."""
    return prepare._made(read_settings(folder), no_progress, key="test")


def examined(folder: Path) -> Path:
    """The folder of the examination of a city, made without report and map."""
    return examine(folder, plain_faces(), no_progress)


def plain_faces() -> Faces:
    """Pages that cost nothing to make."""
    pages = {"report.html": b"<html></html>", "findings.json": b"[]"}
    return Faces(lambda city: b"", lambda draft: pages)
