"""Writing many rows at once, each with values of its own.

Django's `bulk_update` compiles a CASE of all values and its `bulk_create` compiles every value
anew, which takes a tenth of a millisecond and more a row; these take microseconds. The statements
are plain SQL that both databases know, with values as parameters.
"""

from __future__ import annotations

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
    fields = _fields(model, names)
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    table, key = _quoted(model._meta.db_table), _quoted(_fields(model, ["pk"])[0].column)
    sql = f"UPDATE {table} SET {sets} WHERE {key} = %s"  # noqa: S608 - names of our own
    prepared = [_preparer(field) for field in fields]
    _run(sql, [
        (*(ready(value) for ready, value in zip(prepared, values, strict=True)), key)
        for key, *values in rows
    ])  # fmt: skip


def insert_many(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows to a model, those aside whose unique values are there already.

    Args:
        model: the model.
        names: names of the fields that are given; what others hold the database must know.
        rows: the values of the fields.
    """
    fields = _fields(model, names)
    columns = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = _quoted(model._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
    prepared = [_preparer(field) for field in fields]
    _run(sql, [
        tuple(ready(value) for ready, value in zip(prepared, values, strict=True))
        for values in rows
    ])  # fmt: skip


def _run(sql: str, values: Sequence[Sequence[Any]]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(sql, values)


def _fields(model: type[Model], names: Sequence[str]) -> list[Any]:
    meta: Any = model._meta
    return [meta.pk if name == "pk" else meta.get_field(name) for name in names]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _preparer(field: Any) -> Callable[[Any], Any]:
    """How a value of a field becomes a parameter; keys and texts are what they are."""
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    return lambda value: value
