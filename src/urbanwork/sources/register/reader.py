"""A register as places: good rows are taken, bad ones are listed with their number and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from urbanwork.errors import UserError
from urbanwork.quantities.crs import LONLAT, crs_of, reproject, to_lonlat
from urbanwork.quantities.datum import geometries_to_wgs84, to_wgs84
from urbanwork.sources.columns import column_of, is_missing, nothing
from urbanwork.sources.layers import Flags, Floats, Geometries, Places, Text
from urbanwork.sources.notes import Note, note
from urbanwork.sources.register.columns import chosen_columns, shown
from urbanwork.sources.register.description import RegisterSource
from urbanwork.sources.register.tables import RegisterTable, read_table
from urbanwork.sources.register.values import coordinate, coordinate_pair, iso_date, quantity
from urbanwork.sources.register.words import category_of, category_words

MOST_LISTED = 500
NO_CATEGORY = note("no category is given", "未填类别")
NO_PLACE = note("no coordinates, or none that can be read", "没有坐标或坐标无法读取")
ZERO = note(
    "the coordinates are 0, 0, which stands for none in most tables",
    "坐标为 0, 0，多表示未填写坐标",
)
NOT_ON_EARTH = note(
    "the coordinates are no longitude and latitude; are they swapped, or metres of a coordinate "
    "system that is not declared?",
    "坐标不是经纬度，可能经纬颠倒，或为未声明坐标系的平面坐标",
)
REPEATED = note("the identifier was given before", "编号重复")

Titles = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Register:
    """The usable rows of a register. R rows, in the order of the file."""

    places: Places  # [R] id "register/<file>/<row or id>", one category each
    line: Any  # [R] number of the row in the file
    report: dict[str, Any] = field(default_factory=dict)


def read_register(source: RegisterSource, *, titles: Titles | None = None) -> Register:
    """The places of a register, in longitude and latitude (WGS84).

    Columns are guessed from their names in English and Chinese unless `source.columns` names
    them; categories are read by key, title, common Chinese words or `source.categories`.

    Args:
        source: the register as declared.
        titles: key of each category and its titles; by default those of `categories.yaml`.

    Raises:
        UserError: the file cannot be read, a column or category is missing or unknown, or no row
            is usable; says the reasons.
    """
    titles = _own_titles() if titles is None else titles
    _check_categories(source, titles)
    table = read_table(source.path, source.layer)
    columns = chosen_columns(table.columns, source.columns, where=table.where)
    _check_columns(table, columns, source)
    rejected: dict[int, Note] = {}
    category = _categories(table, columns, source, titles, rejected)
    lon, lat, geometry = _located(table, columns, source, rejected)
    identity = _identities(table, columns, source, rejected)
    keep = np.array([row not in rejected for row in range(len(table.line))], dtype=np.bool_)
    if not keep.any():
        raise UserError(_no_usable_row(table, rejected))
    places = Places(
        id=identity[keep], category=category[keep], **_names(table, columns, keep),
        lon=lon[keep], lat=lat[keep], geometry=geometry[keep],
        capacity=_capacities(table, columns)[keep], opened=_opened(table, columns)[keep],
        source=np.full(int(keep.sum()), "register", dtype=object),
    )  # fmt: skip
    report = _report(table, columns, source, places, rejected)
    return Register(places, table.line[keep], report)


def _own_titles() -> Titles:
    from urbanwork.sources.osm.categories import load_categories

    categories = load_categories().places.values()
    return {one.key: (one.title_en, one.title_zh) for one in categories}


def _check_categories(source: RegisterSource, titles: Titles) -> None:
    named = [*source.categories.values(), *source.complete, *([source.category] if source.category
             else [])]  # fmt: skip
    unknown = sorted(set(named) - set(titles))
    if unknown:
        raise UserError(
            f"{source.path}: there is no category '{unknown[0]}'; the categories are "
            f"{', '.join(titles)}"
        )


def _check_columns(
    table: RegisterTable, columns: Mapping[str, str], source: RegisterSource
) -> None:
    if "category" not in columns and source.category is None:
        raise UserError(
            f"{table.where}: no column looks like a category (its columns are "
            f"{shown(table.columns)}); name it with 'columns: {{category: ...}}', or give "
            "'category:' for a register of one category"
        )
    has_place = table.geometry is not None or {"lon", "lat"} <= set(columns) or "lonlat" in columns
    if not has_place:
        raise UserError(
            f"{table.where}: no columns look like coordinates (its columns are "
            f"{shown(table.columns)}); name them with 'columns: {{lon: ..., lat: ...}}'"
        )


def _column(table: RegisterTable, columns: Mapping[str, str], kind: str) -> Text:
    if kind not in columns:
        return nothing(len(table.line))
    return table.columns[columns[kind]]


def _categories(
    table: RegisterTable,
    columns: Mapping[str, str],
    source: RegisterSource,
    titles: Titles,
    rejected: dict[int, Note],
) -> Text:
    if source.category is not None:
        return np.full(len(table.line), source.category, dtype=object)
    words = category_words(titles, source.categories)
    column = _column(table, columns, "category")
    meaning = {word: category_of(word, words) for word in set(column)}
    found = column_of(meaning[word] for word in column)
    for row in np.flatnonzero(is_missing(found)):
        rejected[int(row)] = _unknown_category(column[row])
    return found


def _unknown_category(word: str | None) -> Note:
    if word is None:
        return NO_CATEGORY
    return note(
        f"the category '{word[:60]}' is not known; say what it means under 'categories:'",
        f"类别“{word[:60]}”未知，请在 categories 中说明其含义",
    )


# Where


def _located(
    table: RegisterTable,
    columns: Mapping[str, str],
    source: RegisterSource,
    rejected: dict[int, Note],
) -> tuple[Floats, Floats, Geometries]:
    if table.geometry is not None:
        geometry = _geometries(table, source)
        lon, lat = _points(geometry)
        geometry = geometry.copy()
        geometry[shapely.get_dimensions(geometry) != 2] = None
    else:
        lon, lat = _coordinates(table, columns, source)
        geometry = nothing(len(lon))
    is_missing = np.isnan(lon) | np.isnan(lat)
    is_zero = (lon == 0) & (lat == 0)
    is_off = ~is_missing & ((np.abs(lon) > 180) | (np.abs(lat) > 90))
    for rows, reason in ((is_missing, NO_PLACE), (is_zero, ZERO), (is_off, NOT_ON_EARTH)):
        for row in np.flatnonzero(rows):
            rejected.setdefault(int(row), reason)
    return lon, lat, geometry


def _geometries(table: RegisterTable, source: RegisterSource) -> Geometries:
    assert table.geometry is not None  # noqa: S101 (the caller looked)
    system = source.crs or table.crs
    if system is None:
        raise UserError(
            f"{table.where}: the file states no coordinate system; declare it with 'crs:', "
            "such as EPSG:4326"
        )
    geometry = table.geometry
    if not crs_of(system).equals(crs_of(LONLAT), ignore_axis_order=True):
        geometry = reproject(geometry, system, LONLAT)
    if source.datum is not None:
        geometry = geometries_to_wgs84(geometry, source.datum)
    invalid = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    geometry = geometry.copy()
    geometry[invalid] = shapely.make_valid(geometry[invalid])
    return geometry


def _points(geometry: Geometries) -> tuple[Floats, Floats]:
    """The middle of each geometry, inside it; nan where missing, empty or not finite."""
    bounds = shapely.bounds(geometry)
    usable = np.isfinite(bounds).all(axis=1)
    point = np.full(len(geometry), None, dtype=object)
    point[usable] = shapely.centroid(geometry[usable])
    is_area = usable & (shapely.get_dimensions(geometry) == 2)
    outside = is_area.copy()
    outside[is_area] = ~shapely.contains(geometry[is_area], point[is_area])
    point[outside] = shapely.point_on_surface(geometry[outside])
    return shapely.get_x(point), shapely.get_y(point)


def _coordinates(
    table: RegisterTable, columns: Mapping[str, str], source: RegisterSource
) -> tuple[Floats, Floats]:
    if {"lon", "lat"} <= set(columns):
        pairs = [
            (coordinate(x), coordinate(y))
            for x, y in zip(_column(table, columns, "lon"), _column(table, columns, "lat"),
                            strict=True)
        ]  # fmt: skip
    else:
        pairs = [coordinate_pair(text) for text in _column(table, columns, "lonlat")]
    values = np.array([(np.nan if x is None else x, np.nan if y is None else y) for x, y in pairs])
    lon, lat = values[:, 0], values[:, 1]
    if source.crs is not None:
        lon, lat = to_lonlat(lon, lat, source.crs)
    if source.datum is not None:
        lon, lat = to_wgs84(lon, lat, source.datum)
    return lon, lat


# What else


def _identities(
    table: RegisterTable,
    columns: Mapping[str, str],
    source: RegisterSource,
    rejected: dict[int, Note],
) -> Text:
    given = _column(table, columns, "id")
    is_declared = source.columns.id is not None
    counts = Counter(given)
    is_usable = None not in counts and max(counts.values()) == 1
    if not is_declared and not is_usable:
        given = nothing(len(given))
    seen = set[str]()
    stem = source.path.stem
    names = np.empty(len(given), dtype=object)
    for row, word in enumerate(given):
        names[row] = f"register/{stem}/{word or table.line[row]}"
        if word is not None and names[row] in seen:
            rejected.setdefault(row, REPEATED)
        seen.add(names[row])
    return names


def _names(table: RegisterTable, columns: Mapping[str, str], keep: Flags) -> dict[str, Text]:
    chinese, english = (_column(table, columns, kind) for kind in ("name_zh", "name_en"))
    name = _column(table, columns, "name")
    name = column_of(a or b or c for a, b, c in zip(name, chinese, english, strict=True))
    chinese = column_of(
        given or (word if _is_chinese(word) else None)
        for given, word in zip(chinese, name, strict=True)
    )
    return {"name": name[keep], "name_zh": chinese[keep], "name_en": english[keep]}


def _is_chinese(word: str | None) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in word or "")


def _capacities(table: RegisterTable, columns: Mapping[str, str]) -> Floats:
    column = _column(table, columns, "capacity")
    read = {word: quantity(word) for word in set(column)}
    return np.array([np.nan if read[word] is None else read[word] for word in column], dtype=float)


def _opened(table: RegisterTable, columns: Mapping[str, str]) -> Text:
    column = _column(table, columns, "opened")
    read = {word: iso_date(word) for word in set(column)}
    return column_of(read[word] for word in column)


# The report


def _no_usable_row(table: RegisterTable, rejected: Mapping[int, Note]) -> str:
    reasons = Counter(reason["en"] for reason in rejected.values()).most_common(3)
    told = "; ".join(f"{count:,} x {reason}" for reason, count in reasons)
    return f"{table.where}: none of the {len(table.line):,} rows can be used ({told})"


def _report(
    table: RegisterTable,
    columns: Mapping[str, str],
    source: RegisterSource,
    places: Places,
    rejected: Mapping[int, Note],
) -> dict[str, Any]:
    name = _column(table, columns, "name")
    keys, counts = np.unique(places.category.astype(str), return_counts=True)
    unread = {
        kind: int((~is_missing(_column(table, columns, kind))).sum()) - known
        for kind, known in (("capacity", int((~np.isnan(_capacities(table, columns))).sum())),
                            ("opened", int((~is_missing(_opened(table, columns))).sum())))
    }  # fmt: skip
    listed = [
        {"row": int(table.line[row]), "name": name[row], "reason": rejected[row]}
        for row in sorted(rejected)[:MOST_LISTED]
    ]
    return {
        "file": source.path.name,
        "licence": "unknown",
        "rows": len(table.line),
        "used": len(places.id),
        "rejected": len(rejected),
        "rejected_rows": listed,
        "categories": dict(zip(keys.tolist(), counts.tolist(), strict=True)),
        "columns": dict(columns),
        "encoding": table.encoding,
        "crs": source.crs or table.crs or LONLAT,
        "datum": source.datum or "wgs84",
        "unreadable_capacities": unread["capacity"],
        "unreadable_dates": unread["opened"],
        "warnings": _warnings(len(rejected), len(table.line), unread),
    }


def _warnings(rejected: int, rows: int, unread: Mapping[str, int]) -> list[Note]:
    found = list[Note]()
    if rejected:
        found.append(note(
            f"{rejected:,} of {rows:,} rows are rejected; the list says why",
            f"{rows:,} 行中有 {rejected:,} 行被拒，原因见列表",
        ))  # fmt: skip
    kinds = (("capacity", "capacities", "容量"), ("opened", "opening dates", "开办日期"))
    for kind, en, zh in kinds:
        if unread[kind]:
            found.append(note(
                f"{unread[kind]:,} {en} cannot be read and are left open",
                f"{unread[kind]:,} 个{zh}无法读取，按缺失处理",
            ))  # fmt: skip
    return found
