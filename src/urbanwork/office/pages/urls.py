"""Addresses of the frame: the first page."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.pages.views import first_page

urlpatterns = [path("", first_page, name="first_page")]
