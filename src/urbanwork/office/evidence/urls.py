"""Addresses of evidence."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.evidence import upload_views, views

urlpatterns = [
    path("ledger/<str:number>/report/", views.report, name="evidence_report"),
    path("evidence/<uuid:pk>/", views.look, name="evidence"),
    path("evidence/<uuid:pk>/<slug:variant>/<str:token>", views.file, name="evidence_file"),
    path("uploads/", upload_views.begin_upload, name="evidence_uploads"),
    path("uploads/<uuid:pk>/", upload_views.one_upload, name="evidence_upload"),
    path("unsent/", views.unsent, name="unsent"),
    path("worker.js", views.worker, name="worker"),
]
