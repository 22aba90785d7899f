"""Every form of every page, filled with what nobody types by accident.

Nothing is a fault of ours, nothing comes back as markup, whatever stands in the fields.
"""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from lxml import html

from office.url_table import PERSON, TABLE
from urbanwork.office.access import ROLES

SCRIPT = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
MARKUP = b"<script>alert(1)"
TEXTS = (SCRIPT, "a\0b\ud800", "x" * 70_000, "=cmd|' /C calc'!A0", "9999-12-31T23:59")
DAYS = ("0001-01-01", "9999-12-31", "0000-00-00")
MOMENTS = ("0001-01-01T00:00", "9999-12-31T23:59")
NUMBERS = ("-1", "1e400", "NaN", "\u0663", "9" * 400)
USUAL = {
    "date": "2027-03-01",
    "datetime-local": "2027-03-01T09:00",
    "number": "1",
    "month": "2026-05",
}
ATTACKS = {
    "date": DAYS, "datetime-local": MOMENTS, "number": NUMBERS, "month": ("9999-12", "0001-01"),
}  # fmt: skip
"""By the type of a field; `USUAL` is what stands in it while another one is attacked."""
CHOSEN = ("9" * 30,)
MOST_ATTACKED = 8


def forms_of(page, path):
    """Forms that a page sends, each with its address and its fields as they stand."""
    for form in html.fromstring(page).forms:
        if form.method == "POST":
            yield form.get("action") or path, form


def fields_of(form):
    """Names of fields that are sent, each with its type and what usually stands in it."""
    for field in form.xpath(".//input[@name]|.//textarea[@name]|.//select[@name]|.//button[@name]"):
        kind = field.get("type", field.tag)
        kind = "text" if kind in ("input", "textarea", "search", "tel", "email", "url") else kind
        if kind in ("file", "image", "reset") or field.get("name") == "csrfmiddlewaretoken":
            continue
        if kind in ("checkbox", "radio") and field.get("checked") is None:
            continue
        value = field.get("value") if field.tag in ("button", "input") else field.value
        yield field.get("name"), kind, value or USUAL.get(kind, "x" * (kind == "text"))


def submissions(form):
    """The form with hostile texts in all fields of texts, then with one other field attacked."""
    fields = list(fields_of(form))
    usual = {name: value or "" for name, _, value in fields}
    texts = [name for name, kind, _ in fields if kind == "text"]
    for text in TEXTS if texts else ():
        yield usual | dict.fromkeys(texts, text)
    others = {re.sub(r"\d+", "", name): (name, kind) for name, kind, _ in fields if kind != "text"}
    for name, kind in list(others.values())[:MOST_ATTACKED]:
        for attack in ATTACKS.get(kind, CHOSEN):
            yield usual | {name: attack}


def questions(page, path):
    """Addresses of a page with hostile values for what its own links and forms ask for."""
    tree = html.fromstring(page)
    links = (urlsplit(each) for each in tree.xpath("//a/@href"))
    asked = {name for each in links if each.path in ("", path) for name in parse_qs(each.query)}
    asked |= {name for form in tree.forms if form.method == "GET" for name in form.fields}
    for name in sorted(asked):
        for value in (*DAYS, *CHOSEN, SCRIPT, "\u0663", "-1"):
            yield f"{path}?{urlencode({name: value})}"


def asker_of(row):
    first = ("dispatcher", "supervisor", "administrator", *ROLES)
    roles = [role for role in first if role in row.roles]
    return roles[0] if roles else "handler" if PERSON in row.roles else None


PAGES = [
    name for name, row in TABLE.items()
    if row.roles and "GET" in row.methods and not name.startswith("api:")
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_no_form_breaks_or_gives_markup_back(name, office):
    row = TABLE[name]
    client = Client(raise_request_exception=False)
    if (role := asker_of(row)) is not None:
        backend = "urbanwork.office.people.backend.PersonBackend"
        client.force_login(office.rights[role].person, backend)
    path = reverse(name, kwargs=row.given(office))
    page = client.get(path)
    if page.status_code != 200 or "text/html" not in page["Content-Type"]:
        return  # no page has no form
    faults = []
    for asked in questions(page.content, path):
        answer = client.get(asked)
        faults += [asked] * (answer.status_code >= 500 or MARKUP in answer.content)
    for action, form in forms_of(page.content, path):
        for given in submissions(form):
            faults += [f"{action} {given}"[:600]] * is_bad(client, action, given)
    assert not faults, "\n".join(faults)


def is_bad(client, action, given):
    """Whether the answer is a fault of ours, or holds what was sent as markup."""
    cache.clear()
    cookies = client.cookies.output(header="", sep=";")
    sent = {name: value.encode("utf-8", "surrogatepass") for name, value in given.items()}
    with transaction.atomic():
        answer = client.post(action, sent, follow=False)
        bad = answer.status_code >= 500
        if not bad and answer.status_code == 302:
            answer = client.get(answer["Location"])
        bad = bad or answer.status_code >= 500
        content = b"" if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies.load(cookies)
    return bad or MARKUP in content
