"""The app of Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.people"
    label = "people"
