"""The app of Django."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.meetings"
    label = "meetings"
