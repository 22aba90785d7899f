"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from urbanwork.office.access import EVERYONE, page


@page(*EVERYONE)
def first_page(request: HttpRequest) -> HttpResponse:
    """Where the office begins."""
    return render(request, "first_page.html")
