"""Addresses of the interface for programs."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.api.build import api
from urbanwork.office.api.views import keys, openapi

urlpatterns = [
    path("api/openapi.json", openapi, name="openapi"),
    path("keys/", keys, name="api_keys"),
    path("api/", api.urls),
]
