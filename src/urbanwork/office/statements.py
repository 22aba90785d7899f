"""Statements that are sent with every request: their SQL is made once, not each time.

Django makes the SQL of a query anew whenever it is asked, and that takes ten times as long as the
database takes to answer by a key. What is asked here is a query of Django as any other, and what
comes back are its models or tuples; only the text is kept, with each connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import AutoField, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

Row = TypeVar("Row")
NUMBER: Final = 31_907
"""Stands for an id while the SQL of a question is made; it fits the smallest column."""
TEXT: Final = "\ue000 stands for a text \ue000"
"""Stands for a text while the SQL of a question is made."""
_populators: Final[Any] = get_related_populators
_KEPT: Final = "_urbanwork_statements"


class Question(Generic[Row]):
    """A query with one value that is asked again and again.

    Args:
        made: makes the query of a value: of models, or of the tuples of `values_list`. It must ask
            the same of any value, and hold the value once.
        example: `NUMBER` or `TEXT`, by the kind of the value.
    """

    def __init__(self, made: Callable[[Any], QuerySet[Any, Row]], example: object = NUMBER) -> None:
        self._made, self._example = made, example

    def __call__(self, value: object) -> list[Row]:
        """What the database answers for a value."""
        kept = _kept()
        ready: _Ready[Row] | None = kept.get(self)
        if ready is None:
            ready = kept[self] = _Ready(self._made(self._example), self._example)
        return list(ready.ask(value))


class _Ready(Generic[Row]):
    """The SQL of a question, and how its rows become what is asked for."""

    def __init__(self, query: QuerySet[Any, Row], example: object) -> None:
        self.compiler = query.query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
        self.sql, params = self.compiler.as_sql()
        if params.count(example) != 1:
            raise ValueError(f"a question holds its value once, not {params.count(example)} times")
        self.params, self.place = list(params), params.index(example)
        kind = type(params[self.place])
        self.kind = None if kind is type(example) else kind
        fields = [each[0] for each in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(fields)
        is_model = issubclass(query._iterable_class, ModelIterable)
        self.row = self._model(self.compiler.klass_info) if is_model else tuple

    def _model(self, info: dict[str, Any]) -> Callable[[Sequence[Any]], Any]:
        """Makes a model of a row."""
        select, places = self.compiler.select, info["select_fields"]
        names = [select[each][0].target.attname for each in places]
        beside = _populators(info, select, DEFAULT_DB_ALIAS)
        own = slice(places[0], places[-1] + 1)

        def model(row: Sequence[Any]) -> Any:
            made = info["model"].from_db(DEFAULT_DB_ALIAS, names, row[own])
            for each in beside:
                each.populate(row, made)
            return made

        return model

    def ask(self, value: object) -> Iterator[Row]:
        params = [*self.params]
        params[self.place] = value if self.kind is None else self.kind(value)
        rows = _sent(self.sql, params, is_asked=True)
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return map(self.row, rows)


def insert(rows: Sequence[Model]) -> None:
    """Add rows of one model with all their fields; a key that the database counts is read back.

    No signals are sent. Raises IntegrityError as `save` does.
    """
    if not rows:
        return
    sql, group, fields = _insertion(type(rows[0]))
    connection = connections[DEFAULT_DB_ALIAS]
    values = [
        each.get_db_prep_save(getattr(row, each.attname), connection)
        for row in rows
        for each in fields
    ]
    key: Any = rows[0]._meta.pk
    counted = [] if key in fields else [key]
    tail = "".join(f" RETURNING {connection.ops.quote_name(each.column)}" for each in counted)
    keys = _sent(f"{sql}{', '.join([group] * len(rows))}{tail}", values, is_asked=bool(counted))
    for row, (given,) in zip(rows, keys, strict=False):
        row.pk = given
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _insertion(model: type[Model]) -> tuple[str, str, list[Any]]:
    """The beginning of an insertion, the places of one row, and its fields."""
    kept = _kept()
    if (known := kept.get(model)) is None:
        quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
        meta: Any = model._meta
        fields = [each for each in meta.concrete_fields if not isinstance(each, AutoField)]
        columns = ", ".join(quoted(each.column) for each in fields)
        sql = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES "  # noqa: S608
        known = kept[model] = (sql, f"({', '.join(['%s'] * len(fields))})", fields)
    return known


def update(row: Model, names: Sequence[str]) -> None:
    """Write some fields of a row that is there. No signals are sent."""
    connection = connections[DEFAULT_DB_ALIAS]
    quoted = connection.ops.quote_name
    meta: Any = row._meta
    fields = [meta.get_field(name) for name in names]
    sets = ", ".join(f"{quoted(each.column)} = %s" for each in fields)
    sql = f"UPDATE {quoted(meta.db_table)} SET {sets} WHERE {quoted(meta.pk.column)} = %s"  # noqa: S608
    values = [each.get_db_prep_save(getattr(row, each.attname), connection) for each in fields]
    _sent(sql, [*values, meta.pk.get_db_prep_save(row.pk, connection)])


def _sent(sql: str, params: Sequence[Any], *, is_asked: bool = False) -> list[Any]:
    """Send a statement; the rows that come back, where it asks.

    PostgreSQL reads and plans it once and keeps that with the connection: each time anew would take
    its processor twice as long.
    """
    connection: Any = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor = _preparing(connection)
        cursor.execute(sql, params)
        return cursor.fetchall() if is_asked else []


def _preparing(connection: Any) -> Any:
    """A cursor that gives values apart from the text, so that the text can be kept."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    cursor: Any = ServerBindingCursor
    return cursor(connection.connection)


def _kept() -> WeakKeyDictionary[Any, Any]:
    """What was made for the connection of this thread, as long as somebody may ask for it."""
    own = vars(connections[DEFAULT_DB_ALIAS])
    if (kept := own.get(_KEPT)) is None:
        kept = own[_KEPT] = WeakKeyDictionary()
    return cast("WeakKeyDictionary[Any, Any]", kept)
