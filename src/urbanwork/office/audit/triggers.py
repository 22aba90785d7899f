"""Triggers by which the database itself refuses to change the chain and the events of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

EVENT_COLUMNS: Final = (
    "task_id", "number", "action", "at", "person_id", "body_id", "role", "percent", "lead_id",
    "helpers", "deadline", "evidence", "reached",
)  # fmt: skip
"""Columns of an event that stay for ever; its free text may have to be erased."""


ORDER_COLUMNS: Final = (
    "task_id", "number", "kind", "at", "person_id", "body_id", "role", "step", "until",
    "recommended",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: what it forbids on which table; `columns` for an update of these only.

    Of an insertion it forbids one over a row that is there, found by any of `keys`.
    """

    table: str
    verb: str
    columns: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        return f"keep_{self.table}_{self.verb.lower()}"

    @property
    def when(self) -> str:
        """The event of the trigger in SQL."""
        return f"{self.verb} OF {', '.join(self.columns)}" if self.columns else self.verb


GUARDS: Final = (
    Guard("audit_entry", "UPDATE"),
    Guard("audit_entry", "DELETE"),
    Guard("audit_personalvalue", "UPDATE"),
    Guard("ledger_taskevent", "UPDATE", EVENT_COLUMNS),
    Guard("ledger_taskevent", "DELETE"),
    Guard("supervising_orderevent", "UPDATE", ORDER_COLUMNS),
    Guard("supervising_orderevent", "DELETE"),
)
_EVENT_KEYS: Final = (("id",), ("key",), ("task_id", "number"))
REPLACED: Final = (
    Guard("audit_entry", "INSERT", keys=(("number",), ("digest",))),
    Guard("audit_personalvalue", "INSERT", keys=(("id",),)),
    Guard("ledger_taskevent", "INSERT", keys=_EVENT_KEYS),
    Guard("supervising_orderevent", "INSERT", keys=_EVENT_KEYS),
)
"""SQLite alone: its INSERT OR REPLACE takes rows away and asks no trigger about that."""
TRUNCATED: Final = tuple(dict.fromkeys(guard.table for guard in GUARDS))
FUNCTION: Final = "urbanwork_append_only"
_BODY: Final = " BEGIN RAISE EXCEPTION 'append-only: % of %', TG_OP, TG_TABLE_NAME; END "


def install(connection: Any) -> None:
    """Create all triggers, on SQLite or PostgreSQL."""
    with connection.cursor() as cursor:
        for statement in _created(connection.vendor):
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take all triggers away; for moving data between databases and for tests."""
    with connection.cursor() as cursor:
        for name, table in _names(connection.vendor):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: Any) -> list[str]:
    """Names of triggers that are not there, are switched off, or say something else."""
    there = dict(_there(connection))
    wanted = dict(_wanted(connection.vendor))
    gone = [name for name, text in wanted.items() if _plain(there.get(name, "")) != _plain(text)]
    if connection.vendor == "postgresql" and not _refuses(connection):
        gone.append(FUNCTION)
    return gone


def _refuses(connection: Any) -> bool:
    """Whether the function that all triggers of PostgreSQL call still says no."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc, prorettype::regtype::text FROM pg_proc WHERE proname = %s", [FUNCTION]
        )
        rows = [(_plain(body), kind) for body, kind in cursor.fetchall()]
    return rows == [(_plain(_BODY), "trigger")]


def _created(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield (
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$${_BODY}$$"
        )
    for _, statement in _wanted(vendor):
        yield statement


def _wanted(vendor: str) -> Iterator[tuple[str, str]]:
    for guard in _guards(vendor):
        if vendor == "postgresql":
            yield guard.name, _postgresql(guard.name, guard.when, guard.table, "ROW")
        else:
            yield guard.name, _sqlite(guard)
    for table in TRUNCATED if vendor == "postgresql" else ():
        name = f"keep_{table}_truncate"
        yield name, _postgresql(name, "TRUNCATE", table, "STATEMENT")


def _guards(vendor: str) -> tuple[Guard, ...]:
    return GUARDS if vendor == "postgresql" else (*GUARDS, *REPLACED)


def _sqlite(guard: Guard) -> str:
    same = " OR ".join(
        f"({' AND '.join(f'{column} = NEW.{column}' for column in key)})" for key in guard.keys
    )
    there = f"WHEN EXISTS (SELECT 1 FROM {guard.table} WHERE {same}) " if same else ""  # noqa: S608
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.when} ON {guard.table} {there}"
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {guard.table}'); END"
    )


def _postgresql(name: str, when: str, table: str, each: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON public.{table} "
        f"FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
    )


def _names(vendor: str) -> Iterator[tuple[str, str]]:
    yield from ((guard.name, guard.table) for guard in _guards(vendor))
    if vendor == "postgresql":
        yield from ((f"keep_{table}_truncate", table) for table in TRUNCATED)


def _there(connection: Any) -> Iterator[tuple[str, str]]:
    """Triggers of the database by name, as SQL; those that are switched off do not count."""
    asked = (
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        yield from cursor.fetchall()


def _plain(statement: str) -> str:
    return " ".join(statement.split()).lower()
