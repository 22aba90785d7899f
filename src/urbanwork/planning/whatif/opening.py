"""A session for the city in a folder, with its own catalogue, standards and bottom lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from urbanwork.catalogue.bottomlines import bottom_lines_of, load_bottom_lines
from urbanwork.catalogue.selection import select_standards
from urbanwork.city.prepare import prepared
from urbanwork.city.reading import read_settings
from urbanwork.examination.run import catalogue_of, systems_of
from urbanwork.planning.whatif.session import Session

Progress = Callable[[str, str], None]


def open_session(folder: Path | str, progress: Progress) -> Session:
    """The session of the city in a folder, everything measured as it is today.

    Raises UserError for what is wrong with the description or a source.
    """
    settings = read_settings(folder)
    city = prepared(settings, progress)
    catalogue = catalogue_of(settings)
    standards = select_standards(
        catalogue, sets=settings.standards, jurisdiction=settings.jurisdiction, as_of=city.as_of
    )
    rules = bottom_lines_of(
        load_bottom_lines(settings.bottom_lines), sets=settings.standards,
        jurisdiction=settings.jurisdiction, zone_kinds=city.zone_kinds,
    )  # fmt: skip
    from urbanwork.city.sampled.gather import sample_of

    return Session(
        city, catalogue, standards, rules, systems=systems_of(settings, catalogue, None),
        sample=partial(sample_of, settings, city, progress), progress=progress,
    )  # fmt: skip
