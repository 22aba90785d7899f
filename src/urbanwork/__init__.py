"""urbanwork: examine a city from open data, and explain every number.

>>> import urbanwork as uw
>>> city = uw.open_city("mycity")               # doctest: +SKIP
>>> exam = uw.examine(city)                     # doctest: +SKIP
>>> exam.areas                                  # doctest: +SKIP
>>> exam.explain("life.kindergarten_300m")      # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanwork.version import __version__

__all__ = [
    "City", "Examination", "UserError", "__version__", "compare", "examine", "open_city",
]  # fmt: skip

if TYPE_CHECKING:
    from urbanwork.api import City, Examination, compare, examine, open_city
    from urbanwork.errors import UserError


def __getattr__(name: str) -> Any:
    """Load the library at first use: `import urbanwork` and `urbanwork --help` stay light."""
    if name == "UserError":
        from urbanwork.errors import UserError

        return UserError
    if name in __all__:
        from urbanwork import api

        return getattr(api, name)
    raise AttributeError(f"module 'urbanwork' has no attribute '{name}'")
