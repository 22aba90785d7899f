"""Addresses of the map."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.maps import views

urlpatterns = [
    path("map/", views.map_page, name="map"),
    path("map/pieces/<str:key>/<str:name>", views.map_piece, name="map_piece"),
    path("map/tasks", views.map_tasks, name="map_tasks"),
    path("map/zones", views.map_zones, name="map_zones"),
    path("map/table", views.map_table, name="map_table"),
    path("map/explain", views.explain_page, name="explain"),
]
