"""The app of Django."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.papers"
    label = "papers"
