"""The prepared city of a folder: from the cache when nothing changed, else made anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from urbanwork.city.settings import FILE, CitySettings
from urbanwork.city.store import Cache, hash_file, hash_parts, is_geodatabase

Progress = Callable[[str, str], None]

FLOORS_BELOW = ("quantities", "kernels", "sources", "city")
"""The code that decides what a prepared city is."""
KIND = "city"


def code_hash(floors: Iterable[str]) -> str:
    """The hash of the code and data of floors: changed code never reuses what older code made."""
    return hash_parts([_hash_of_floor(floor) for floor in floors])


@cache
def _hash_of_floor(floor: str) -> str:
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted((root / floor).rglob("*")):
        if path.suffix in (".py", ".yaml", ".jinja", ".css", ".js"):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def city_key(settings: CitySettings) -> str:
    """The hash of all that the prepared city depends on: code, files, settings.

    Standards, catalogue and bottom lines are left out: they judge the city and do not make it.
    """
    judging = {"standards", "catalogue", "arrangement", "bottom_lines"}
    plain = settings.model_dump(mode="json", exclude=judging)
    # in the order of the settings: by path, `mycity` would come elsewhere than `/srv/mycity`
    files = dict.fromkeys(_files(plain))
    return hash_parts(
        code_hash(FLOORS_BELOW), _without_folders(plain), [hash_file(path) for path in files]
    )


def _files(value: Any) -> list[str]:
    """Every file that the settings name, with the companions of a shapefile."""
    if isinstance(value, dict):
        return [path for item in value.values() for path in _files(item)]
    if isinstance(value, list):
        return [path for item in value for path in _files(item)]
    if isinstance(value, str) and _is_file(value):
        path = Path(value)
        if path.suffix.lower() == ".shp":
            return [str(each) for each in sorted(path.parent.glob(f"{path.stem}.*"))]
        return [value]
    return []


def _is_file(text: str) -> bool:
    try:
        path = Path(text)
        return ("/" in text or "." in text) and (path.is_file() or is_geodatabase(path))
    except OSError:
        return False


def _without_folders(value: Any) -> Any:
    """The settings with files by name only: a moved city is the same city."""
    if isinstance(value, dict):
        return {key: _without_folders(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_folders(item) for item in value]
    return Path(value).name if isinstance(value, str) and _is_file(value) else value


def prepared(
    settings: CitySettings,
    progress: Progress,
    *,
    key: str | None = None,
    later: Callable[[Callable[[], object]], None] | None = None,
) -> Any:
    """The PreparedCity of these settings; `later` is handed the writing of its cache.

    Raises UserError for what is wrong with a source.
    """
    from urbanwork.city.model import PreparedCity
    from urbanwork.sources import stored

    key = key or city_key(settings)
    cache = Cache.of(settings.folder)
    if cache.has(KIND, key):
        progress("loading the prepared city", "载入城市模型")
        return stored.load(PreparedCity, cache.folder_for(KIND, key))
    city = _made(settings, progress, key)

    def write() -> object:
        return cache.write(KIND, key, lambda folder: stored.save(city, folder))

    write() if later is None else later(write)
    return city


def _made(settings: CitySettings, progress: Progress, key: str) -> Any:
    from urbanwork.city.tables import with_tables

    made = _from_areas if settings.osm is None else _from_extract
    return replace(with_tables(made(settings, progress), settings), key=key)


def _from_areas(settings: CitySettings, progress: Progress) -> Any:
    from urbanwork.city.by_areas import assemble_areas
    from urbanwork.city.gather import gather_areas
    from urbanwork.sources.osm import load_categories

    areas, boundary, reports = gather_areas(settings)
    return assemble_areas(
        areas, boundary, reports, load_categories().places, progress, name=settings.name,
        name_zh=settings.name_zh, as_of=str(settings.as_of), jurisdiction=settings.jurisdiction,
        where=str(settings.folder / FILE),
    )  # fmt: skip


def _from_extract(settings: CitySettings, progress: Progress) -> Any:
    from urbanwork.city.gather import gather
    from urbanwork.sources.osm import load_categories

    layers, as_of = gather(settings, progress)
    from urbanwork.city.assemble import Choices, assemble  # on kernels, loaded while gathering

    choices = Choices(
        name=settings.name,
        name_zh=settings.name_zh,
        as_of=as_of.isoformat(),
        jurisdiction=settings.jurisdiction,
        where=str(settings.folder / FILE),
        resolution=settings.cells.resolution,
        floor_area_per_person=settings.people.floor_area_per_person,
        floor_area_range=settings.people.range,
        plausible_per_10k={
            key: each.plausible_per_10k_people for key, each in load_categories().places.items()
        },
        complete=[category for source in settings.places for category in source.complete],
    )
    return assemble(layers, choices, progress)
