"""Which other categories a place of one category counts in, as the tag rules of the map have it."""

from __future__ import annotations

ALSO_COUNTS_AS: dict[str, tuple[str, ...]] = {
    "primary_school": ("school",),
    "secondary_school": ("school",),
    "school": ("primary_school", "secondary_school"),  # of a level that nothing states
    "health_centre": ("health_station",),  # who lives beside a centre lacks no station
    "culture_centre": ("culture_station",),
    "sports_large": ("sports_ground",),
    "park": ("open_space",),
    "playground": ("open_space",),
}
AREAS_ONLY = frozenset({"open_space"})
"""Categories that have a meaning only with a polygon."""


def categories_of(category: str, *, has_area: bool) -> tuple[str, ...]:
    """The category itself and those that it counts in as well.

    >>> categories_of("primary_school", has_area=False)
    ('primary_school', 'school')
    >>> categories_of("park", has_area=False), categories_of("park", has_area=True)
    (('park',), ('park', 'open_space'))
    """
    also = ALSO_COUNTS_AS.get(category, ())
    return (category, *(other for other in also if has_area or other not in AREAS_ONLY))
