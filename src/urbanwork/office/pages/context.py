"""What every page of the office is given."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from urbanwork.city.reading import read_settings
from urbanwork.city.settings import CitySettings
from urbanwork.office.pages.language import Lang, language
from urbanwork.office.pages.menu import rooms


@cache
def _city() -> CitySettings:
    return read_settings(settings.PLACE.city)


def city_name(lang: Lang = "en") -> str:
    """The name of the city that the office works for, in a language where it has one."""
    return (_city().name_zh if lang == "zh" else None) or _city().name


def office(request: HttpRequest) -> dict[str, Any]:
    """Language, city, rights and menu."""
    rights = getattr(request, "rights", None)
    return {
        "lang": language(),
        "city_name": city_name(language()),
        "rights": rights,
        "rooms": list(rooms(rights)),
        "is_demo": settings.IS_DEMO,
    }
