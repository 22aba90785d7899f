"""Evidence from a phone whose connection breaks: kept, shown as waiting, sent exactly once.

Needs Debian's chromium (packages.txt).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sent_files import exif_of, photo
from served_office import ServedOffice, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PHOTO = {
    "name": "现场.jpg",
    "mimeType": "image/jpeg",
    "buffer": photo(
        3_000, 2_000, exif=exif_of(position=(121.6, 38.9), taken="2026:11:20 09:30:00", turn=6)
    ),
}


class Served(ServedOffice):
    """An office whose database one may look into."""

    def number(self, task: int) -> str:
        return str(self.made["tasks"][task]["number"])

    def asked(self, question: str) -> Any:
        with sqlite3.connect(self.city / "office" / "office.sqlite3") as opened:
            return opened.execute(question).fetchone()[0]

    def reports(self, task: int) -> int:
        pk = self.made["tasks"][task]["id"]
        where = f"task_id = {pk} AND action = 'report'"
        return int(self.asked(f"SELECT COUNT(*) FROM ledger_taskevent WHERE {where}"))

    def files(self, task: int) -> int:
        pk = self.made["tasks"][task]["id"]
        return int(self.asked(f"SELECT COUNT(*) FROM evidence_evidence WHERE task_id = {pk}"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(Served(tmp_path_factory.mktemp("served")), tasks=6) as found:
        yield found


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, permissions=[], accept_downloads=False)
    context.add_cookies(served.cookies("handler", "en"))
    yield context
    context.close()


def report_page(phone: BrowserContext, served: Served, task: int) -> Page:
    """The form for reports, with the worker in charge of it and the page kept."""
    page = phone.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.faults = faults  # type: ignore[attr-defined]
    page.goto(f"{served.url}/ledger/{served.number(task)}/report/")
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, "caches.match(location.href, {ignoreVary: true}).then((kept) => Boolean(kept))")
    return page


def until(page: Page, claim: str) -> None:
    """Wait until something holds; the policy of the page forbids the library's own way."""
    for _ in range(200):
        if page.evaluate(claim):
            return
        page.wait_for_timeout(50)
    raise AssertionError(claim)


def written(page: Page, text: str = "选址完成") -> None:
    page.fill("#text", text)
    page.fill("#percent", "40")
    page.set_input_files("#files", PHOTO)
    page.wait_for_selector("#chosen li img")


def arrived(page: Page, served: Served, task: int) -> None:
    page.wait_for_url(f"**/ledger/{served.number(task)}/")
    assert served.reports(task) == 1
    assert served.files(task) == 1


def test_a_photo_is_made_smaller_on_the_phone_and_keeps_where_it_was_taken(phone, served):
    page = report_page(phone, served, 0)
    written(page)
    assert "kept on this device" in page.inner_text("#chosen")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.click("button.first")
    arrived(page, served, 0)
    assert not page.faults
    facts = served.asked("SELECT width || 'x' || height || ' ' || latitude FROM evidence_evidence")
    assert facts == "853x1280 38.9"
    page.wait_for_selector(".pieces img")
    assert page.locator("#unsent").is_hidden()


def test_without_a_connection_it_is_kept_and_sent_exactly_once_when_it_is_back(phone, served):
    page = report_page(phone, served, 1)
    written(page)
    phone.set_offline(True)
    page.click("button.first")
    page.wait_for_selector("#unsent:not([hidden])")
    assert "No connection" in page.inner_text("#state")
    assert served.reports(1) == 0
    page.reload()  # the page itself comes from the device
    page.wait_for_selector("#unsent:not([hidden])")
    assert "1 not sent yet" in page.inner_text("#unsent")
    page.goto(f"{served.url}/unsent/")
    page.wait_for_selector("#drafts li")
    assert "现场.jpg" in page.inner_text("#drafts")
    assert "waiting" in page.inner_text("#drafts")
    phone.set_offline(False)
    page.wait_for_selector("#no-drafts:not([hidden])", timeout=20_000)
    assert (served.reports(1), served.files(1)) == (1, 1)
    assert not page.faults


def test_a_connection_that_breaks_within_the_file_goes_on_where_it_stopped(phone, served):
    page = report_page(phone, served, 2)
    big = {**PHOTO, "buffer": _noise()}
    page.check("#full-size")
    page.fill("#text", "大文件")
    page.set_input_files("#files", big)
    page.wait_for_selector("#chosen li img")
    pieces: list[int] = []

    def meet(route: Any) -> None:
        start = int(route.request.headers["upload-offset"])
        pieces.append(start)
        if len(pieces) == 2:
            route.abort("connectionreset")
        elif len(pieces) == 3:
            route.fetch()  # arrives, but the answer is lost
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/uploads/.+"), lambda route: (
        meet(route) if route.request.method == "PATCH" else route.continue_()
    ))  # fmt: skip
    page.click("button.first")
    page.wait_for_selector("#unsent:not([hidden])")
    for _ in range(2):
        until(page, "!document.querySelector('#unsent').hidden")
        page.evaluate("window.dispatchEvent(new Event('online'))")
        page.wait_for_timeout(400)
    page.wait_for_url(f"**/ledger/{served.number(2)}/", timeout=20_000)
    assert (served.reports(2), served.files(2)) == (1, 1)
    assert pieces[0] == 0
    assert pieces[1] == pieces[2] > 0, "what had come was not sent again"
    assert pieces[3] > pieces[2], "what had come though its answer was lost was not sent again"


def _noise() -> bytes:
    import io

    import numpy as np
    from PIL import Image

    out = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 255, (900, 900, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(out, "JPEG", quality=98)
    assert len(out.getvalue()) > 2 * 512 * 1024
    return out.getvalue()


def test_what_was_begun_is_there_again_after_the_page_was_closed(phone, served):
    page = report_page(phone, served, 3)
    written(page, "写到一半")
    page.wait_for_timeout(400)
    page.close()
    page = report_page(phone, served, 3)
    page.wait_for_selector("#chosen li img")
    assert page.input_value("#text") == "写到一半"
    assert served.reports(3) == 0
    page.click("button.first")
    arrived(page, served, 3)


def test_a_wrong_file_is_told_and_can_be_removed(phone, served):
    page = report_page(phone, served, 4)
    page.fill("#text", "x")
    page.set_input_files(
        "#files",
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 /JavaScript %%EOF"},
    )
    page.wait_for_selector("#chosen li")
    page.click("button.first")
    page.wait_for_selector("#chosen li :text('scripts')")
    assert served.reports(4) == 0
    page.click("#chosen button")
    page.click("button.first")
    page.wait_for_url(f"**/ledger/{served.number(4)}/")
    assert (served.reports(4), served.files(4)) == (1, 0)


def test_pages_of_one_person_do_not_open_for_the_next(phone, served):
    from playwright.sync_api import Error

    page = report_page(phone, served, 5)
    phone.clear_cookies()
    page.goto(f"{served.url}/unsent/")
    until(page, "caches.keys().then((all) => !all.some((one) => /^pages-\\d/.test(one)))")
    phone.set_offline(True)
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto(f"{served.url}/ledger/{served.number(5)}/report/")
