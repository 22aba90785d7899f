"""The health of the office as pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from urbanwork.office.access import page, public
from urbanwork.office.operation.health import answers, signs
from urbanwork.version import __version__


@public
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """One word for machines, without a session: 200 where the office works, else 503."""
    is_well = answers()
    return JsonResponse({"status": "ok" if is_well else "down"}, status=200 if is_well else 503)


@page("administrator")
@never_cache
@require_safe
def health_details(request: HttpRequest) -> HttpResponse:
    """What was looked at and what was found."""
    return render(request, "operation/health.html", {"signs": signs(), "version": __version__})
