"""Fill the office of a demonstration and say where its pages are.

    python tests/office/filled_demo.py CITY

prints JSON: `sessions`, one for each role, signed in a moment ago; `pages`, each with its name in
the table of addresses, its path, and the role that opens it (none: without signing in).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
FOR_EACH_ROLE = ("first_page", "ledger", "map", "to_do", "task", "own_page")
"""What looks different to everybody."""
PREFERRED = ("dispatcher", "supervisor", "administrator", "leader", "handler")


class DemoOffice:
    """What rows of the table are made from, as the fixture `office`, of people of the demo."""

    def __init__(self) -> None:
        from urbanwork.office.ledger.models import Task
        from urbanwork.office.people.models import Body, Post
        from urbanwork.office.people.rights import Rights

        self.bodies = {body.code: body for body in Body.objects.all()}
        posts = Post.objects.select_related("person", "body").order_by("-pk")
        self.rights = {post.role: Rights(post.person, post) for post in posts}
        self.tasks = list(Task.objects.order_by("pk"))
        self._working = next(task for task in self.tasks if task.state == "in_progress")
        lead = posts.filter(body=self._working.lead).first()
        assert lead is not None
        self.rights["handler"] = Rights(lead.person, lead)

    def task(self, **fields: Any) -> Any:
        return self._working

    assigned = task

    def do(self, role: str, task: Any, action: str, **doing: Any) -> Any:
        raise NotImplementedError("the demonstration has tasks in all states")


def filled(city: Path) -> dict[str, Any]:
    """The office filled, its pages and sessions."""
    from urbanwork.office.opening import open_office

    open_office(city, is_demo=True)
    from urbanwork.office.operation.demo import fill

    fill("zh")
    office = DemoOffice()
    sessions = {role: _session(each.person) for role, each in office.rights.items()}
    return {"sessions": sessions, "pages": [*_pages(office), *_more(office)]}


def _pages(office: DemoOffice) -> Iterator[tuple[str, str, str | None]]:
    from django.urls import reverse

    from office.url_table import ANYONE, PERSON, TABLE

    for name, row in TABLE.items():
        if not row.roles or "GET" not in row.methods or name.startswith("api:"):
            continue
        path = reverse(name, kwargs=row.given(office))
        if ANYONE in row.roles:
            yield name, path, None
        everyone = row.roles & {ANYONE, PERSON}
        roles = [role for role in PREFERRED if everyone or role in row.roles]
        for role in roles if name in FOR_EACH_ROLE else roles[:1]:
            yield name, path, role


def _more(office: DemoOffice) -> Iterator[tuple[str, str, str | None]]:
    """Pages that one address shows in several ways."""
    for task in office.tasks:
        yield f"task, {task.state}", f"/ledger/{task.number}/", "dispatcher"
    for kind in ("problem", "ask"):
        yield f"origins, {kind}", f"/ledger/new/from/{kind}/", "dispatcher"
    yield "ledger, filtered", "/ledger/?q=x&light=red", "dispatcher"
    yield "nothing there", "/ledger/none/", "dispatcher"
    yield "no such address", "/nothing/", "dispatcher"
    yield "closed to the post", "/health/details/", "handler"
    yield "demonstration", "/demo/", None


def _session(person: Any) -> str:
    """A session of a person who gave a password just now, so that pages of factors open."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "urbanwork.office.people.backend.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    sys.path.insert(0, str(TESTS))
    print(json.dumps(filled(Path(sys.argv[1]))))
