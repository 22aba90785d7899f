"""Who asks the interface: a program by its key, or a person by the session of the pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from urbanwork.office.api.keys import rights_by_key


class ByKey(HttpBearer):
    """`Authorization: Bearer uw_…`: the program acts in the post of the key."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        rights = rights_by_key(token)
        if rights is not None:
            request.rights = rights  # type: ignore[attr-defined]
            request.user = rights.person
        return rights


class BySession(SessionAuth):
    """The session of a person who is signed in and has a post; writes need the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return getattr(request, "rights", None)
