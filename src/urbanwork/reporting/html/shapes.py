"""Small drawings: the shape of a grade, so that it needs no colour."""

from __future__ import annotations

from markupsafe import Markup

_INSIDE = {
    "good": '<circle cx="6.5" cy="6.5" r="5" class="mark-ink"/>',
    "fair": '<circle cx="6.5" cy="6.5" r="5" class="mark-line"/>'
    '<path d="M6.5 1.5a5 5 0 0 0 0 10z" class="mark-ink"/>',
    "poor": '<circle cx="6.5" cy="6.5" r="5" class="mark-line"/>',
    "no_standard": '<path d="M2 6.5h9" class="mark-line"/>',
    "no_data": '<path d="M1.5 1.5h10v10h-10z" class="mark-line" stroke-width="1"/>'
    '<path d="M1.5 7l5.5-5.5M2 11.5L11.5 2M6 11.5l5.5-5.5" class="mark-line" stroke-width="1"/>',
}


def inside(grade: str) -> str:
    """The drawing in a square of 13, for use inside another SVG."""
    return _INSIDE.get(grade, _INSIDE["no_standard"])


def shape(grade: str) -> Markup:
    """The drawing as an SVG of its own; the word stands beside it, so it is hidden from readers."""
    return Markup(  # noqa: S704
        f'<svg class="shape" viewBox="0 0 13 13" aria-hidden="true">{inside(grade)}</svg>'
    )
