"""Writing many rows at once, each with values of its own.

Django's `bulk_update` compiles a CASE of all values and its `bulk_create` compiles every value
anew, which takes a tenth of a millisecond and more a row; these take microseconds. SQLite runs one
prepared statement many times, PostgreSQL one statement over rows that are sent as columns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, JSONField, Model


def update_many(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write some fields of rows of a model.

    Args:
        model: the model.
        names: names of its fields.
        rows: the key of each row and after it the values of the fields.
    """
    key, *fields = _fields(model, ["pk", *names])
    values = _prepared([*fields, key], [[*values, pk] for pk, *values in rows])
    table, columns = _quoted(model._meta.db_table), [_quoted(field.column) for field in fields]
    if connection.vendor == "postgresql":
        sets = ", ".join(f"{column} = given.{column}" for column in columns)
        given = f"{_unnested([*fields, key])} AS given ({', '.join([*columns, 'key'])})"
        sql = f"UPDATE {table} SET {sets} FROM {given} WHERE {table}.{_quoted(key.column)} = key"  # noqa: S608
    else:
        sets = ", ".join(f"{column} = %s" for column in columns)
        sql = f"UPDATE {table} SET {sets} WHERE {_quoted(key.column)} = %s"  # noqa: S608
    _run(sql, values)


def insert_many(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a model, those aside whose unique values are there already.

    Args:
        model: the model.
        names: names of the fields that are given; what others hold the database must know.
        rows: the values of the fields.
    """
    fields = _fields(model, names)
    columns = ", ".join(_quoted(field.column) for field in fields)
    if connection.vendor == "postgresql":
        given = f"SELECT * FROM {_unnested(fields)}"  # noqa: S608
    else:
        given = f"VALUES ({', '.join(['%s'] * len(fields))})"
    table = _quoted(model._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) {given} ON CONFLICT DO NOTHING"
    _run(sql, _prepared(fields, rows))


def _run(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(sql, rows)


def _unnested(fields: Sequence[Any]) -> str:
    """Columns that are given as one array each, as a table."""
    return f"unnest({', '.join(f'%s::{field.db_type(connection)}[]' for field in fields)})"


def _fields(model: type[Model], names: Sequence[str]) -> list[Any]:
    meta: Any = model._meta
    return [meta.pk if name == "pk" else meta.get_field(name) for name in names]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _prepared(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows as parameters."""
    ready = [_preparer(field) for field in fields]
    return [
        tuple(prepare(value) for prepare, value in zip(ready, values, strict=True))
        for values in rows
    ]


def _preparer(field: Any) -> Callable[[Any], Any]:
    """How a value of a field becomes a parameter; keys and texts are what they are."""
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, JSONField):
        return json.dumps
    return lambda value: value
