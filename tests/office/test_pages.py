"""Every page of a full office, in both languages: rules of accessibility and of HTML are kept.

Needs Debian's chromium and Java (packages.txt), and what `make pages` installs beside them.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from served_office import ServedOffice, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "build" / "pages" / "node_modules"
AXE = PACKAGES / "axe-core" / "axe.min.js"
NU = PACKAGES / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = {"en": (1440, 900), "zh-hans": (390, 844)}
"""Each language at one size: between them every page is seen wide and narrow."""
RUN_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  found => found.violations.flatMap(each => each.nodes.map(
    node => `${each.id} at ${node.target.join(" ")}: ${node.failureSummary}`)))"""
NO_PAGES = frozenset({
    "health", "openapi", "ledger_export", "worker", "map_tasks", "map_zones", "people_file",
    "to_do_count", "account_login", "evidence_upload", "ledger_rejected", "paper_template",
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


class Visitor:
    """Opens each page once in a language, keeps its HTML, and asks axe what is wrong with it."""

    def __init__(self, browser: Browser, served: ServedOffice, language: str, kept: Path) -> None:
        self.browser, self.served, self.language, self.kept = browser, served, language, kept
        self.base = f"http://127.0.0.1:{served.port}"
        self.contexts: dict[str | None, Page] = {}
        self.seen: set[str] = set()
        self.shown: dict[str, bool] = {}
        self.faults: list[str] = []

    def page_of(self, role: str | None) -> Page:
        if role not in self.contexts:
            self.contexts[role] = self._context(role).new_page()
        return self.contexts[role]

    def _context(self, role: str | None) -> BrowserContext:
        width, height = VIEWS[self.language]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, service_workers="block"
        )
        context.add_init_script(path=AXE)
        cookies = [{"name": "language", "value": self.language, "url": self.base}]
        if role is not None:
            session = self.served.made["sessions"][role]
            cookies.append({"name": "sessionid", "value": session, "url": self.base})
        context.add_cookies(cookies)
        return context

    def html_at(self, path: str, role: str | None) -> bytes | None:
        """What the server sends; none where it is no page, or leads to another one."""
        cookie = f"language={self.language}"
        if role is not None:
            cookie += f"; sessionid={self.served.made['sessions'][role]}"
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            is_page = "text/html" in (answer.getheader("content-type") or "")
            return answer.read() if is_page and answer.status not in (301, 302) else None
        finally:
            connection.close()

    def visit(self, name: str, path: str, role: str | None) -> None:
        """Open a page; what is no page, or leads to another one, counts as not shown."""
        self.shown.setdefault(name, False)
        page = self.page_of(role)
        html = self.html_at(path, role)
        if html is None:
            return
        self.shown[name] = True
        if (digest := hashlib.sha256(html).hexdigest()[:12]) in self.seen:
            return
        self.seen.add(digest)
        word = "".join(each if each.isalnum() else "-" for each in f"{name} {role}")
        (self.kept / f"{self.language} {word} {digest}.html").write_bytes(html)
        page.goto(self.base + path)
        said = page.evaluate(RUN_AXE, RULES)
        self.faults += [f"{self.language} {name} {path} as {role}: {each}" for each in said]
        (self.kept / f"{self.language}.txt").write_text("\n\n".join(self.faults), "utf-8")


@pytest.fixture(scope="module")
def visited(
    browser: Browser, served: ServedOffice, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Visitor]]:
    kept = Path(os.environ.get("URBANWORK_PAGES") or tmp_path_factory.mktemp("kept"))
    visitors = []
    for language in VIEWS:
        visitor = Visitor(browser, served, language, kept)
        for name, path, role in served.made["pages"]:
            visitor.visit(name, path, role)
        visitors.append(visitor)
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
