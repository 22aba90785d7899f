"""Addresses of meetings."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.meetings import item_views, views

urlpatterns = [
    path("meetings/", views.meetings, name="meetings"),
    path("meetings/new/", views.new, name="meeting_new"),
    path("meetings/<int:pk>/", views.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", views.edit, name="meeting_edit"),
    path("meetings/<int:pk>/agenda/", views.agenda, name="meeting_agenda"),
    path("meetings/<int:pk>/close/", views.close, name="meeting_close"),
    path("meetings/<int:pk>/minutes/", views.take_minutes, name="meeting_minutes"),
    path("meetings/items/<int:pk>/", item_views.item, name="meeting_item"),
    path("meetings/items/<int:pk>/change/", item_views.item_change, name="meeting_item_change"),
    path("meetings/decisions/<int:pk>/done/", item_views.decision_done, name="decision_done"),
]
