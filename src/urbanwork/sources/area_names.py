"""Names and identities of areas, from whatever a file calls its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanwork.errors import UserError
from urbanwork.sources.layers import Geometries, Text

if TYPE_CHECKING:
    from urbanwork.sources.polygons import Polygons

ID_COLUMNS = (
    "id", "adcode", "code", "gid", "fid", "objectid", "district_adcode", "areacode", "codigo",
    "natcode", "inspireid", "ref", "行政区代码", "行政代码", "区划代码", "代码", "编码", "编号",
)  # fmt: skip
NAME_COLUMNS = (
    "name", "nombre", "nom", "naam", "navn", "nimi", "nome", "district_name", "label", "nameunit",
    "denominaci", "denominacion", "bezeichnung", "title", "district", "barrio", "distrito",
    "neighbourhood", "neighborhood", "名称", "名字", "区县", "街道", "行政区名称", "行政区",
    "社区", "地名", "xzqmc", "mc",
)  # fmt: skip
NAME_ZH_COLUMNS = ("name_zh", "name:zh", "name_cn", "name_chn", "中文名", "名称", "xzqmc")
NAME_EN_COLUMNS = ("name_en", "name:en", "name_eng", "ename", "英文名", "pinyin")

TAKEN = ("city", "rest")
"""Ids of our own in every table of results: the whole city, and what is in no area."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class NamedPolygons:
    """Areas with their names, in lon/lat; ids are unique."""

    id: Text  # [A]
    name: Text  # [A]
    name_zh: Text  # [A] or None
    name_en: Text  # [A] or None
    geometry: Geometries  # [A]


def as_areas(
    polygons: Polygons,
    id_field: str | None = None,
    name_field: str | None = None,
    *,
    name_zh_field: str | None = None,
    name_en_field: str | None = None,
) -> NamedPolygons:
    """Return the polygons with an id and names each, in the order of the file.

    Columns that are not named are guessed (`name`, `NAME`, `nombre`, `名称`, `adcode`, ...); a
    guessed id must be there and different for every polygon, else the number of the row is taken.
    Polygons that share a named id are one area in several pieces.

    Raises:
        UserError: a named column does not exist, or a named id is empty somewhere.
    """
    chinese = _column(polygons, name_zh_field, NAME_ZH_COLUMNS)
    english = _column(polygons, name_en_field, NAME_EN_COLUMNS)
    name = _first(_column(polygons, name_field, NAME_COLUMNS), chinese, english)
    chinese = _first(chinese, _if_chinese(name))
    identity = _identities(polygons, id_field)
    named = NamedPolygons(identity, _first(name, identity), chinese, english, polygons.geometry)
    return _in_one_piece(named) if id_field else named


def _if_chinese(name: Text) -> Text:
    return np.array([text if _CHINESE.search(text or "") else None for text in name], dtype=object)


def _column(polygons: Polygons, given: str | None, guesses: tuple[str, ...]) -> Text:
    """The named column, or the first guess that exists and is not all empty, or nothing."""
    if given is not None:
        return polygons.attributes[_existing(polygons, given)]
    by_name = {name.strip().lower(): column for name, column in polygons.attributes.items()}
    for guess in guesses:
        column = by_name.get(guess)
        if column is not None and any(text is not None for text in column):
            return column
    return np.full(len(polygons.geometry), None, dtype=object)


def _existing(polygons: Polygons, given: str) -> str:
    for name in polygons.attributes:
        if given in (name, name.strip()):
            return name
    raise UserError(
        f"{polygons.path}: there is no column '{given}'; its columns are "
        f"{', '.join(list(polygons.attributes)[:20]) or 'none'}"
    )


def _first(*columns: Text) -> Text:
    """In each row the first text that is there."""
    result = columns[0]
    for column in columns[1:]:
        result = np.where(result == None, column, result)  # noqa: E711 (element by element)
    return result


def _identities(polygons: Polygons, given: str | None) -> Text:
    if given is not None:
        column = polygons.attributes[_existing(polygons, given)]
        empty = sum(text is None for text in column)
        if empty:
            raise UserError(
                f"{polygons.path}: column '{given}' is empty in {empty} of {len(column)} rows; "
                "fill it, or name another with 'id:'"
            )
        _refuse_taken(column, f"{polygons.path}: column '{given}'")
        return column
    for guess in ID_COLUMNS:
        column = _column(polygons, None, (guess,))
        if len(set(column)) == len(column) and not set(column) & {None, *TAKEN}:
            return column
    return np.array([str(row + 1) for row in range(len(polygons.geometry))], dtype=object)


def _refuse_taken(column: Text, where: str) -> None:
    taken = [name for name in TAKEN if name in column]
    if taken:
        raise UserError(
            f"{where} has the id '{taken[0]}', which stands for "
            f"{'the whole city' if taken[0] == 'city' else 'what lies outside all areas'} in the "
            "results; give that area another id, or name another column with 'id:'"
        )


def _in_one_piece(areas: NamedPolygons) -> NamedPolygons:
    """Rows of one id as one area, named as its first row."""
    _, first, piece = np.unique(areas.id.astype(str), return_index=True, return_inverse=True)
    if len(first) == len(areas.id):
        return areas
    order = np.argsort(first)
    merged = np.empty(len(order), dtype=object)
    for row, group in enumerate(order):
        merged[row] = shapely.union_all(areas.geometry[piece == group])
    rows = first[order]
    return NamedPolygons(
        areas.id[rows], areas.name[rows], areas.name_zh[rows], areas.name_en[rows], merged
    )
