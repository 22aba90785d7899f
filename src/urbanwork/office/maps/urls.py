"""Addresses of the map."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.maps import correction_views, views, whatif_views

urlpatterns = [
    path("map/", views.map_page, name="map"),
    path("map/pieces/<str:key>/<str:name>", views.map_piece, name="map_piece"),
    path("map/tasks", views.map_tasks, name="map_tasks"),
    path("map/zones", views.map_zones, name="map_zones"),
    path("map/table", views.map_table, name="map_table"),
    path("map/explain", views.explain_page, name="explain"),
    path("map/what-if", whatif_views.what_if, name="what_if"),
    path("map/scenarios/", whatif_views.scenario_list, name="scenarios"),
    path("map/scenarios/<str:file>", whatif_views.scenario_one, name="scenario"),
    path("map/scenarios/<str:file>/task", whatif_views.scenario_task, name="scenario_task"),
    path("map/correction", correction_views.new, name="correction_new"),
    path("map/corrections", correction_views.unwritten, name="corrections"),
]
