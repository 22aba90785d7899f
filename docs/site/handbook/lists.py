"""Ways to find an indicator: by dimension, examination, goal, theme, row, kind and code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from handbook.facts import CATALOGUES
from handbook.indicators import listed
from handbook.markdown import (
    Page,
    anchor_of,
    blocks,
    heading,
    hidden_from_search,
    link,
    plain,
    table,
)
from handbook.site import Site
from handbook.worked import source_of_examples
from urbanwork.catalogue.models import Bilingual, Indicator
from urbanwork.catalogue.rows import Row
from urbanwork.catalogue.tags import EXAMINATION, ISO37120, KINDS
from urbanwork.catalogue.vocabulary import ASKS

Has = Callable[[Indicator], bool]


def list_pages(site: Site) -> Iterator[Page]:
    """All of them."""
    yield _overview(site)
    yield from _dimensions(site)
    yield _grouped(site, "examination", "by_examination", EXAMINATION, _tagged("examination"))
    yield _grouped(site, "iso37120", "by_iso", ISO37120, _tagged("iso37120"))
    yield _grouped(site, "sdg", "by_sdg", _goals(site), _tagged("sdg"))
    yield _grouped(site, "kinds", "by_kind", KINDS, _tagged("kind"))
    codes = {key: Bilingual(f"{key} {each.en}", f"{key} {each.zh}") for key, each in ASKS.items()}
    yield _grouped(site, "codes", "by_code", codes, lambda key: lambda each: key in each.serves)
    yield _rows(site)


def _overview(site: Site) -> Page:
    sections = []
    for name in CATALOGUES:
        catalogue = site.facts.catalogues[name]
        for key, title in catalogue.dimensions.items():
            found = [each for each in catalogue.indicators.values() if each.dimension == key]
            where = plain(name) if name != CATALOGUES[0] else ""
            measured = [sum(bool(site.values(each)[at]) for each in found)
                        for at in range(len(site.cities()))]  # fmt: skip
            title_link = link(site.raw(title), f"/indicators/{key}/index.md")
            sections.append((title_link, str(len(found)), *map(str, measured), where))
    head = (site.word("dimension"), site.word("indicators"), *site.city_names(), "catalogue")
    ways = ["examination", "sdg", "iso37120", "rows", "kinds", "codes"]
    keys = ["by_examination", "by_sdg", "by_iso", "by_row", "by_kind", "by_code"]
    text = blocks(
        f"# {site.word('all_indicators')}",
        site.joined(
            f"[{site.word(key)}](/find/{way}.md)" for way, key in zip(ways, keys, strict=True)
        ),
        table(head, sections),
        source_of_examples(site),
    )
    return Page("indicators/index.md", site.word("all_indicators"), text)


def _dimensions(site: Site) -> Iterator[Page]:
    for catalogue in site.facts.catalogues.values():
        for key, title in catalogue.dimensions.items():
            found = {
                each.id: each for each in catalogue.indicators.values() if each.dimension == key
            }
            text = blocks(f"# {site.say(title)}", listed(site, found), source_of_examples(site))
            page = hidden_from_search(text)
            yield Page(f"indicators/{key}/index.md", site.raw(title), page)


def _tagged(field: str) -> Callable[[str], Has]:
    """Whether an indicator has a word in one of its fields."""
    return lambda key: lambda each: bool(getattr(each, field) == key)


def _goals(site: Site) -> dict[str, Bilingual]:
    found = sorted({each.sdg for each in site.facts.own.indicators.values() if each.sdg})
    return {key: Bilingual(f"SDG {key}", f"可持续发展目标 {key}") for key in found}


def _grouped(
    site: Site, name: str, title: str, groups: Mapping[str, Bilingual], has: Callable[[str], Has]
) -> Page:
    """A page with a section for each group, anchored by its key; an empty group says so."""
    parts = [f"# {site.word(title)}"]
    for key, words in groups.items():
        parts += [heading(2, site.raw(words), anchor_of(key)), _of(site, has(key)) or "–"]
    text = hidden_from_search(blocks(*parts))
    return Page(f"find/{name}.md", site.word(title), text)


def _of(site: Site, has: Has) -> str:
    own = site.facts.own.indicators
    return listed(site, {key: each for key, each in own.items() if has(each)})


def _rows(site: Site) -> Page:
    """Every row with the indicators that carry it out, or the data that it waits for."""
    rows = site.facts.rows
    parts = [f"# {site.word('by_row')}"]
    for key, title in rows.sections.items():
        parts.append(heading(2, site.raw(title), f"section-{key}"))
        found = [row for row in rows.rows.values() if row.section == key]
        parts += _of_section(site, found)
    return Page("find/rows.md", site.word("by_row"), blocks(*parts))


def _of_section(site: Site, rows: Iterable[Row]) -> Iterator[str]:
    own = site.facts.own.indicators
    for row in rows:
        yield heading(3, f"{row.id} {site.raw(row.title)}", row.id)
        declared = site.facts.rows.declared.get(row.id)
        if declared:
            yield (
                f"*{site.word('declared')}.* {site.word('gap_needs')}{site.colon}"
                f"{site.say(declared.needs)}"
            )
            yield site.say(declared.why)
        else:
            carried = [key for key, each in own.items() if row.id in each.rows]
            yield site.joined(map(site.indicator, carried))
