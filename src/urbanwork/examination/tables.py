"""The tables of an examination: columns, types and units, a versioned schema.

Later work (office, comparison, what-if) reads these files by these names. A change of a column
raises `SCHEMA_VERSION` and is noted in CHANGELOG.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

import pyarrow as pa

SCHEMA_VERSION = 2

INDICATORS = pa.schema(
    [
        ("indicator", pa.string()),  # id in the catalogue
        ("version", pa.string()),
        ("area", pa.string()),  # id of the area; "city" for the whole
        ("value", pa.float64()),  # null where missing
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("unit", pa.string()),
        ("coverage", pa.float64()),  # 0 to 1
        ("reason", pa.string()),  # quantities.measured.Reason where value is null
        ("period", pa.string()),  # "2020", "2010-2020" where tables say; null for an extract
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("support", pa.string()),  # people, land, buildings, ...: what the denominator counts
        ("is_estimate", pa.bool_()),  # rests on estimated people
        ("grade", pa.string()),  # good, fair, poor, no_standard, no_data
        ("is_provisional", pa.bool_()),  # what lies beyond the edge could change the grade
        ("standard", pa.string()),  # key of the standard's row, null without
        ("threshold", pa.float64()),
        ("people_short", pa.float64()),  # people for whom it falls short, null where no people
        ("note_en", pa.string()),  # one sentence: the reason in figures
        ("note_zh", pa.string()),
    ]
)

PROBLEMS = pa.schema(
    [
        ("problem_id", pa.string()),  # from indicator and area, stable across examinations
        ("indicator", pa.string()),
        ("area", pa.string()),
        ("people", pa.float64()),  # people concerned
        ("people_lower", pa.float64()),
        ("people_upper", pa.float64()),
        ("is_estimate", pa.bool_()),
        ("value", pa.float64()),
        ("threshold", pa.float64()),
        ("unit", pa.string()),
        ("standard", pa.string()),
        ("strength", pa.string()),  # mandatory, advisory, information
        ("confidence", pa.string()),  # A, B, C, V
        ("cells", pa.list_(pa.field("element", pa.uint64()))),  # worst first
        ("mend_en", pa.string()),
        ("mend_zh", pa.string()),
    ]
)

AREAS = pa.schema(
    [
        ("area", pa.string()),
        ("name", pa.string()),
        ("name_zh", pa.string()),
        ("name_en", pa.string()),
        ("people", pa.float64()),
        ("people_lower", pa.float64()),
        ("people_upper", pa.float64()),
        ("land_m2", pa.float64()),
        ("geometry", pa.binary()),  # WKB, EPSG:4326; then one float64 column per indicator id
    ]
)

CELLS = pa.schema(
    [
        ("cell", pa.uint64()),  # H3 index
        ("area", pa.string()),
        ("people", pa.float64()),
        ("people_lower", pa.float64()),
        ("people_upper", pa.float64()),
        ("land_m2", pa.float64()),
        ("lon", pa.float64()),  # where the cell's people are
        ("lat", pa.float64()),
        ("geometry", pa.binary()),  # WKB, EPSG:4326
        # then, per indicator id: "<id>" float64 (value of the cell, null where none),
        # "<id>:state" int8 (code of quantities.measured.STATES),
        # "<id>:distance" float64 for indicators of reach (metres or minutes to the nearest)
    ]
)


def rows_where(
    table: pa.Table, column: str, is_wanted: Callable[[Any], bool], names: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The rows whose value in one column is wanted, with all columns or those of `names`.

    Rows of a run are few: looking at them takes less than loading pyarrow's filters (50 ms).

    >>> rows_where(pa.table({"a": [1, 2, 3], "b": ["x", "y", "z"]}), "a", lambda a: a > 1, ["b"])
    [{'b': 'y'}, {'b': 'z'}]
    """
    kept = [is_wanted(value) for value in table[column].to_pylist()]
    names = names or table.column_names
    columns = [compress(table[name].to_pylist(), kept) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def described() -> dict[str, object]:
    """The tables as plain data: column names and types, with the version of the schema.

    >>> described()["version"]
    2
    """
    tables = {"indicators": INDICATORS, "problems": PROBLEMS, "areas": AREAS, "cells": CELLS}
    columns = {
        name: {field.name: str(field.type) for field in schema} for name, schema in tables.items()
    }
    return {"version": SCHEMA_VERSION, "tables": columns}
