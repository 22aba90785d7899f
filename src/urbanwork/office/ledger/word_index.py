"""The index over the words of tasks, which both databases keep by themselves.

SQLite: a table of FTS5 without a text of its own, filled by triggers. PostgreSQL: an index over
the words as an array, so that no parser of theirs splits words otherwise than we do. Made after
each migration where it is not there: SQLite drops triggers when it rebuilds a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, connections
from django.db.models import Q
from django.db.models.expressions import RawSQL

RARE: Final = 2_000
"""So many tasks have rare words at most: with these a search begins (benchmarks/office_list.py)."""
COMMON: Final = {"sqlite": 50_000, "postgresql": 30_000}
"""So many have common words at least. To count more costs PostgreSQL a page of the table each."""
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


def has_words(words: Sequence[str], key: str, scanned: str, sought: str) -> Q:
    """The condition that a task has every word.

    Databases begin with rare words; SQLite holds its list against those of usual ones. Words that
    very many tasks have are sought row by row in the order of the list: a page is full long before
    the index would have named them all. How many have them is counted: databases guess wrong,
    because pairs of characters go together.

    Args:
        words: words as `searching.words` makes them.
        key: the column with the id of the task.
        scanned: the same for a condition by which SQLite must not begin.
        sought: the column with its words.
    """
    most = COMMON[connection.vendor]
    count = _counted(words, most)
    if count < most:
        having = RawSQL(*_having(words))  # noqa: S611 - words are given apart
        return Q(**{f"{key if count <= RARE else scanned}__in": having})
    asked = Q()
    for word in words:
        asked &= Q(**{f"{sought}__contains": f" {word} "})
    return asked


def _having(words: Sequence[str]) -> tuple[str, list[Any]]:
    """The query for ids of tasks that have the words, by the index, and what it is given."""
    if connection.vendor == "postgresql":
        having = "SELECT id FROM ledger_task WHERE string_to_array(sought, ' ') @> %s::text[]"
        return having, [list(words)]
    wanted = " AND ".join(f'"{word}"' for word in words)
    return "SELECT rowid FROM ledger_words WHERE ledger_words MATCH %s", [wanted]


def _counted(words: Sequence[str], most: int) -> int:
    """How many tasks have the words, up to `most`."""
    having, given = _having(words)
    with connection.cursor() as cursor:
        counting = f"SELECT COUNT(*) FROM ({having} LIMIT %s) AS found"  # noqa: S608 - our own
        cursor.execute(counting, [*given, most])
        return int(cursor.fetchone()[0])
