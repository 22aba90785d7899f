"""Addresses of papers."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.papers import views

urlpatterns = [
    path("papers/", views.papers, name="papers"),
    path("papers/bulletin/", views.bulletin, name="paper_bulletin"),
    path("papers/tasks/<str:number>/", views.assignment, name="paper_assignment"),
    path("papers/orders/<int:pk>/", views.order, name="paper_order"),
    path("papers/files/<int:pk>/", views.file, name="paper_file"),
    path("papers/templates/", views.templates, name="paper_templates"),
    path("papers/templates/<str:kind>/<str:lang>/", views.template, name="paper_template"),
]
