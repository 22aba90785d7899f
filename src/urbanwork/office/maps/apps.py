"""The app of Django."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.maps"
    label = "maps"
