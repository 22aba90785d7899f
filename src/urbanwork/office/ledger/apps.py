"""The app of Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.ledger"
    label = "ledger"
