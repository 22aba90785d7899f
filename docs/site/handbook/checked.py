"""Whether the built site holds together: every link, anchor and file, and nothing from elsewhere.

What browsers load by themselves (scripts, styles, pictures, fonts) must be of the site; a link that
a reader follows may lead out. No page is asked for over the network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {
    "script": ("src",), "img": ("src", "srcset"), "iframe": ("src",), "source": ("src", "srcset"),
    "video": ("src", "poster"), "audio": ("src",), "object": ("data",), "embed": ("src",),
}  # fmt: skip
"""Attributes of elements that a browser loads without being asked."""
_LOADED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch",
                 "modulepreload", "manifest", "apple-touch-icon"}  # fmt: skip
_IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


@dataclass(slots=True)
class _Read:
    """What one page has and points to."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[str, int]] = field(default_factory=list)  # address, line
    loaded: list[tuple[str, int]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read = _Read()
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        self._in_style = tag == "style"
        self.read.anchors.update(given[key] for key in ("id", "name") if given.get(key))
        if tag == "a" and "href" in given:
            self.read.links.append((given["href"], line))
        if tag == "link" and _LOADED_LINKS & set(given.get("rel", "").split()):
            self.read.loaded.append((given.get("href", ""), line))
        for name in LOADED.get(tag, ()):
            parts = given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
            self.read.loaded += [(part.split()[0], line) for part in parts if part.strip()]
        self.read.loaded += [(each, line) for each in _in_style(given.get("style", ""))]

    def handle_data(self, data: str) -> None:
        if self._in_style:
            line = self.getpos()[0]
            self.read.loaded += [(each, line) for each in _in_style(data)]
        self._in_style = False


def _in_style(text: str) -> list[str]:
    return [first or second for first, second in _IN_STYLE.findall(text)]


def site_faults(root: Path) -> list[str]:
    """A sentence for each link, anchor or file that is not there, with file and line."""
    pages = {path: _read(path) for path in sorted(root.rglob("*.html"))}
    faults: list[str] = []
    for path, page in pages.items():
        where = path.relative_to(root)
        for address, line in page.links:
            faults += [f"{where}:{line}: {said}" for said in _link_faults(address, path, pages)]
        for address, line in page.loaded:
            faults += [f"{where}:{line}: {said}" for said in _loaded_faults(address, path)]
    for path in sorted(root.rglob("*.css")):
        where = path.relative_to(root)
        for address in _in_style(path.read_text(encoding="utf-8")):
            faults += [f"{where}: {said}" for said in _loaded_faults(address, path)]
    return faults


def _read(path: Path) -> _Read:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return reader.read


def _link_faults(address: str, page: Path, pages: dict[Path, _Read]) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return
    target = _target(parts.path, page)
    if not target.is_file():
        yield f"the link to '{address}' leads to no file"
    elif parts.fragment and unquote(parts.fragment) not in _anchors(target, pages):
        yield f"the link to '{address}' leads to no anchor"


def _anchors(target: Path, pages: dict[Path, _Read]) -> set[str]:
    return pages[target].anchors | {"__skip"} if target in pages else set()


def _target(address: str, page: Path) -> Path:
    if not address:
        return page
    target = (page.parent / unquote(address)).resolve()
    return target / "index.html" if target.is_dir() else target


def _loaded_faults(address: str, page: Path) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme == "data" or not address or address.startswith("#"):
        return
    if parts.scheme or parts.netloc:
        yield f"'{address}' is loaded from elsewhere; the site must work without the internet"
    elif not _target(parts.path, page).is_file():
        yield f"'{address}' is loaded and is not there"
