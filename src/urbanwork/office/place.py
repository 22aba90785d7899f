"""Where an office keeps its things: one folder, beside the city that it works for."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from urbanwork.errors import UserError

CITY = "URBANWORK_CITY"
OFFICE = "URBANWORK_OFFICE"
FOLDER = "office"
SHORTEST_KEY = 32


@dataclass(frozen=True)
class OfficePlace:
    """The folder of an office: database (where it is SQLite), evidence, anchors, key, settings.

    `city` is the folder of the city; `folder` that of the office, else `<city>/office`.
    """

    city: Path
    folder: Path

    @property
    def database(self) -> Path:
        """The file of SQLite; unused where DATABASE_URL names another database."""
        return self.folder / "office.sqlite3"

    @property
    def evidence(self) -> Path:
        """The private store of evidence."""
        return self.folder / "evidence"

    @property
    def anchors(self) -> Path:
        """Heads of the audit chain, kept outside the database."""
        return self.folder / "anchors.log"

    @property
    def cache(self) -> Path:
        """What can be made again at any time."""
        return self.folder / "cache"

    @property
    def templates(self) -> Path:
        """Templates of papers and tables of rules that this city changed."""
        return self.folder / "templates"

    @cached_property
    def secret(self) -> str:
        """The key of sessions and signed links, made at the first start, readable by the owner.

        Raises:
            UserError: it cannot be read or made, or is none.
        """
        path = self.folder / "secret.key"
        try:
            if not path.exists():
                _make_key(path)
            key = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(
                f"{path}: the key of the office cannot be written or read; make its folder "
                "writable, or put back the key from before"
            ) from error
        if len(key) < SHORTEST_KEY:
            raise UserError(
                f"{path}: the key is empty or cut off; put back the one from before, or remove the "
                "file for a new one, with which everybody signs in anew"
            )
        return key


def _make_key(path: Path) -> None:
    """Make the key whole at once: of two who start together, one makes it and both use it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink()


def office_place() -> OfficePlace:
    """The office that the environment names.

    Raises:
        UserError: no city is named.
    """
    city = os.environ.get(CITY)
    if not city:
        raise UserError(f"{CITY} names no city; start the office with `urbanwork serve <city>`")
    return _place(city, os.environ.get(OFFICE, ""))


@lru_cache(maxsize=16)
def _place(city: str, office: str) -> OfficePlace:
    """Asked for with every write; finding out where links lead takes longer than a question."""
    folder = Path(city).resolve()
    return OfficePlace(folder, Path(office or folder / FOLDER).resolve())
