"""All addresses of the office, a file for each room."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("urbanwork.office.people.urls")),
    path("", include("urbanwork.office.ledger_files.urls")),
    path("", include("urbanwork.office.api.urls")),
    path("", include("urbanwork.office.operation.urls")),
    path("", include("urbanwork.office.maps.urls")),
    path("", include("urbanwork.office.evidence.urls")),
    path("", include("urbanwork.office.ledger.urls")),
    path("", include("urbanwork.office.supervising.urls")),
    path("", include("urbanwork.office.notices.urls")),
    path("", include("urbanwork.office.papers.urls")),
    path("", include("urbanwork.office.meetings.urls")),
    path("", include("urbanwork.office.lists.urls")),
    path("", include("urbanwork.office.pages.urls")),
]

handler400 = "urbanwork.office.operation.faults.not_understood"
handler404 = "urbanwork.office.api.build.nothing_here"
handler500 = "urbanwork.office.operation.faults.told"
