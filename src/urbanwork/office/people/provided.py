"""Signing in by a provider: the pages of the library, where the provider answers as it should."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from urbanwork.office.access import public

logger = logging.getLogger(__name__)


@public
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider, by a form: GET asks first."""
    return _answered(oidc.login, request, provider_id)


@public
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider leads back to."""
    return _answered(oidc.callback, request, provider_id)


def _answered(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    """A provider that is gone, or talks nonsense, is no fault of ours and none of who signs in."""
    try:
        response: HttpResponse = view(request, provider_id)
    except (requests.RequestException, KeyError, ValueError) as error:
        logger.warning("provider %s: %s", provider_id, error)
        return render(request, "socialaccount/authentication_error.html", status=502)
    return response
