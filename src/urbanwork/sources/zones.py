"""Legal and policy polygons from files: what each one is, who drew it, and who may see it.

A word that is not understood is told, never guessed at: a red line taken for something else would
let a plan pass. Invalid rings are repaired and named, overlaps and gaps where a kind allows none
are named too; nothing of that changes what the file says.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.crs import metric_crs, project
from urbanwork.sources.layers import ZONE_KINDS, Floats, Text, Zones
from urbanwork.sources.polygon_files import Features, read_features
from urbanwork.sources.polygons import Polygons, polygons_of
from urbanwork.sources.statistics.words import folded, listed, nearest
from urbanwork.sources.zone_topology import topology
from urbanwork.sources.zone_words import COLUMNS, KINDS, VISIBILITIES

LEVELS = ("public", "internal", "restricted")
"""Who may see a zone, from all to few."""
MOST_FAULTS = 20
DBF_NAME_BYTES = 10
_LINES = (1, 2)  # shapely type ids of a line and a ring


def read_zones(source: Any, *, default_id: str) -> tuple[Zones, dict[str, Any]]:
    """The zones of a file in longitude and latitude, and what was found, repaired and left out.

    `source` is a `ZoneSource`. Ids are `<default_id>/<own id or number of the feature>`. A file
    without a feature gives no zone, where the settings say of which kind it is: an empty layer.

    Raises:
        UserError: the file cannot be read, has no coordinate system, or no column says the kinds.
        ManyFaultsError: words for kinds or visibility that are not known, one sentence each.
    """
    path = Path(source.path)
    declared = _declared(source)
    features = _closed(read_features(path, source.layer), path)
    if len(features.geometry) == 0 and (source.kind or source.kinds):
        return Zones.none(), {"features": 0, "kinds": dict.fromkeys(declared, 0)}
    polygons = polygons_of(features, path, crs=source.crs, datum=source.datum)
    zones = _zones(polygons, source, default_id)
    return zones, _report(zones, polygons, declared)


def more_restricted(one: str, other: str) -> str:
    """The visibility that fewer may see.

    >>> more_restricted("public", "restricted")
    'restricted'
    """
    return max(one, other, key=LEVELS.index)


def joined(several: Sequence[Zones]) -> Zones:
    """All zones of several files."""
    return Zones(*(
        np.concatenate([getattr(one, field.name) for one in several]) for field in fields(Zones)
    ))  # fmt: skip


def _declared(source: Any) -> tuple[str, ...]:
    """The kinds that the settings say are in the file. A near miss of a known kind is a fault."""
    kinds = dict.fromkeys(([source.kind] if source.kind else []) + list(source.kinds.values()))
    for kind in kinds:
        near = nearest(kind, ZONE_KINDS) if kind not in ZONE_KINDS else ""
        if near and _is_slip(kind):
            raise UserError(
                f"{source.path}: zones of unknown kind '{kind}'{near} (a kind of your own needs a "
                "name that is not so near)"
            )
    return tuple(kinds)


def _is_slip(kind: str) -> bool:
    import difflib

    return bool(difflib.get_close_matches(kind, ZONE_KINDS, n=1, cutoff=0.85))


def _closed(features: Features, path: Path) -> Features:
    """DXF draws areas as closed lines: those become polygons."""
    if path.suffix.lower() != ".dxf":
        return features
    geometry = features.geometry.copy()
    is_line = np.isin(shapely.get_type_id(geometry), _LINES) & (
        shapely.get_num_coordinates(geometry) >= 4
    )
    is_ring = np.zeros(len(geometry), np.bool_)
    is_ring[is_line] = shapely.is_closed(geometry[is_line])
    geometry[is_ring] = shapely.polygons(shapely.linearrings(
        [shapely.get_coordinates(line) for line in geometry[is_ring]]
    )) if is_ring.any() else []  # fmt: skip
    return replace(features, geometry=geometry)


# Columns


def _zones(polygons: Polygons, source: Any, default_id: str) -> Zones:
    columns = {name: _column(polygons, source, name) for name in COLUMNS}
    kind, kind_faults = _kinds(polygons, source, columns["kind"])
    visibility, faults = _visibilities(polygons, source, columns["visibility"])
    kind_faults += [*_not_numbers(polygons, columns["error_m"], "error_m"), *faults]
    if kind_faults:
        raise ManyFaultsError(kind_faults)
    count = len(polygons.row)
    blank = np.full(count, None, object)
    own = columns["id"] if columns["id"] is not None else blank
    error = columns["error_m"]
    return Zones(
        id=_ids(own, polygons, source, default_id), kind=kind,
        name=blank if columns["name"] is None else columns["name"],
        authority=_filled(columns["authority"], source.authority, count),
        date=_filled(columns["date"], None if source.date is None else str(source.date), count),
        document=_filled(columns["document"], source.document, count), visibility=visibility,
        geometry=polygons.geometry,
        origin=_texts(f"{polygons.path.name}:{row + 1}" for row in polygons.row.tolist()),
        error_m=_numbers(error, count, source.error_m),
        quality=_numbers(columns["quality"], count, None),
    )  # fmt: skip


def _column(polygons: Polygons, source: Any, name: str) -> Text | None:
    """A column that the settings name, or that is called as such columns are."""
    given = source.columns.get(name)
    if given is not None:
        if given not in polygons.attributes:
            raise UserError(
                f"{polygons.path}: there is no column '{given}'"
                f"{nearest(given, polygons.attributes)} (its columns: "
                f"{listed(polygons.attributes)})"
            )
        return polygons.attributes[given]
    is_short = polygons.path.suffix.lower() in (".shp", ".zip")
    found = {folded(column): values for column, values in polygons.attributes.items()}
    for word in COLUMNS[name]:
        for form in _forms(word) if is_short else (word,):
            if folded(form) in found:
                return found[folded(form)]
    return None


def _forms(word: str) -> Iterator[str]:
    """A name, and what a Shapefile leaves of it."""
    yield word
    for encoding in ("utf-8", "gb18030"):
        yield word.encode(encoding)[:DBF_NAME_BYTES].decode(encoding, "ignore")


def _kinds(polygons: Polygons, source: Any, column: Text | None) -> tuple[Text, list[str]]:
    if source.kind is not None:
        return np.full(len(polygons.row), source.kind, object), []
    if column is None:
        raise UserError(
            f"{polygons.path}: does not say of which kind its zones are; give 'kind: green_line', "
            "or 'columns: {kind: ...}' with the column that says it (its columns: "
            f"{listed(polygons.attributes)})"
        )
    own = {folded(word): kind for word, kind in source.kinds.items()}
    known = {**KINDS, **{folded(kind): kind for kind in source.kinds.values()}, **own}
    kinds = _texts(known.get(folded(word or "")) for word in column)
    return kinds, _unknown(polygons, column, kinds, "kind", _kind_wanted)


def _kind_wanted(word: str | None) -> str:
    if word is None:
        return f"say it there, or give 'kind:' for the file, one of {', '.join(ZONE_KINDS)}"
    return (
        f"wanted one of {', '.join(ZONE_KINDS)}; say what it means with "
        f"'kinds: {{{word}: green_line}}' (or a kind of your own)"
    )


def _visibilities(polygons: Polygons, source: Any, column: Text | None) -> tuple[Text, list[str]]:
    """Where a row says nothing the visibility of the file holds."""
    if column is None:
        return np.full(len(polygons.row), source.visibility, object), []
    words = _texts(word or source.visibility for word in column)
    found = _texts(VISIBILITIES.get(folded(word)) for word in words)
    return found, _unknown(
        polygons, words, found, "visibility", lambda _: f"wanted one of {', '.join(LEVELS)}"
    )


def _unknown(
    polygons: Polygons, words: Text, found: Text, what: str, wanted: Any
) -> list[str]:  # fmt: skip
    """One sentence for each word that is not known, with how often it stands in the file."""
    rows: dict[str | None, list[int]] = {}
    for place, value in enumerate(found):
        if value is None:
            rows.setdefault(words[place], []).append(int(polygons.row[place]) + 1)
    faults = []
    for word, numbers in rows.items():
        times = f" ({len(numbers):,} zones)" if len(numbers) > 1 else ""
        said = f"zones of unknown {what} '{word}'" if word else f"a zone without {what}"
        faults.append(f"{polygons.path}:{numbers[0]}: {said}{times}; {wanted(word)}")
    return faults[:MOST_FAULTS]


def _ids(own: Text, polygons: Polygons, source: Any, default_id: str) -> Text:
    """Own ids where they are unique in the file, else numbers of features."""
    given = [value for value in own.tolist() if value is not None]
    is_unique = len(given) == len(own) and len(set(given)) == len(given)
    if not is_unique and "id" in source.columns:
        twice = next((value for value in given if given.count(value) > 1), None)
        said = f"'{twice}' stands twice" if twice else "some zones have none"
        raise UserError(
            f"{polygons.path}: column '{source.columns['id']}' is to hold their ids, but {said}; "
            "mend it or leave 'id' out"
        )
    names = own.tolist() if is_unique else [row + 1 for row in polygons.row.tolist()]
    return _texts(f"{default_id}/{name}" for name in names)


def _filled(column: Text | None, otherwise: str | None, count: int) -> Text:
    if column is None:
        return np.full(count, otherwise, object)
    return _texts(otherwise if value is None else value for value in column)


def _numbers(column: Text | None, count: int, otherwise: float | None) -> Floats:
    blank = math.nan if otherwise is None else float(otherwise)
    if column is None:
        return np.full(count, blank)
    return np.array([_number(value, blank) for value in column], np.float64)


def _not_numbers(polygons: Polygons, column: Text | None, name: str) -> Iterator[str]:
    """A mapping error that is not understood would be taken for the usual one."""
    for place, value in enumerate([] if column is None else column.tolist()):
        if value is not None and math.isnan(_number(value, math.nan)):
            yield (
                f"{polygons.path}:{int(polygons.row[place]) + 1}: {name} of the zone is '{value}'; "
                "wanted a number, 0 or more"
            )
            return


def _number(value: str | None, otherwise: float) -> float:
    try:
        number = float(value) if value is not None else otherwise
    except ValueError:
        return otherwise
    return number if math.isfinite(number) and number >= 0 else otherwise


def _texts(values: Any) -> Text:
    found = list(values)
    column = np.empty(len(found), object)
    column[:] = found
    return column


# Report


def _report(zones: Zones, polygons: Polygons, declared: Sequence[str]) -> dict[str, Any]:
    """What was found, by kind; what was repaired; what lies over one another or apart."""
    centre = shapely.box(*shapely.total_bounds(zones.geometry)).centroid
    metric = project(zones.geometry, metric_crs(centre.x, centre.y))
    kinds: Mapping[str, int] = {
        **dict.fromkeys(declared, 0),
        **{str(kind): int((zones.kind == kind).sum()) for kind in sorted(set(zones.kind.tolist()))},
    }
    repaired = [
        {"zone": f"{polygons.path.name}:{row + 1}", "was": why}
        for row, why in sorted(polygons.mended.items())
    ]
    return {**polygons.report, "kinds": kinds, "rings": repaired, **topology(zones, metric)}
