"""Addresses of notices."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.notices import views

urlpatterns = [
    path("to-do/", views.to_do, name="to_do"),
    path("to-do/count", views.to_do_count, name="to_do_count"),
    path("notices/", views.told, name="told"),
    path("notices/seen/", views.seen, name="notices_seen"),
    path("notices/wishes/", views.wishes, name="wishes"),
    path("notices/deliveries/", views.deliveries, name="deliveries"),
    path("notices/deliveries/<int:pk>/again/", views.delivery_again, name="delivery_again"),
]
