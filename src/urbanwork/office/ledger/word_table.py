"""The words of tasks in PostgreSQL: a table beside that of tasks, with an index over it.

An index over the tasks themselves would be written again with every change of a state or a light,
forty entries a task. Beside the words a row has marks: whether the task is open, its bodies, its
areas. So the index alone finds the open tasks of a body with a word, however many tasks there are.
Triggers keep the rows, whoever writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from urbanwork.office.ledger.searching import is_lone

Marks = Sequence[Sequence[str]]
"""Of each of these a task has one at least."""
OPEN: Final = ":open"
"""A mark begins with a sign that no word has."""

_ROW = """
CREATE OR REPLACE FUNCTION urbanwork_task_words(asked bigint[]) RETURNS void LANGUAGE sql
SET search_path FROM CURRENT AS $$
    INSERT INTO ledger_taskwords (task_id, words)
    SELECT task.id, array_to_tsvector(array_remove(
        string_to_array(btrim(task.sought), ' ')
        || CASE WHEN task.is_open THEN ARRAY[':open'] ELSE ARRAY[]::text[] END
        || ARRAY(SELECT ':body:' || body_id FROM ledger_taskbody WHERE task_id = task.id)
        || ARRAY(SELECT ':area:' || area FROM ledger_taskarea WHERE task_id = task.id), ''))
    FROM ledger_task task WHERE task.id = ANY (asked)
    ON CONFLICT (task_id) DO UPDATE SET words = excluded.words
    WHERE ledger_taskwords.words <> excluded.words
$$"""
_OF_TASKS = """
CREATE OR REPLACE FUNCTION urbanwork_words_of_tasks() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM urbanwork_task_words(ARRAY(SELECT id FROM changed));
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM urbanwork_task_words(ARRAY[NEW.id]);
    ELSE
        DELETE FROM ledger_taskwords WHERE task_id = OLD.id;
    END IF;
    RETURN NULL;
END $$"""
_OF_PARTS = """
CREATE OR REPLACE FUNCTION urbanwork_words_of_parts() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$ BEGIN
    IF EXISTS (SELECT FROM changed) THEN
        PERFORM urbanwork_task_words(ARRAY(SELECT DISTINCT task_id FROM changed));
    END IF;
    RETURN NULL;
END $$"""
_NEW_ROWS = "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
_OLD_ROWS = "REFERENCING OLD TABLE AS changed FOR EACH STATEMENT"


def _trigger(event: str, rows: str, function: str) -> str:
    name = f"ledger_words_{event.split(maxsplit=1)[0].lower()}"
    return f"CREATE OR REPLACE TRIGGER {name} AFTER {event} {rows} EXECUTE FUNCTION {function}()"


_STATEMENTS: Final = (
    "DROP INDEX IF EXISTS ledger_words",  # of an office of before
    "CREATE TABLE ledger_taskwords (task_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    _ROW,
    _OF_TASKS,
    _OF_PARTS,
    _trigger("INSERT ON ledger_task", _NEW_ROWS, "urbanwork_words_of_tasks"),
    _trigger(
        "UPDATE OF sought, is_open ON ledger_task",
        "FOR EACH ROW WHEN (OLD.sought <> NEW.sought OR OLD.is_open <> NEW.is_open)",
        "urbanwork_words_of_tasks",
    ),
    _trigger("DELETE ON ledger_task", "FOR EACH ROW", "urbanwork_words_of_tasks"),
    *(
        _trigger(f"{verb} ON {table}", rows, "urbanwork_words_of_parts")
        for table in ("ledger_taskbody", "ledger_taskarea")
        for verb, rows in (("INSERT", _NEW_ROWS), ("DELETE", _OLD_ROWS))
    ),
    "SELECT urbanwork_task_words(ARRAY(SELECT id FROM ledger_task))",
    # without a list of what waits to be entered, which the next search or writer would pay for
    "CREATE INDEX ledger_taskwords_words ON ledger_taskwords USING gin (words) "
    "WITH (fastupdate = off)",
    "ANALYZE ledger_taskwords",
    # no light is usual for tasks, and rare for open ones
    "CREATE STATISTICS IF NOT EXISTS ledger_open_lights (mcv) ON is_open, light FROM ledger_task",
    "ANALYZE ledger_task",
)


def keep(cursor: Any) -> None:
    """Make the table with its triggers where it is missing."""
    cursor.execute("SELECT to_regclass('ledger_taskwords') IS NULL")
    if cursor.fetchone()[0]:
        for statement in _STATEMENTS:
            cursor.execute(statement)


def body_mark(body: int) -> str:
    """The mark of a task on which a body works."""
    return f":body:{body}"


def area_mark(area: str) -> str:
    """The mark of a task that is about an area."""
    return f":area:{area}"


def named(words: Sequence[str], marks: Marks, most: int) -> list[int]:
    """Ids of tasks that have all words and marks, in no order, up to so many."""
    asked = [f"{_quoted(word)}:*" if is_lone(word) else _quoted(word) for word in words]
    asked += [f"({' | '.join(map(_quoted, each))})" for each in marks]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_id FROM ledger_taskwords WHERE words @@ %s::tsquery LIMIT %s",
            [" & ".join(asked), most],
        )
        return [row[0] for row in cursor.fetchall()]


def _quoted(word: str) -> str:
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
