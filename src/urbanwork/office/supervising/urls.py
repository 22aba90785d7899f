"""Addresses of supervision."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.supervising import reading_views, views

urlpatterns = [
    path("supervision/", views.supervision, name="supervision"),
    path("supervision/rates/", views.rates, name="rates"),
    path("supervision/chiefs/", views.chiefs, name="chiefs"),
    path("supervision/chiefs/<int:pk>/end/", views.chief_end, name="chief_end"),
    path("supervision/orders/<str:number>/", views.order, name="order"),
    path("documents/", reading_views.documents, name="documents"),
    path("documents/new/", reading_views.document_new, name="document_new"),
    path("documents/<int:pk>/", reading_views.document, name="document"),
    path("documents/<int:pk>/read/", reading_views.document_read, name="document_read"),
]
