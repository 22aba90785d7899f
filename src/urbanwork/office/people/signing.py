"""Signing in by a login link."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from urbanwork.office.access import public
from urbanwork.office.people.links import use_link, who_is_let_in


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET asks first, so that programs which look at links in messages do not use them up."""
    if request.method == "POST" and (person := use_link(token)) is not None:
        record_authentication(request, person, method="link")
        response: HttpResponse = perform_login(request, Login(user=person))
        return response
    person = who_is_let_in(token)
    status = 200 if person else 410
    return render(request, "people/link.html", {"person": person}, status=status)
