"""The index over the words of tasks, which both databases keep by themselves.

SQLite: a table of FTS5 without a text of its own, filled by triggers. PostgreSQL: a table beside,
see `word_table`. Made after each migration where it is not there: SQLite drops triggers when it
rebuilds a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, connections
from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from urbanwork.office.ledger import word_table
from urbanwork.office.ledger.searching import is_lone

RARE: Final = 2_000
"""So many tasks have rare words at most: with these SQLite begins (benchmarks/office_list.py)."""
COMMON: Final = {"sqlite": 50_000, "postgresql": 10_000}
"""So many have common words at least: they are sought in the order of the list."""
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
_TRIGGERS = (
    "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_words%'"
)


def keep_words(using: str = "default", **_: Any) -> None:
    """Make the index where it is missing."""
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            word_table.keep(cursor)
            return
        cursor.execute(_TRIGGERS)
        if cursor.fetchone()[0] == 0:
            for statement in _SQLITE:
                cursor.execute(statement)


@dataclass(frozen=True)
class Having:
    """The condition that a task has words; `count`: how many have words and marks, 0 unknown.

    Not `is_whole`: these many or more.
    """

    condition: Q
    count: int = 0
    is_whole: bool = False


def having_words(
    words: Sequence[str], marks: word_table.Marks, key: str, scanned: str, sought: str
) -> Having:
    """The condition that a task has every word.

    Databases begin with rare words; SQLite holds its list against those of usual ones. Words that
    very many tasks have are sought row by row in the order of the list: a page is full long before
    the index would have named them all. How many have them is counted: databases guess wrong,
    because pairs of characters go together. One character beside longer words is left to the rows:
    an index would have to name every word that begins with it.

    Args:
        words: words as `searching.words` makes them.
        marks: what else these tasks have, for an index that knows it. It is asked for elsewhere
            too: marks make the search quicker, never other.
        key: the column with the id of the task.
        scanned: the same for a condition by which SQLite must not begin.
        sought: the column with its words.
    """
    most = COMMON[connection.vendor]
    named = [word for word in words if not is_lone(word)] or words
    others = [word for word in words if word not in named]
    if connection.vendor == "postgresql":
        ids = word_table.named(named, marks, most)
        is_whole = not others
        if len(ids) < most:
            among = Q(**{f"{key}__in": _listed(ids)}) & _in_order(others, sought)
            return Having(among, len(ids) if is_whole else 0, is_whole=is_whole)
        return Having(_in_order(words, sought), most if is_whole else 0)
    count = _counted(named, most)
    if count < most:
        by_index = RawSQL(_MATCHES, [_match(named)])  # noqa: S611 - words are given apart
        among = Q(**{f"{key if count <= RARE else scanned}__in": by_index})
        return Having(among & _by_row(others, sought))
    return Having(_by_row(words, sought))


def _by_row(words: Sequence[str], sought: str) -> Q:
    asked = Q()
    for word in words:
        asked &= Q(**{f"{sought}__contains": _shown(word)})
    return asked


def _listed(ids: Sequence[int]) -> Any:
    """Ids as rows of a table: the database sees how many there are."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)]) if ids else []


def _in_order(words: Sequence[str], sought: str) -> Q:
    """Said by a function, of which PostgreSQL supposes that it often holds, as it does here."""
    asked = Q()
    for word in words:
        asked &= Q(GreaterThan(StrIndex(F(sought), Value(_shown(word))), 0))
    return asked


def _shown(word: str) -> str:
    """A word as it stands among those of a task; one character begins a word."""
    return f" {word}" if is_lone(word) else f" {word} "


_MATCHES = "SELECT rowid FROM ledger_words WHERE ledger_words MATCH %s"


def _match(words: Sequence[str]) -> str:
    return " AND ".join(f'"{word}" *' if is_lone(word) else f'"{word}"' for word in words)


def _counted(words: Sequence[str], most: int) -> int:
    """How many tasks have the words, up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({_MATCHES} LIMIT %s)", [_match(words), most])  # noqa: S608
        return int(cursor.fetchone()[0])
