"""`urbanwork init`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from urbanwork.errors import UserError


def make_city(
    folder: Path | None,
    *,
    osm: Path | None,
    boundary: Path | None,
    population: Path | None,
    gtfs: Sequence[Path],
    areas: Path | None,
    places: Sequence[Path],
    name: str | None,
    jurisdiction: str | None,
    place: str | None,
    sample: bool,
) -> Path:
    """Make the folder; returns it. Raises UserError for what is wrong or missing."""
    from urbanwork.city.create import create_city, sample_city

    if sample:
        return sample_city(folder or Path("sample"))
    if folder is None and place is not None:
        folder = Path(place.lower().replace(" ", "-"))
    if folder is None:
        raise UserError(
            "init: name the folder to make, such as 'urbanwork init mycity --osm extract.osm.pbf'"
        )
    if osm is None and place is None:
        raise UserError(
            f"init: give an OpenStreetMap extract, such as 'urbanwork init {folder} --osm "
            'extract.osm.pbf\', or --place "Andorra" to download one, or --sample'
        )
    return create_city(
        folder, osm=osm, boundary=boundary, population=population, gtfs=list(gtfs), areas=areas,
        places=list(places), name=name, jurisdiction=jurisdiction, place=place,
    )  # fmt: skip
