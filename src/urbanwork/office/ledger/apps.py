"""The app of Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Keep the index over words."""
        from urbanwork.office.ledger.word_index import keep_words

        post_migrate.connect(keep_words, sender=self)
