"""Addresses of the operation."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.operation.views import demo, health, health_details

urlpatterns = [
    path("demo/", demo, name="demo"),
    path("health/", health, name="health"),
    path("health/details/", health_details, name="health_details"),
]
