"""Fill the office of a city with a handler and tasks in progress, for a server of its own.

    python tests/peopled_office.py CITY TASKS

prints JSON: `sessions`, a signed-in session for each role, `tasks`, their ids and numbers, and
`key`, by which a program works for the handler.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

ROLES = {
    "dispatcher": ("government", "市政府"), "handler": ("education", "教育局"),
    "inspector": ("inspection", "督查室"),
}  # fmt: skip


def filled(city: Path, tasks: int) -> dict[str, Any]:
    """Make people and tasks; DATABASE_URL says where."""
    from urbanwork.office.opening import open_office

    open_office(city)
    from urbanwork.office.api.keys import make_key

    rights = _people()
    return {
        "key": make_key(rights["handler"], "test"),
        "sessions": {role: _session(each.person) for role, each in rights.items()},
        "tasks": [_task(rights, number) for number in range(tasks)],
    }


def _people() -> dict[str, Any]:
    from urbanwork.office.people.models import Body, Person, Post
    from urbanwork.office.people.rights import Rights

    found = {}
    for role, (code, name) in ROLES.items():
        body = Body.objects.create(code=code, name=name)
        person = Person.objects.create(username=role, name=role)
        found[role] = Rights(person, Post.objects.create(person=person, body=body, role=role))
    return found


def _task(rights: dict[str, Any], number: int) -> dict[str, Any]:
    from django.utils import timezone

    from urbanwork.office.ledger.acting import Doing, Draft, act, register

    draft = Draft({"title": f"补建幼儿园{number}", "source": "problem"})
    task = register(rights["dispatcher"], draft)
    in_a_month = timezone.now() + timedelta(days=30)
    lead = rights["handler"].body.pk
    act(rights["dispatcher"], task.pk, Doing("assign", lead=lead, deadline=in_a_month))
    act(rights["handler"], task.pk, Doing("accept"))
    return {"id": task.pk, "number": task.number}


def _session(person: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "urbanwork.office.people.backend.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    print(json.dumps(filled(Path(sys.argv[1]), int(sys.argv[2]))))
