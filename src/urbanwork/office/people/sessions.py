"""Sessions in the database, as those of Django; each request looks its own up by kept SQL."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from urbanwork.office.statements import TEXT, Question

_of_key = Question(lambda key: Session.objects.filter(session_key=key), TEXT)


class SessionStore(db.SessionStore):
    """One session; those that the engine of Django made are read and written alike."""

    def _get_session_from_db(self) -> Any:
        """The row of a session that has not ended; a key without one is forgotten."""
        for found in _of_key(self.session_key):
            if found.expire_date > timezone.now():
                return found
        self._session_key = None
        return None
