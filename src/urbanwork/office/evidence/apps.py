"""The app of Django."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.evidence"
    label = "evidence"
