"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import path, register_converter

from urbanwork.office.ledger import new_views, task_views, views
from urbanwork.office.ledger.exporting import EXPORTS


class Kind:
    """A kind of file that the ledger can be taken out as."""

    regex = "|".join(EXPORTS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Kind, "ledger_file")

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/tasks.<ledger_file:kind>", views.export, name="ledger_export"),
    path("ledger/filters/", views.keep, name="filter_keep"),
    path("ledger/filters/<int:pk>/forget/", views.forget, name="filter_forget"),
    path("ledger/new/", new_views.new, name="task_new"),
    path("ledger/new/from/<str:kind>/", new_views.origins, name="task_origins"),
    path("ledger/<str:number>/", task_views.task, name="task"),
    path("ledger/<str:number>/edit/", new_views.edit, name="task_edit"),
    path("ledger/<str:number>/milestones/<int:pk>/", task_views.milestone, name="milestone"),
]
