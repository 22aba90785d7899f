"""Addresses for reading ledgers in."""

from __future__ import annotations

from django.urls import path

from urbanwork.office.ledger_files import views

urlpatterns = [
    path("ledger-files/", views.read_in, name="ledger_read_in"),
    path("ledger-files/<uuid:pk>/", views.reading, name="ledger_reading"),
    path("ledger-files/<uuid:pk>/rejected.csv", views.rejected, name="ledger_rejected"),
]
