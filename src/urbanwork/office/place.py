"""Where an office keeps its things: one folder, beside the city that it works for."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from urbanwork.errors import UserError

CITY = "URBANWORK_CITY"
OFFICE = "URBANWORK_OFFICE"
FOLDER = "office"


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
        """The key of sessions and signed links, made at the first start, readable by the owner."""
        path = self.folder / "secret.key"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text(encoding="utf-8").strip()


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
