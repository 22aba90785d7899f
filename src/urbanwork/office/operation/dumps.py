"""Dumps of PostgreSQL: what one says of itself, and loading it in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from urbanwork.errors import UserError
from urbanwork.office.operation.backup import Copied
from urbanwork.office.operation.postgresql import connected, run_program

TABLES: Final = frozenset({"audit_head", "audit_entry", "django_migrations"})
SIGNED_OUT: Final = (
    "DELETE FROM django_session",
    "DELETE FROM people_loginlink WHERE used IS NULL",
)
"""What a backup holds and nobody may use again: somebody signed out since, or used the link."""
TRIES: Final = 5
"""Somebody who writes meanwhile may hold a table that we need, and wait for one that we hold."""
EMPTIED: Final = """
DO $$
DECLARE
    each record;
BEGIN
    LOCK TABLE public.ledger_task, public.audit_head IN ACCESS EXCLUSIVE MODE;
    FOR each IN
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP TABLE public.%I CASCADE', each.relname);
    END LOOP;
END $$;
"""
"""Tables that came after the backup go too: its older version does not know them, and an update
would make them anew. Tables of extensions stay. Who writes begins with a task and ends with the
head of the chain: by locking those first we wait for who has begun, and nobody waits for us who
holds what we need."""


def copied_of_dump(file: Path) -> Copied | None:
    """What a dump says of itself, without the first digest; None where it is none of an office."""
    try:
        listed = run_program("pg_restore", "--list", str(file))
        if not set(_tables(listed)) >= TABLES:
            return None
        head = [row for row in _rows(file, "audit_head") if row[0] == "1"]
        migrations = [(row[1], row[2]) for row in _rows(file, "django_migrations")]
        number, digest = (int(head[0][1]), head[0][2]) if head else (0, "")
    except (UserError, ValueError, IndexError):
        return None
    return Copied(number, digest if number else "", "", tuple(sorted(map(".".join, migrations))))


def _tables(listed: str) -> Iterator[str]:
    """Names of tables with data: `3412; 0 16401 TABLE DATA public audit_head urbanwork`."""
    for line in listed.splitlines():
        words = line.partition(";")[2].split()
        if words[2:5] == ["TABLE", "DATA", "public"] and len(words) > 5:
            yield words[5]


def _rows(file: Path, table: str) -> Iterator[list[str]]:
    """The rows of a small table as a dump holds them."""
    given = run_program(
        "pg_restore", "--data-only", "--schema=public", f"--table={table}", "--file=-", str(file)
    )
    lines = iter(given.splitlines())
    for line in lines:
        if line.startswith(f"COPY public.{table} "):
            break
    for line in lines:
        if line == "\\.":
            return
        yield line.split("\t")


def load_dump(file: Path) -> None:
    """Put a dump in the place of everything that is there, in one transaction.

    Raises:
        UserError: the database refuses, and is as it was.
    """
    script, before, after = (file.with_name(name) for name in ("all.sql", "empty.sql", "out.sql"))
    run_program(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges",
        f"--file={script}", str(file),
    )  # fmt: skip
    before.write_text(EMPTIED, encoding="utf-8")
    ends = ("SET search_path = public", *SIGNED_OUT)
    after.write_text("".join(f"{each};\n" for each in ends), encoding="utf-8")
    arguments = [
        "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
        *(f"--file={each}" for each in (before, script, after)), *connected(),
    ]  # fmt: skip
    for _ in range(TRIES):
        try:
            run_program("psql", *arguments)
        except UserError as error:
            if "deadlock" not in str(error):
                raise
        else:
            return
    raise UserError(
        "the database cannot be taken from those who write in it; stop the office, then restore "
        "again"
    )
