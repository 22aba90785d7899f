"""The database of the office: SQLite in its folder, or what DATABASE_URL names."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from urbanwork.errors import UserError

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
)
"""What is confirmed is on disk (FULL); writers wait for each other rather than fail."""


POSTGRESQL_PLANS = "SET jit = off; SET random_page_cost = 1.1"
"""To compile a query takes longer than to run it, and pages are in memory or on disks without
heads: without this PostgreSQL reads whole tables where a page of a list needs fifty rows."""


PREPARED_AFTER = 5
"""Times that a connection sends a text of `statements.py` before PostgreSQL keeps its plan."""


def plan_for_pages(connection: Any, **_: Any) -> None:
    """Tell a new connection how to plan; as a statement, for poolers know no other way."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(POSTGRESQL_PLANS)


SQLITE_STATISTICS = "PRAGMA analysis_limit=1000; ANALYZE"
"""A sample of each index: all of them would keep writers waiting for seconds."""


def keep_statistics() -> None:
    """Let the database look anew at what its tables hold, so that it plans by what is there.

    SQLite never does so by itself; PostgreSQL does in time, which a ledger read in should not wait
    for. Call it outside a transaction.
    """
    from django.db import connection

    statements = SQLITE_STATISTICS if connection.vendor == "sqlite" else "ANALYZE"
    with connection.cursor() as cursor:
        for statement in statements.split("; "):
            cursor.execute(statement)


def database_settings(url: str | None, file: Path) -> dict[str, Any]:
    """Django's settings of the database.

    Raises:
        UserError: the URL is not one of PostgreSQL, or has no name of a database.

    >>> database_settings("postgresql://uw:a%40b@db:5433/city", Path("x"))["PASSWORD"]
    'a@b'
    """
    if not url:
        return _sqlite(file)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UserError(
            "DATABASE_URL: its host or port cannot be read; wanted "
            "postgresql://user:password@host:5432/database, with / and @ of a password as %2F and "
            "%40"
        ) from error
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise UserError(
            f"DATABASE_URL: got '{parts.scheme}://…{parts.path}', wanted "
            "postgresql://user:password@host/database; without it the office uses SQLite"
        )
    return {
        "ENGINE": "urbanwork.office.watched_postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": PREPARED_AFTER, **dict(parse_qsl(parts.query))},
    }


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "urbanwork.office.queued_sqlite",
        "NAME": file,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
    }
