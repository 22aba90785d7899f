"""The guides and decisions of the repository as pages; every link in them leads somewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from handbook.markdown import Page, hidden_from_search
from handbook.site import Site
from urbanwork.errors import ManyFaultsError

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ("README", "ARCHITECTURE", "CONTRIBUTING", "GLOSSARY", "CHANGELOG")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_FENCE = re.compile(r"(^```.*?^```[^\S\n]*$)", re.MULTILINE | re.DOTALL)

PICTURES = "pictures"


def guide_pages(site: Site) -> Iterator[Page]:
    """Guides, decisions and the files of the project.

    Raises ManyFaultsError for links that lead nowhere, each with its file.
    """
    faults: list[str] = []
    pages = [_page(site, file, path, faults) for file, path in guide_files().items()]
    if faults:
        raise ManyFaultsError(faults)
    yield from pages


@cache
def guide_files() -> dict[Path, str]:
    """Each file of the repository that is a page, with the path of its page."""
    found = {file: f"guides/{file.name}" for file in sorted((ROOT / "docs").glob("*.md"))}
    for file in sorted((ROOT / "docs/decisions").glob("*.md")):
        found[file] = f"guides/decisions/{file.name}"
    for file in sorted((ROOT / "docs/office").glob("*.md")):
        found[file] = f"guides/office/{file.name}"
    for name in PROJECT:
        found[ROOT / f"{name}.md"] = f"project/{name.lower()}.md"
    return found


def _page(site: Site, file: Path, path: str, faults: list[str]) -> Page:
    text = file.read_text(encoding="utf-8")
    title = _TITLE.search(text)
    parts = _FENCE.split(text)
    parts[::2] = [linked(part, file, faults) for part in parts[::2]]
    note = site.word("english_only")
    lead = f'!!! note "{note}"\n\n' if note else ""
    page = lead + "".join(parts)
    if site.lang != "en":
        page = hidden_from_search(page)  # in English: found from the English pages
    return Page(path, title[1].strip() if title else file.stem, page)


def linked(text: str, file: Path, faults: list[str]) -> str:
    """Links between files of the repository as links between pages of the site."""

    def turned(hit: re.Match[str]) -> str:
        mark, words, target = hit.groups()
        if re.match(r"https?://|#|mailto:", target):
            return hit[0]
        name, _, anchor = target.partition("#")
        found = Path(os.path.normpath(file.parent / name))
        page = guide_files().get(found)
        if page:
            return f"{mark}[{words}](/{page}{'#' + anchor if anchor else ''})"
        if mark and found.parent.name == PICTURES and found.is_file():
            return f"![{words}](/{PICTURES}/{found.name})"
        if found == ROOT / "docs/decisions":
            return f"[{words}](/guides/decisions/index.md)"
        if not found.exists():
            faults.append(f"{file.relative_to(ROOT)}: the link to '{target}' leads nowhere")
        return f"{words} (`{os.path.relpath(found, ROOT)}`)"

    return _LINK.sub(turned, text)
