"""Answers are of one person: no browser, proxy or next user of a device keeps them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase


class NotKept:
    """Middleware: what says nothing of how long it may be kept is kept nowhere.

    So the key "back" after signing out shows nothing, and files that were taken out leave no copy.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
