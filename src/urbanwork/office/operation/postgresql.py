"""The programs of PostgreSQL, run on the database of the office."""

from __future__ import annotations

import os
import subprocess
from typing import Final

from urbanwork.errors import UserError

_NAMED: Final = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
_OPTIONS: Final = ("sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
"""What DATABASE_URL may say after its question mark that the programs must know too."""


def connected() -> list[str]:
    """Arguments that name the database; everything else goes by the environment."""
    from django.db import connection

    return ["--no-password", f"--dbname={connection.settings_dict['NAME']}"]


def run_program(program: str, *arguments: str) -> str:
    """Run a program of PostgreSQL, its password by the environment; what it printed.

    Raises:
        UserError: it is not installed, or it failed.
    """
    try:
        done = subprocess.run(
            [program, *arguments], env={**os.environ, **_environment()}, capture_output=True,
            text=True, errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise UserError(
            f"{program} is not installed; a backup of PostgreSQL needs the package "
            "postgresql-client of the version of the server"
        ) from error
    if done.returncode:
        raise UserError(f"{program}: {_why(done.stderr)}")
    return done.stdout


def _environment() -> dict[str, str]:
    from django.db import connection

    given = connection.settings_dict
    named = {name: str(given[key]) for name, key in _NAMED.items() if given[key]}
    options = given["OPTIONS"]
    return {**named, **{f"PG{each.upper()}": str(options[each]) for each in _OPTIONS
                        if each in options}}  # fmt: skip


def _why(said: str) -> str:
    """The line that says what is wrong, of all that a program said."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), [*lines, "failed"][0])
