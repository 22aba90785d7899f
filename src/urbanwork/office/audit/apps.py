"""The app of Django."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.audit"
    label = "audit"

    def ready(self) -> None:
        """Make the triggers when tables were made or changed, which may drop them.

        Where nothing was migrated they are left as they are: one that somebody dropped must show.
        """
        post_migrate.connect(_guard, sender=self)


def _guard(using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    from urbanwork.office.audit.triggers import install, remove

    if plan:
        remove(connections[using])
        install(connections[using])
