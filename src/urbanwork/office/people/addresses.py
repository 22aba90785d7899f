"""The network address of who asks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address; behind our proxy, which a public office has, the one that the proxy saw last.

    What stands before the last entry was written by whoever asks and proves nothing.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.PUBLIC:
        return direct or "127.0.0.1"
    passed = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return passed or direct or "127.0.0.1"
