"""The first page: what the site is, and the ways in with how much lies behind each."""

from __future__ import annotations

from handbook.facts import Facts
from handbook.markdown import Page, blocks, link, plain, table
from handbook.site import Site, variable_page
from handbook.words import HOME
from handbook.worked import source_of_examples


def home_page(site: Site) -> Page:
    """The first page of one language."""
    text = blocks(
        "---\nhide: [navigation, path]\n---",
        f"# {site.word('site')}",
        f"<p class='lead'>{site.say(HOME['lead'])}</p>",
        table(
            (site.say(HOME["find"]), site.say(HOME["count"])),
            ((link(title, address), f"{count:,}") for title, address, count in _ways(site)),
        ),
        source_of_examples(site),
        site.say(HOME["made"]),
    )
    return Page("index.md", site.word("home"), text)


def _ways(site: Site) -> list[tuple[str, str, int]]:
    facts: Facts = site.facts
    ways = [("indicators", "/indicators/index.md", len(facts.indicators))]
    found = [(site.word(key), address, count) for key, address, count in ways]
    found += [
        (site.raw(each.title), f"/arrangement/{name}/index.md", len(list(each.asks())))
        for name, each in facts.arrangements.items()
    ]
    rest = [
        ("standards", "/standards/index.md", len(facts.own.standards)),
        ("by_row", "/find/rows.md", len(facts.rows.rows)),
        ("systems", "/systems/index.md", len(facts.systems)),
        ("variables", variable_page("stock"), len(facts.variables)),
        ("places", "/words/places.md", len(facts.categories)),
        ("glossary", "/words/glossary.md", len(facts.glossary)),
    ]
    return [*found, *((plain(site.word(key)), address, count) for key, address, count in rest)]
