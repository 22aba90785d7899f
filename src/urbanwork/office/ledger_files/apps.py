"""The app of Django."""

from django.apps import AppConfig


class LedgerFilesConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.ledger_files"
    label = "ledger_files"
