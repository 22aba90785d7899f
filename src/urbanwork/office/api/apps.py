"""The app of Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.api"
    label = "api"
