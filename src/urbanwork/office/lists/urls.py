"""Addresses of lists as files."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.lists.views import take_out

urlpatterns = [path("lists/<slug:name>.<slug:kind>", take_out, name="list_file")]
