"""What the first who opens a page would wait for, done when a server starts, beside it."""

from __future__ import annotations

import logging
from threading import Thread

_log = logging.getLogger(__name__)


def warm_up() -> Thread:
    """Begin to load the pages, and to make what they show of the last examination."""
    thread = Thread(target=_warm, name="warm-up", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    """A fault here is one of the page that needs it, which tells it."""
    from django.urls import get_resolver

    try:
        _ = get_resolver().url_patterns
        _show_last()
    except Exception as error:
        _log.warning("pages could not be prepared: %s", error)


def _show_last() -> None:
    from urbanwork.office.ledger.names import names
    from urbanwork.office.maps import pieces
    from urbanwork.office.maps.last import last_examination
    from urbanwork.office.pages.changed import changed
    from urbanwork.office.pages.overview import overview

    exam = last_examination()
    if exam is not None:
        overview(exam)
        pieces.frame_of(exam)
        pieces.indicators_of(exam)
        names()
        changed(exam)
