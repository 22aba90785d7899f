"""A request that is too large is turned away before anything of it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from urbanwork.office.pages.language import said
from urbanwork.quantities.bilingual import Bilingual

MOST_BYTES: Final = 64 * 2**20
"""Of one request: a few files at once; more come one after the other."""
PLAIN: Final = "text/plain; charset=utf-8"
SENTENCE: Final = Bilingual(
    f"The request is larger than {MOST_BYTES // 2**20} MB; send fewer files at once.",
    f"一次发送的内容超过{MOST_BYTES // 2**20} MB，请分批发送。",
)


class NotTooLarge:
    """Middleware: answers 413 to what states a length above the limit.

    A request that states none has no body here, so that no other way is open.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return HttpResponse(
                said(SENTENCE), status=413, content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)
