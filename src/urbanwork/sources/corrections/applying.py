"""Corrections applied in the order of the file; each says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from urbanwork.sources.corrections.entries import PLACE, Correction
from urbanwork.sources.corrections.outcome import EXPIRED, Outcome
from urbanwork.sources.corrections.places import PlaceEdits
from urbanwork.sources.corrections.streets import StreetEdits
from urbanwork.sources.layers import Places, Streets
from urbanwork.sources.notes import note


@dataclass(frozen=True, slots=True)
class Corrected:
    """Places and streets after the corrections.

    An entry of `shown` has what the correction says (id, where, action, what, target, category,
    name, author, date, evidence, reason, expires), `status` (applied, expired, not_found,
    superseded, not_yet_open, no_effect), and `note` in English and Chinese.
    """

    places: Places
    streets: Streets
    shown: list[dict[str, Any]] = field(default_factory=list)


def apply_corrections(
    places: Places,
    streets: Streets,
    corrections: Iterable[Correction],
    as_of: date | str,
) -> Corrected:
    """Places and streets with the corrections that hold on a day.

    A correction holds up to and with the day of its expiry. One whose target is not in the data
    changes nothing and says so: the map may have been mended meanwhile.

    Places: `close` removes the place from all its categories (from one, if the target names it),
    `move` takes its outline along, `reopen` brings back what an earlier entry closed, `add` adds
    unless the map has it by now (same category, within 30 m, names not unlike).
    Streets: `close` removes the way, or the part between two points; `add` draws a line whose
    vertices are joined to a street within 10 m of them; `reopen` brings back what an earlier
    entry closed, or opens a way that the map has as closed to people or under construction.
    """
    day = str(as_of)
    place_edits, street_edits = PlaceEdits(places, day), StreetEdits(streets)
    shown = list[dict[str, Any]]()
    for one in corrections:
        if one.expires is not None and one.expires < day:
            outcome = _expired(one)
        elif one.what == PLACE:
            outcome = place_edits.apply(one)
        else:
            outcome = street_edits.apply(one)
        shown.append(one.shown() | {"status": outcome.status, "note": outcome.note})
    return Corrected(place_edits.places, street_edits.streets, shown)


def _expired(one: Correction) -> Outcome:
    return Outcome(EXPIRED, note(
        f"expired on {one.expires} and is not applied; renew or remove it",
        f"已于 {one.expires} 到期，未应用；请续期或删除",
    ))  # fmt: skip
