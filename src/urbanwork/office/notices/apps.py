"""The app of Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.notices"
    label = "notices"

    def ready(self) -> None:
        """Listen to what happens to tasks."""
        from urbanwork.office.notices import listening

        listening.listen()
