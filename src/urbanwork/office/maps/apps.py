"""The app of Django."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.maps"
    label = "maps"

    def ready(self) -> None:
        """Write the entry of a correction when its task is closed."""
        from urbanwork.office.maps.corrections import listen

        listen()
