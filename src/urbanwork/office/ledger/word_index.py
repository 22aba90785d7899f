"""The index over the words of tasks, which both databases keep by themselves.

SQLite: a table of FTS5 without a text of its own, filled by triggers. PostgreSQL: an index over
the words as an array, so that no parser of theirs splits words otherwise than we do. Made after
each migration where it is not there: SQLite drops triggers when it rebuilds a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from urbanwork.office.ledger.models import Task

_FORGET = (
    "INSERT INTO ledger_words(ledger_words, rowid, sought) VALUES ('delete', old.id, old.sought)"
)
_LEARN = "INSERT INTO ledger_words(rowid, sought) VALUES (new.id, new.sought)"
_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS ledger_words USING fts5(sought, content='ledger_task', "
    "content_rowid='id', detail=none, tokenize=\"ascii tokenchars ':'\")",
    f"CREATE TRIGGER ledger_words_insert AFTER INSERT ON ledger_task BEGIN {_LEARN}; END",
    f"CREATE TRIGGER ledger_words_delete AFTER DELETE ON ledger_task BEGIN {_FORGET}; END",
    "CREATE TRIGGER ledger_words_update AFTER UPDATE OF sought ON ledger_task "
    f"WHEN old.sought <> new.sought BEGIN {_FORGET}; {_LEARN}; END",
    "INSERT INTO ledger_words(ledger_words) VALUES ('rebuild')",
)
_POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS ledger_words ON ledger_task "
    "USING gin (string_to_array(sought, ' '))"
)
_TRIGGERS = (
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_words%'"
)


def keep_words(using: str = "default", **_: Any) -> None:
    """Make the index where it is missing."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return
        cursor.execute(_TRIGGERS)
        if cursor.fetchone()[0] == 0:
            for statement in _SQLITE:
                cursor.execute(statement)


def with_words(tasks: QuerySet[Task], words: Sequence[str]) -> QuerySet[Task]:
    """Those of the tasks that have every word."""
    if not words:
        return tasks
    if connections[tasks.db].vendor == "postgresql":
        has_all = RawSQL("string_to_array(ledger_task.sought, ' ') @> %s::text[]", [list(words)])
        return tasks.alias(has_words=has_all).filter(has_words=True)
    wanted = " AND ".join(f'"{word}"' for word in words)
    found = RawSQL("SELECT rowid FROM ledger_words WHERE ledger_words MATCH %s", [wanted])
    return tasks.filter(pk__in=found)
