"""Who a session belongs to, asked with every request."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from urbanwork.office.people.models import Person
from urbanwork.office.statements import Question

_person = Question(lambda key: Person.objects.filter(pk=key))


class PersonBackend(ModelBackend):
    """Signs in with a password as Django does; the person of a session is asked by kept SQL."""

    def get_user(self, user_id: int) -> Person | None:
        """The person with an id, None where there is none or they may not sign in any more."""
        found = next(iter(_person(user_id)), None)
        return found if found and self.user_can_authenticate(found) else None
