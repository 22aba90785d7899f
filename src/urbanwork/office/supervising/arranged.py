"""The arrangement of the city as a document that people must have read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from urbanwork.arrangement.loading import load_arrangement
from urbanwork.arrangement.models import Arrangement
from urbanwork.city.reading import read_settings
from urbanwork.errors import UserError
from urbanwork.office.place import office_place


def arrangement_paper() -> dict[str, str]:
    """What the form of a new version begins with; nothing where there is no arrangement."""
    try:
        settings = read_settings(office_place().city)
        arrangement = load_arrangement(settings.arrangement, folder=settings.folder)
    except UserError:
        return {}
    text = "\n".join(_lines(arrangement))
    return {
        "kind": "arrangement", "code": "arrangement", "text": text,
        "title": arrangement.title.zh, "title_en": arrangement.title.en,
        "label": f"{arrangement.date} {hashlib.sha256(text.encode()).hexdigest()[:8]}",
    }  # fmt: skip


def _lines(arrangement: Arrangement) -> Iterator[str]:
    for point in arrangement.points():
        yield f"{point.title.zh} / {point.title.en}"
        yield from (f"　{ask.id} {ask.text.zh} / {ask.text.en}" for ask in point.asks)
