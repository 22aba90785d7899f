"""The app of Django."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.pages"
    label = "pages"
