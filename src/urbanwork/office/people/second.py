"""Roles that need a second factor: until they have one, they can do nothing but set it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from urbanwork.office.access import PUBLIC, who_may
from urbanwork.office.people.doors import FOR_PEOPLE

_KNOWN: Final = "has_second_factor"
OPEN_NAMES: Final = frozenset({"own_page", "choose_post", *FOR_PEOPLE})


class DemandSecondFactor:
    """Middleware: leads who lacks a second factor that their post needs to where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        rights = getattr(request, "rights", None)
        if rights is None or rights.role not in settings.SECOND_FACTOR_FOR:
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if PUBLIC in who_may(view) or name in OPEN_NAMES or _has_one(request):
            return None
        return redirect("own_page")


def _has_one(request: HttpRequest) -> bool:
    """Looked up once a session, while there is none each time."""
    if not request.session.get(_KNOWN):
        if not is_mfa_enabled(request.user):
            return False
        request.session[_KNOWN] = True
    return True
