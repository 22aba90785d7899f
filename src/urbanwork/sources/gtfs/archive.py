"""A zipped feed opened with suspicion: nothing is written to disk or unfolds without limit."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from urbanwork.errors import UserError

MAX_FILES = 1_000
"""A feed has some thirty files; many thousands are an attack or another kind of archive."""

MAX_FILE_BYTES = 1024**3
MAX_TOTAL_BYTES = 4 * 1024**3
MAX_RATIO = 200
"""Timetables shrink 5 to 30 times; what shrinks more was made to unfold."""

RATIO_FREE_BYTES = 1024**2
"""Below this size no ratio does harm."""

NAMES = frozenset({
    "agency", "stops", "routes", "trips", "stop_times", "calendar", "calendar_dates",
    "frequencies", "feed_info",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Archive:
    """The tables of an opened feed by their name without `.txt`."""

    name: str
    folder: str  # where the tables lie inside the archive, "" at the top
    _zip: zipfile.ZipFile
    _members: dict[str, zipfile.ZipInfo]

    def __contains__(self, table: str) -> bool:
        return table in self._members

    def read(self, table: str) -> bytes:
        """The bytes of one table, never more than it declared."""
        member = self._members[table]
        try:
            # zipfile stops at the declared size and then checks the sum, so a false size fails.
            return self._zip.read(member)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise UserError(
                f"{self.name}: '{member.filename}' is damaged ({error}); fetch the feed again"
            ) from None
        except Exception as error:
            # zlib.error, lzma errors, NotImplementedError, RuntimeError (a password)
            raise UserError(
                f"{self.name}: '{member.filename}' cannot be unpacked ({error}); "
                "zip the feed again without password, with the ordinary method"
            ) from None


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A feed checked for size, names and the files that make it a GTFS feed.

    Raises:
        UserError: missing, no zip, no GTFS, or made to do harm.
    """
    name = str(path)
    with _zip(path, name) as archive:
        members = archive.infolist()
        _check_sizes(members, name)
        for member in members:
            _check_name(member, name)
        folder, tables = _tables(members, name)
        yield Archive(name, folder, archive, tables)


def _zip(path: Path, name: str) -> zipfile.ZipFile:
    if path.is_dir():
        raise UserError(f"{name}: this is a folder; zip the feed's .txt files and give the zip")
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise UserError(f"{name}: there is no such file; check the path") from None
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        raise UserError(
            f"{name}: this is not a zip file, or it was cut short; give a GTFS feed as .zip"
        ) from None
    except OSError as error:
        raise UserError(f"{name}: the file cannot be read ({error.strerror or error})") from None


def _check_sizes(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > MAX_FILES:
        raise UserError(
            f"{name}: the zip holds {len(members):,} files, a GTFS feed at most {MAX_FILES:,}; "
            "give the feed alone"
        )
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise UserError(
            f"{name}: the zip unfolds to {total:,} bytes, more than {MAX_TOTAL_BYTES:,}; "
            "cut the feed to the city"
        )
    for member in members:
        _check_size(member, name)


def _check_size(member: zipfile.ZipInfo, name: str) -> None:
    if member.file_size > MAX_FILE_BYTES:
        raise UserError(
            f"{name}: '{member.filename}' unfolds to {member.file_size:,} bytes, more than "
            f"{MAX_FILE_BYTES:,}; cut the feed to the city"
        )
    if member.file_size > max(RATIO_FREE_BYTES, MAX_RATIO * member.compress_size):
        raise UserError(
            f"{name}: '{member.filename}' unfolds from {member.compress_size:,} to "
            f"{member.file_size:,} bytes, as only a zip bomb does; fetch the feed from its source"
        )


def _check_name(member: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    leads_out = ".." in parts or (parts and parts[0].endswith((":", "/")))
    if leads_out:
        raise UserError(
            f"{name}: the zip names a file outside itself ({member.filename!r}); "
            "do not trust it, fetch the feed from its source"
        )


def _tables(members: list[zipfile.ZipInfo], name: str) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The folder that holds stops.txt, nearest to the top, and its tables."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        stem = path.name.lower().removesuffix(".txt")
        if path.name.lower().endswith(".txt") and stem in NAMES and path.parts[0] != "__MACOSX":
            found.setdefault(str(path.parent), {})[stem] = member
    folders = sorted((len(PurePosixPath(f).parts), f) for f in found if "stops" in found[f])
    if not folders:
        raise UserError(_no_feed(members, name))
    folder = folders[0][1]
    return ("" if folder == "." else folder), found[folder]


def _no_feed(members: list[zipfile.ZipInfo], name: str) -> str:
    names = [member.filename for member in members]
    inner = next((n for n in names if n.lower().endswith(".zip")), None)
    if inner:
        return f"{name}: the zip holds another zip ({inner!r}); unpack it once and give that one"
    held = ", ".join(repr(n) for n in names[:3]) or "nothing"
    return (
        f"{name}: this zip is no GTFS feed: it has no stops.txt but {held}"
        f"{' ...' if len(names) > 3 else ''}; give a GTFS feed"
    )
