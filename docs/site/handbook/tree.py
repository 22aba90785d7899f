"""All pages of one language, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handbook.arrangements import arrangement_pages
from handbook.facts import CATALOGUES, Facts
from handbook.guides import PROJECT, guide_files, guide_pages
from handbook.home import home_page
from handbook.indicators import indicator_pages
from handbook.lists import list_pages
from handbook.markdown import Page, blocks, bullets, plain
from handbook.site import Site, variable_page
from handbook.standards import standard_pages
from handbook.systems import system_pages
from handbook.vocabulary import vocabulary_pages
from handbook.words import VARIABLE_KINDS
from urbanwork.reporting.numbers import Lang

Nav = list[Any]


def pages_of(facts: Facts, lang: Lang) -> dict[str, Page]:
    """Every page of one language by its path.

    Raises ManyFaultsError for links in the guides that lead nowhere.
    """
    site = Site(facts, lang)
    made = (
        home_page(site), *indicator_pages(site), *list_pages(site), *arrangement_pages(site),
        *standard_pages(site), *system_pages(site), *vocabulary_pages(site), *guide_pages(site),
    )  # fmt: skip
    pages = {page.path: page for page in made}
    overview = _guides(site, pages)
    return pages | {page.path: page for page in overview}


def _guides(site: Site, pages: Mapping[str, Page]) -> list[Page]:
    """Lists of the guides and of the decisions."""
    found = []
    for folder, title in (("guides", "guides"), ("guides/decisions", "decisions")):
        inside = [path for path in guide_files().values() if path.rpartition("/")[0] == folder]
        items = bullets(f"[{plain(pages[path].title)}](/{path})" for path in inside)
        text = blocks(f"# {site.word(title)}", items)
        found.append(Page(f"{folder}/index.md", site.word(title), text))
    return found


def navigation(facts: Facts, lang: Lang, pages: Mapping[str, Page]) -> Nav:
    """The tree that the site shows beside each page."""
    site = Site(facts, lang)

    def named(paths: Iterable[str]) -> Nav:
        return [{pages[path].title: path} for path in paths]

    def under(folder: str) -> list[str]:
        return sorted(path for path in pages if path.rpartition("/")[0] == folder
                      and not path.endswith("index.md"))  # fmt: skip

    words = [variable_page(kind).lstrip("/") for kind in VARIABLE_KINDS]
    others = ["words/places.md", "words/inputs.md", "words/closed.md"]
    ways = [f"find/{name}.md" for name in
            ("examination", "sdg", "iso37120", "rows", "kinds", "codes")]  # fmt: skip
    files = list(guide_files().values())
    return [
        {site.word("home"): "index.md"},
        {site.word("indicators"): [
            "indicators/index.md", {site.word("ways"): named(ways)}, *_dimensions(facts, site),
        ]},
        {site.word("arrangement"): ["arrangement/index.md", *_arrangements(facts, site)]},
        {site.word("standards"): ["standards/index.md", *named(under("standards"))]},
        {site.word("systems"): ["systems/index.md", *named(under("systems"))]},
        {site.word("vocabulary"): named(["words/glossary.md", *words, *others])},
        {site.word("guides"): [
            "guides/index.md", *named(p for p in files if p.rpartition("/")[0] == "guides"),
            {site.word("office"): [
                "guides/office/index.md", *named(under("guides/office")),
            ]},
            {site.word("decisions"): [
                "guides/decisions/index.md", *named(under("guides/decisions")),
            ]},
            {site.word("project"): named(f"project/{name.lower()}.md" for name in PROJECT)},
        ]},
    ]  # fmt: skip


def _dimensions(facts: Facts, site: Site) -> Nav:
    """A section for each dimension that holds its indicators."""
    return [
        {site.raw(title): [
            f"indicators/{key}/index.md",
            *({site.raw(each.title): f"indicators/{each.id}.md"}
              for each in facts.catalogues[name].indicators.values() if each.dimension == key),
        ]}
        for name in CATALOGUES
        for key, title in facts.catalogues[name].dimensions.items()
    ]  # fmt: skip


def _arrangements(facts: Facts, site: Site) -> Nav:
    """Each document with its points, each point with its asks."""
    found: Nav = []
    for name, arrangement in facts.arrangements.items():
        points = [
            {site.raw(point.title): [
                f"arrangement/{name}/{point.id}/index.md",
                *({site.raw(ask.text): f"arrangement/{name}/asks/{ask.id}.md"}
                  for ask in point.asks),
            ]}
            for point in arrangement.points()
        ]  # fmt: skip
        inside = [f"arrangement/{name}/index.md", *points,
                  {site.word("bodies"): f"arrangement/{name}/bodies.md"}]  # fmt: skip
        found.append({f"{site.raw(arrangement.title)} ({arrangement.date[:4]})": inside})
    return found
