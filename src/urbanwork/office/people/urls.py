"""Addresses of people: signing in, posts, the room of bodies and people."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.people import signing

urlpatterns = [
    path("account/link/<str:token>/", signing.login_link, name="login_link"),
]
