"""The app of Django."""

from django.apps import AppConfig


class SupervisingConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.supervising"
    label = "supervising"

    def ready(self) -> None:
        """Listen to what happens to tasks."""
        from urbanwork.office.supervising import listening

        listening.listen()
