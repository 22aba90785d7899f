"""The first person of an office: somebody must be able to let the others in."""

from __future__ import annotations

from django.db import transaction

from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Body, Person, Post

USERNAME = "administrator"
CODE = "government"
ROLES = ("leader", "administrator")


@transaction.atomic
def first_administrator(city: str, language: str = "zh-hans", *, in_english: str = "") -> Person:
    """The administrator who has been here longest; made, with a first body, where nobody is."""
    if Person.objects.exists():
        return administrator()
    body, _ = Body.objects.get_or_create(
        code=CODE, defaults={"name": city, "name_en": in_english or city}
    )
    person = Person(username=USERNAME, name="管理员 Administrator", language=language)
    person.set_unusable_password()
    person.save()
    for role in ROLES:
        Post.objects.create(person=person, body=body, role=role)
    facts = {"body": body.pk, "roles": list(ROLES)}
    record("person.first", f"person:{person.pk}", facts, actor="system")
    return person


def administrator() -> Person:
    """The administrator who has been here longest.

    Raises:
        Person.DoesNotExist: nobody holds such a post today.
    """
    held = Post.objects.held().filter(role="administrator", person__is_active=True)
    post = held.select_related("person").order_by("id").first()
    if post is None:
        raise Person.DoesNotExist
    return post.person
