"""What one row of a table of bodies and people means, and keeping it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from urbanwork.office.access import ROLES
from urbanwork.office.people.keeping import Row, keep
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError


@dataclass(frozen=True)
class Fate:
    """What would become of a row, or did: `adds` and `changes` name it, `why` refuses it."""

    where: str
    what: str
    adds: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    why: Bilingual | None = None


class RowReader:
    """Keeps row after row; what it looked up once it knows."""

    def __init__(self, by: str) -> None:
        self.by = by
        self.adds: list[str] = []
        self.changes: list[str] = []
        held = Post.objects.held().select_related("person", "body")
        self.bodies = {body.code: body for body in Body.objects.all()}
        self.people = {person.username: person for person in Person.objects.all()}
        self.posts = {(post.person_id, post.body_id, post.role): post for post in held}

    def keep(self, where: str, row: Mapping[str, str]) -> Fate:
        """Keep all that a row says, or nothing of it."""
        what = row.get("name") or row.get("username") or row.get("body") or row["body_code"]
        self.adds, self.changes = [], []
        try:
            with transaction.atomic():
                self._all_of(row)
        except RefusedError as refused:
            self._look_again(row)
            return Fate(where, what, why=refused.sentence)
        return Fate(where, what, tuple(self.adds), tuple(self.changes))

    def _look_again(self, row: Mapping[str, str]) -> None:
        """Forget what a refused row changed in memory only."""
        code, username = row["body_code"], row.get("username", "")
        self.bodies.pop(code, None)
        self.people.pop(username, None)
        self.bodies |= {body.code: body for body in Body.objects.filter(code=code)}
        self.people |= {one.username: one for one in Person.objects.filter(username=username)}
        held = Post.objects.held().filter(person__username=username, body__code=code)
        self.posts |= {(post.person_id, post.body_id, post.role): post for post in held}

    def _all_of(self, row: Mapping[str, str]) -> None:
        body = self._body(row)
        if row.get("username") or row.get("name"):
            self._post(row, self._person(row), body)

    def _body(self, row: Mapping[str, str]) -> Body:
        code = row["body_code"]
        if not code:
            raise _refused("it has no code of a body", "缺少机构代码")
        body = self.bodies.get(code) or Body(code=code)
        if body.pk is None and not row.get("body"):
            raise _refused(f"no body has the code {code}", f"机构代码{code}不存在")
        if body.is_closed:
            raise _refused(f"the body {code} is closed", f"机构{code}已停用")
        given: dict[str, Any] = {"name": row.get("body"), "kind": row.get("kind")}
        given["parent"] = self._parent(row.get("parent_code", ""), body)
        self.bodies[code] = self._saved(body, given)
        return self.bodies[code]

    def _parent(self, code: str, body: Body) -> Body | None:
        if not code:
            return None
        parent = self.bodies.get(code)
        if parent is None:
            raise _refused(
                f"no body has the code {code}; put the upper body above",
                f"上级机构代码{code}不存在，须列在前",
            )
        if body.pk and parent.path.startswith(body.path):
            raise _refused(f"{body.code} cannot lie below itself", f"机构{body.code}不能隶属于自身")
        return parent

    def _person(self, row: Mapping[str, str]) -> Person:
        username = row.get("username", "")
        if not username:
            raise _refused("a person needs a user name", "缺少用户名")
        person = self.people.get(username)
        if person is None:
            person = Person(username=username)
            person.set_unusable_password()
        if not person.is_active:
            raise _refused(f"{username} was let go; let them come back first", f"{username}已停用")
        if not (person.name or row.get("name")):
            raise _refused("a person needs a name", "缺少姓名")
        given = {name: row.get(name) for name in ("name", "phone", "email")}
        self.people[username] = self._saved(person, given)
        return self.people[username]

    def _post(self, row: Mapping[str, str], person: Person, body: Body) -> None:
        role = _role(row.get("role", ""))
        key = (person.pk, body.pk, role)
        post = self.posts.get(key) or Post(person=person, body=body, role=role)
        given: dict[str, Any] = {"title": row.get("title")}
        given |= {name: _day(row[name]) for name in ("begin", "end") if row.get(name)}
        begin, end = given.get("begin", post.begin), given.get("end", post.end)
        if begin and end and end < begin:
            raise _refused("the last day lies before the first", "截止日期早于起始日期")
        self.posts[key] = self._saved(post, given)

    def _saved(self, row: Row, given: Mapping[str, Any]) -> Row:
        """The row with what the file says of it, kept, and noted as added or changed."""
        differs = [name for name, value in given.items() if value and getattr(row, name) != value]
        for name in differs:
            setattr(row, name, given[name])
        if row.pk is not None and not differs:
            return row
        try:
            row.full_clean(exclude=["password", "path", "person", "body", "parent"])
        except ValidationError as error:
            told = "; ".join(f"{name}: {' '.join(e)}" for name, e in error.message_dict.items())
            raise _refused(told, told) from error
        (self.adds if row.pk is None else self.changes).append(type(row).__name__.lower())
        return keep(self.by, row)


def _refused(en: str, zh: str) -> RefusedError:
    return RefusedError(Bilingual(en, zh))


def _role(text: str) -> str:
    """A role by its id, or its name in either language."""
    known = {role: role for role in ROLES}
    for role in ROLES:
        title = lifecycle().roles[role]
        known |= {title.en: role, title.zh: role}
    if (found := known.get(text.lower()) or known.get(text)) is None:
        zh = "、".join(lifecycle().roles[role].zh for role in ROLES)
        raise _refused(f"got the role '{text}', wanted one of {', '.join(ROLES)}",
                        f"角色“{text}”无效，应为{zh}之一")  # fmt: skip
    return found


def _day(text: str) -> date:
    from urbanwork.office.ledger_files.dates import day_of

    try:
        return day_of(text, timezone.localdate())
    except ValueError as error:
        raise _refused(f"'{text}' is no day", f"“{text}”不是日期") from error
