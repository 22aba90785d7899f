"""The files that polygons come in: features as they stand, before any judgement.

GeoJSON is read without GDAL, whose import alone takes longer than a city's boundary; GeoPackage,
Shapefile (also zipped), FileGDB (zipped), DXF and the rest are read through it.
"""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.layers import Geometries, Text

GEOJSON = (".geojson", ".json")
CRS84 = "OGC:CRS84"
"""Coordinates of GeoJSON that names no system: WGS84, longitude first (RFC 7946)."""
GDAL = (".gpkg", ".shp", ".fgb", ".kml", ".dxf", ".gdb")
"""Kinds of file that hold their data themselves; others may lead GDAL to files elsewhere."""
MOST_BYTES_UNPACKED = 2 * 1024**3
"""A zip that unpacks to more is refused: no city's boundary or districts are that large."""
WANTED = "give GeoJSON, GeoPackage (.gpkg) or Shapefile (.shp)"
GEODATABASE = ".gdb"


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one layer: shapely geometries or None, and columns of text."""

    geometry: Geometries  # [N]
    attributes: dict[str, Text]  # [N] each
    crs: str | None  # what the file says, as PROJ reads it
    encoding: str  # of its text
    names_crs: bool = True  # False: `crs` is what its format means where a file names none

    @property
    def named_crs(self) -> str | None:
        """The system that the file itself names."""
        return self.crs if self.names_crs else None


def read_features(path: Path, layer: str | None) -> Features:
    """Return the features of a file, or of one layer of it.

    Raises:
        UserError: the file is missing, or nothing that can be read, or has several layers and
            none is named.
    """
    if not path.exists():
        raise UserError(f"{path}: there is no such file; check the path")
    if path.suffix.lower() in GEOJSON:
        return _geojson(_bytes(path), path)
    if path.suffix.lower() == ".zip":
        return _zipped(path, layer)
    if path.suffix.lower() not in GDAL:
        raise UserError(f"{path}: polygons are not read from files of this kind; {WANTED}")
    return _through_gdal(str(path), path, layer)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None


# GeoJSON


def _geojson(data: bytes, path: Path) -> Features:
    text, encoding = _decoded(data, path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise UserError(f"{path}: this is not valid JSON, perhaps cut off; {WANTED}") from None
    found = _feature_list(document, path)
    geometry = np.empty(len(found), dtype=object)
    for row, feature in enumerate(found):
        geometry[row] = _shape(feature.get("geometry"), path, row)
    columns = _columns([feature.get("properties") for feature in found])
    named = _stated_crs(document)
    return Features(geometry, columns, named or CRS84, encoding, named is not None)


def _decoded(data: bytes, path: Path) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path}: the text is not UTF-8; save the file as UTF-8") from None


def _feature_list(document: Any, path: Path) -> list[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list) and all(isinstance(one, dict) for one in features):
            return features
        raise UserError(f"{path}: a FeatureCollection without a list of features; {WANTED}")
    if kind == "Feature":
        return [document]
    if kind in ("Polygon", "MultiPolygon", "GeometryCollection"):
        return [{"geometry": document}]
    if kind == "Topology":
        raise UserError(f"{path}: this is TopoJSON; convert it to GeoJSON")
    shown = f"its type is {kind!r}" if kind else "it has no type"
    raise UserError(f"{path}: this JSON is no GeoJSON of polygons ({shown}); {WANTED}")


def _shape(geometry: Any, path: Path, row: int) -> Any:
    if geometry is None:
        return None
    try:
        with np.errstate(invalid="ignore"):  # coordinates that are no numbers are told later
            return shapely.force_2d(shapely.geometry.shape(geometry))
    except Exception as error:  # shapely meets bad coordinates with errors of many kinds
        raise UserError(
            f"{path}: feature {row + 1} has a geometry that is none "
            f"({type(geometry).__name__} cannot be read as one); mend or remove it"
        ) from error


def _stated_crs(document: Mapping[str, Any]) -> str | None:
    """The `crs` member of GeoJSON 2008, None where there is none."""
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    if not isinstance(properties, dict):
        return None
    if "name" in properties:
        return str(properties["name"])
    return f"EPSG:{properties['code']}" if "code" in properties else None


def _columns(rows: Sequence[Any]) -> dict[str, Text]:
    names = {name: None for row in rows if isinstance(row, dict) for name in row}
    columns = {name: np.full(len(rows), None, dtype=object) for name in names}
    for place, row in enumerate(rows):
        for name, value in (row or {}).items():
            columns[name][place] = _text(value)
    return columns


# zip


def _zipped(path: Path, layer: str | None) -> Features:
    try:
        with zipfile.ZipFile(path) as archive:
            member = _member(archive, path)
            if PurePosixPath(member).suffix.lower() in GEOJSON:
                return _geojson(archive.read(member), path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise UserError(f"{path}: this zip cannot be read ({error}); unpack it yourself") from None
    return _through_gdal(f"/vsizip/{path.resolve()}/{member}", path, layer)


def _member(archive: zipfile.ZipFile, path: Path) -> str:
    entries = [one for one in archive.infolist() if not one.filename.startswith("__MACOSX")]
    size = sum(one.file_size for one in entries)
    if size > MOST_BYTES_UNPACKED:
        raise UserError(
            f"{path}: unpacks to {size / 1e9:,.1f} GB, more than a file of polygons has"
        )
    geodatabases = {
        str(folder)
        for one in entries
        for folder in PurePosixPath(one.filename).parents
        if folder.suffix.lower() == GEODATABASE
    }
    if len(geodatabases) == 1:
        return geodatabases.pop()
    for suffix in (".gpkg", ".shp", *GEOJSON):
        found = sorted(one.filename for one in entries if one.filename.lower().endswith(suffix))
        if len(found) > 1:
            raise UserError(
                f"{path}: holds {len(found)} files of polygons ({_some(found)}); unpack it and "
                "give one of them"
            )
        if found:
            return found[0]
    raise UserError(f"{path}: holds no .gpkg, .shp, .gdb or .geojson; {WANTED}")


# GDAL


def _through_gdal(name: str, path: Path, layer: str | None) -> Features:
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        return _layer(name, _layer_name(name, path, layer), encoding=None)
    except UnicodeDecodeError:  # says UTF-8 and is not
        return _layer(name, layer, encoding="ISO-8859-1")
    except DataLayerError:
        raise UserError(f"{path}: there is no layer '{layer}' that can be read") from None
    except DataSourceError as error:
        raise UserError(_not_readable(path, str(error))) from None


def _layer_name(name: str, path: Path, layer: str | None) -> str:
    """The layer that was named, or the only one with polygons, or the only one."""
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether the file can be read is judged below
        layers = [(str(one), str(kind)) for one, kind in pyogrio.list_layers(name)]
    names = [one for one, _ in layers]
    if layer is not None:
        if layer not in names:
            raise UserError(f"{path}: there is no layer '{layer}'; its layers are {_some(names)}")
        return layer
    fitting = [one for one, kind in layers if "Polygon" in kind or kind == "Unknown"]
    if len(fitting) > 1:
        raise UserError(
            f"{path}: has {len(fitting)} layers of polygons ({_some(fitting)}); name one with "
            "'layer:' in city.yaml, or with --layer"
        )
    if not names:
        raise UserError(f"{path}: the file has no layers; {WANTED}")
    return (fitting or names)[0]


def _layer(name: str, layer: str | None, encoding: str | None) -> Features:
    from pyogrio import raw

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what GDAL mutters of rings and dates is judged later
        meta, _, wkb, fields = raw.read(name, layer=layer, encoding=encoding, force_2d=True)
    names = [str(field) for field in meta["fields"]]
    columns = [_texts(field) for field in fields]
    used = "UTF-8"
    if "8859" in str(encoding or meta["encoding"]) or _may_be_misread(name, columns):
        names, columns, used = _reread(names, columns)
    geometry = np.asarray([] if wkb is None else shapely.from_wkb(wkb), dtype=object)
    crs = str(meta["crs"]) if meta["crs"] else None
    return Features(geometry, dict(zip(names, columns, strict=True)), crs, used)


def _not_readable(path: Path, error: str) -> str:
    if ".shx" in error:
        return f"{path}: the file {path.with_suffix('.shx').name} beside it is missing; copy it too"
    return f"{path}: this is no file of polygons that can be read, or it is damaged; {WANTED}"


def _some(names: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


# Text


def _texts(values: NDArray[Any]) -> Text:
    if values.dtype.kind == "M":
        dates = np.datetime_as_string(values, unit="D").astype(object)
        dates[np.isnat(values)] = None
        return np.asarray(dates, dtype=object)
    return np.array([_text(value) for value in values.tolist()] or [], dtype=object)


def _text(value: Any) -> str | None:
    """A value as text: whole numbers without a point, structures as JSON, emptiness as None."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip() or None


_HIGH = re.compile(rb"[\x80-\xff]+")


def _may_be_misread(name: str, columns: list[Text]) -> bool:
    """A drawing states a code page, Western by default, whatever its text is in."""
    texts = [text for column in columns for text in column if text]
    return name.lower().endswith(".dxf") and all(_is_western(text) for text in texts)


def _is_western(text: str) -> bool:
    return all(ord(letter) < 256 for letter in text)


def _reread(names: list[str], columns: list[Text]) -> tuple[list[str], list[Text], str]:
    """Text that a Shapefile does not say the encoding of, read again in the likeliest."""
    samples = [text for column in columns for text in column if text]
    encoding = _likeliest([text.encode("latin-1") for text in (*names, *samples)])

    def again(text: str | None) -> str | None:
        return text.encode("latin-1").decode(encoding, "replace") if text else text

    read = [np.array([again(text) for text in column], dtype=object) for column in columns]
    return [str(again(name)) for name in names], read, encoding


def _likeliest(samples: Iterable[bytes]) -> str:
    """UTF-8 if all is, GB18030 if nearly all that is not ASCII comes in pairs, else Latin-1.

    In European text bytes above 127 stand alone between letters; in Chinese they come in twos.
    """
    high = [sample for sample in samples if _HIGH.search(sample)]
    if all(_decodes(sample, "utf-8") for sample in high):
        return "utf-8"
    paired = [
        sample
        for sample in high
        if all(len(run) % 2 == 0 for run in _HIGH.findall(sample)) and _decodes(sample, "gb18030")
    ]
    return "gb18030" if len(paired) > 0.8 * len(high) else "latin-1"


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
