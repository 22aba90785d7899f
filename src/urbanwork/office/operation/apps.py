"""The app of Django."""

from django.apps import AppConfig


class OperationConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.operation"
    label = "operation"
