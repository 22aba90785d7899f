"""Addresses of people: signing in, one's own page, the room of bodies and people."""

from __future__ import annotations

from django.urls import include, path

from urbanwork.office.people import own, signing

urlpatterns = [
    path("account/link/<str:token>/", signing.login_link, name="login_link"),
    path("account/", own.own_page, name="own_page"),
    path("account/post/", own.choose_post, name="choose_post"),
    path("account/", include("urbanwork.office.people.doors")),
    path("language/", own.set_language, name="set_language"),
]
