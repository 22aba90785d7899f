"""The app of Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.audit"
    label = "audit"
