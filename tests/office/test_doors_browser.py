"""The doors in a real browser: a security key, a provider on another host, the strict policy.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import oidc_server
from served_office import ServedOffice

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2", "transport": "usb", "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[oidc_server.Provider]:
    with oidc_server.provider() as told:
        told.claims = {"sub": "1", "preferred_username": "wang"}
        yield told


@pytest.fixture(scope="module")
def office(tmp_path_factory, provider) -> Iterator[ServedOffice]:
    """An office with a provider in its office.yaml, and a handler called wang."""
    served = ServedOffice(tmp_path_factory.mktemp("doors"))
    served.environment |= {"URBANWORK_WORKERS": "1", "URBANWORK_LANG": "en"}
    folder = Path(served.city) / "office"
    folder.mkdir(mode=0o700)
    (folder / "oidc.secret").write_text(oidc_server.SECRET)
    (folder / "office.yaml").write_text(
        "sign_in:\n  oidc:\n    - {id: city, name: City sign-in, client_id: office, "
        f"server: '{provider.url}', secret_file: oidc.secret}}\n"
    )
    served.start()
    served.urbanwork("office", "person", str(served.city), "wang", "--role", "handler")
    yield served
    served.stop()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page on which nothing breaks the policy and no script fails."""
    context = browser.new_context()
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def link(office: ServedOffice, username: str) -> str:
    url = f"http://localhost:{office.port}"
    made = office.urbanwork("office", "link", str(office.city), username, "--url", url)
    return re.search(r"http\S+", made.stdout)[0]


def test_a_security_key_is_added_and_asked_for_at_the_next_sign_in(office, page):
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(link(office, "administrator"))
    page.click("main button")
    page.goto(f"http://localhost:{office.port}/account/factor/keys/add/")
    page.click("#add_key")
    page.wait_for_url("**/account/factor/confirm/**")  # before the recovery codes are shown
    page.click("text=Use a security key")
    page.click("#confirm")
    page.wait_for_url("**/account/factor/codes/")
    page.goto(f"http://localhost:{office.port}/account/logout/")
    page.click("main button")
    page.goto(link(office, "administrator"))
    page.click("main button")
    page.wait_for_url("**/account/factor/ask/")
    page.click("#use_key")
    page.wait_for_url(f"http://localhost:{office.port}/")


def test_a_provider_on_another_host_signs_in_under_the_strict_policy(office, page):
    page.goto(f"http://localhost:{office.port}/account/login/?next=/account/")
    page.click("text=City sign-in")
    page.click("main button")
    page.wait_for_url("**/account/")
    assert "wang" in page.inner_text("main")
