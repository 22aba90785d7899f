"""The app of Django."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """Settings of the app."""

    name = "urbanwork.office.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Keep the index over words, and plan for pages of lists."""
        from urbanwork.office.database import plan_for_pages
        from urbanwork.office.ledger.word_index import keep_words

        post_migrate.connect(keep_words, sender=self)
        connection_created.connect(plan_for_pages, dispatch_uid="plan_for_pages")
