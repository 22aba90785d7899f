"""The description of the interface, and the page on which a person keeps the keys of programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from urbanwork.office.access import EVERYONE, page, public
from urbanwork.office.api.auth import ByKey
from urbanwork.office.api.build import SIGN_IN
from urbanwork.office.api.describing import description
from urbanwork.office.api.keys import make_key, withdraw_key
from urbanwork.office.api.models import ApiKey


@public
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the interface (OpenAPI), to people who are signed in and to keys."""
    if not request.user.is_authenticated and ByKey()(request) is None:
        response = HttpResponse(SIGN_IN, status=401, content_type="text/plain; charset=utf-8")
        response["WWW-Authenticate"] = "Bearer"
        return response
    return JsonResponse(description())


@page(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the own posts; a new one is shown once."""
    rights = request.rights  # type: ignore[attr-defined]
    made = None
    if request.method == "POST" and "withdraw" in request.POST:
        number = request.POST["withdraw"]
        if number.isdecimal() and len(number) < 18:
            withdraw_key(rights, int(number))
        return redirect("api_keys")
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:80]
        made = make_key(rights, name) if name else None
    mine = ApiKey.objects.filter(post__person=rights.person).select_related("post__body")
    return render(request, "api/keys.html", {"keys": mine, "made": made})
