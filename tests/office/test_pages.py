"""Every page of a full office, and what its forms answer when they are filled wrongly, in both
languages, wide and narrow: rules of accessibility and of HTML are kept.

Needs Debian's chromium and Java (packages.txt), and what `make pages` installs beside them.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from lxml import html

from served_office import ServedOffice, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "build" / "pages" / "node_modules"
AXE = PACKAGES / "axe-core" / "axe.min.js"
NU = PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LANGUAGES = ("en", "zh-hans")
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")\w+')
"""Differs each time, and says nothing about a page."""
SAME_TOKEN = "a" * 32
TYPED = ("text", "search", "email", "tel", "url", "number", "date", "datetime-local", "month",
         "password", "file", "textarea")  # fmt: skip
RUN_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  found => found.violations.flatMap(each => each.nodes.map(
    node => `${each.id} at ${node.target.join(" ")}: ${node.failureSummary}`)))"""
NO_PAGES = frozenset({
    "health", "openapi", "ledger_export", "list_file", "worker", "map_tasks", "map_zones",
    "people_file", "to_do_count", "account_login", "evidence_upload", "ledger_rejected",
    "paper_template",
    "what_if", "account_change_password", "mfa_authenticate",
})  # fmt: skip
"""Data and files, and pages that lead away who has no password or factor to ask for."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOffice]:
    office = ServedOffice(tmp_path_factory.mktemp("pages"), is_demo=True)
    for command in (["init", str(office.city), "--sample"], ["examine", str(office.city)]):
        done = office.urbanwork(*command)
        assert done.returncode == 0, done.stderr
    filling = [sys.executable, str(Path(__file__).parent / "filled_demo.py"), str(office.city)]
    made = subprocess.run(
        filling, env=office.environment, check=True, capture_output=True, text=True
    )
    office.made = json.loads(made.stdout.splitlines()[-1])
    office.start()
    yield office
    office.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    missing = [str(each) for each in (AXE, NU) if not each.exists()]
    if missing:
        pytest.fail(f"run `make pages`, which installs {', '.join(missing)}")
    with chromium() as found:
        yield found


@dataclass(frozen=True)
class Shown:
    """What the server sends for an address; `is_page` where it is a page, and no other one."""

    status: int
    body: bytes
    is_page: bool


class Visitor:
    """Opens each page once in a language, keeps its HTML, and asks axe what is wrong with it."""

    def __init__(self, browser: Browser, served: ServedOffice, language: str, kept: Path) -> None:
        self.browser, self.served, self.language, self.kept = browser, served, language, kept
        self.base = f"http://127.0.0.1:{served.port}"
        self.pages: dict[str | None, Page] = {}
        self.seen: set[bytes] = set()
        self.tried: set[str] = set()
        self.shown: dict[str, bool] = {}
        self.faults: list[str] = []

    def page_of(self, role: str | None) -> Page:
        if role not in self.pages:
            self.pages[role] = self._context(role).new_page()
        return self.pages[role]

    def _context(self, role: str | None) -> BrowserContext:
        context = self.browser.new_context(viewport=SIZES[0], service_workers="block")
        context.add_init_script(path=AXE)
        cookies = [{"name": "language", "value": self.language, "url": self.base}]
        if role is not None:
            session = self.served.made["sessions"][role]
            cookies.append({"name": "sessionid", "value": session, "url": self.base})
        context.add_cookies(cookies)
        return context

    def ask(self, path: str, role: str | None, sent: dict[str, str] | None = None) -> Shown:
        """What the server answers, to a form where something is sent."""
        cookie = f"language={self.language}; csrftoken={SAME_TOKEN}"
        if role is not None:
            cookie += f"; sessionid={self.served.made['sessions'][role]}"
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = None if sent is None else urlencode({**sent, "csrfmiddlewaretoken": SAME_TOKEN})
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        try:
            connection.request("GET" if sent is None else "POST", path, body, headers)
            answer = connection.getresponse()
            is_html = "text/html" in (answer.getheader("content-type") or "")
            is_page = is_html and answer.status not in (301, 302)
            return Shown(answer.status, answer.read(), is_page)
        finally:
            connection.close()

    def visit(self, name: str, path: str, role: str | None) -> None:
        """Open a page; what is no page, or leads to another one, counts as not shown."""
        self.shown.setdefault(name, False)
        found = self.ask(path, role)
        if found.is_page:
            self.shown[name] = True
            self._look(f"{name} as {role}", path, role, found.body, is_answer=False)

    def fill_wrongly(self, name: str, path: str, role: str | None) -> None:
        """Send the forms of a page empty or with nonsense, and look at what is answered."""
        if name in self.tried:
            return
        self.tried.add(name)
        found = self.ask(path, role)
        for action, wrong in wrong_forms(found.body, path) if found.is_page else ():
            answered = self.ask(action, role, wrong)
            if answered.is_page:
                title = f"{name} filled wrongly ({answered.status}) as {role}"
                self._look(title, action, role, answered.body, is_answer=True)

    def _look(
        self, title: str, path: str, role: str | None, body: bytes, *, is_answer: bool
    ) -> None:
        plain = hashlib.sha256(TOKEN.sub(rb"\1", body)).digest()
        if plain in self.seen:
            return
        self.seen.add(plain)
        word = "".join(each if each.isalnum() else "-" for each in title)
        (self.kept / f"{self.language} {word} {plain.hex()[:12]}.html").write_bytes(body)
        page = self.page_of(role)
        page.set_viewport_size(SIZES[0])
        if is_answer:  # shown at its address, as the browser would after sending the form
            page.route(self.base + path, lambda route: route.fulfill(
                body=body, content_type="text/html; charset=utf-8"))  # fmt: skip
        page.goto(self.base + path)
        for size in SIZES:
            page.set_viewport_size(size)
            said = page.evaluate(RUN_AXE, RULES)
            where = f"{self.language} {title} {path} at {size['width']}"
            self.faults += [f"{where}: {each}" for each in said]
        if is_answer:
            page.unroute(self.base + path)
        (self.kept / f"{self.language}.txt").write_text("\n\n".join(self.faults), "utf-8")


NONSENSE = {
    "number": "-1e9", "date": "2001-01-01", "datetime-local": "2001-01-01T00:00",
    "month": "2001-01", "email": "nobody",
}  # fmt: skip
"""What a browser lets through and the office does not; in other fields a line."""


def wrong_forms(page: bytes, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Forms of a page in which something is typed: first empty, then with nonsense."""
    for form in html.fromstring(page).forms:
        fields = form.xpath(".//input[@name]|.//textarea[@name]")
        kinds = {each.get("name"): each.get("type", each.tag) for each in fields}
        typed = {name: kind for name, kind in kinds.items() if kind in TYPED}
        if form.method != "POST" or not typed:
            continue
        given = {name: value or "" for name, value in form.form_values()}
        button = form.xpath(".//button[@name]")
        given |= {each.get("name"): each.get("value", "") for each in button[:1]}
        wrong = {name: NONSENSE.get(kind, "\u2015") for name, kind in typed.items()}
        for filled in (dict.fromkeys(typed, ""), wrong):
            yield form.get("action") or path, given | filled


@pytest.fixture(scope="module")
def visited(
    browser: Browser, served: ServedOffice, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Visitor]]:
    kept = Path(os.environ.get("URBANWORK_PAGES") or tmp_path_factory.mktemp("kept"))
    visitors = [Visitor(browser, served, language, kept) for language in LANGUAGES]
    pages = served.made["pages"]
    for visitor in visitors:
        for name, path, role in pages:
            visitor.visit(name, path, role)
    for visitor in visitors:
        for name, path, role in pages:
            visitor.fill_wrongly(name, path, role)
    return kept, visitors


def test_no_page_breaks_a_rule_of_accessibility(visited):
    faults = [fault for visitor in visited[1] for fault in visitor.faults]
    assert not faults, "\n\n".join(faults)


def test_no_page_has_an_error_of_html(visited):
    command = ["java", "-jar", str(NU), "--format", "json", "--skip-non-html"]
    done = subprocess.run(
        [*command, str(visited[0])], capture_output=True, text=True, check=False, timeout=300
    )
    found: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    faults = {
        f"{Path(each.get('url', '')).name}:{each.get('lastLine')}: {each['message']} "
        f"{each.get('extract', '').strip()}"
        for each in found
        if each["type"] != "info" or each.get("subType") == "warning"
    }
    assert not faults, "\n\n".join(sorted(faults))


def test_every_address_that_shows_a_page_was_looked_at(visited):
    for visitor in visited[1]:
        unseen = {name for name, was_shown in visitor.shown.items() if not was_shown} - NO_PAGES
        assert not unseen
