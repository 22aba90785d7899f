"""`urbanwork init`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
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
        progress=_download_progress(),
    )  # fmt: skip


def _download_progress() -> Callable[[int, int | None], None]:
    """Says on standard error how far a download is: in place on a terminal, else now and then."""
    is_terminal = sys.stderr.isatty()
    pause_s, end = (0.2, "\r") if is_terminal else (10.0, "\n")
    last = time.monotonic() - pause_s

    def progress(done: int, total: int | None) -> None:
        nonlocal last
        is_done = done == total
        if time.monotonic() - last < pause_s and not is_done:
            return
        last = time.monotonic()
        of_all = f" / {total / 1e6:,.1f}" if total else ""
        line_end = "\n" if is_done else end
        print(f"… {done / 1e6:,.1f}{of_all} MB", end=line_end, file=sys.stderr, flush=True)

    return progress
