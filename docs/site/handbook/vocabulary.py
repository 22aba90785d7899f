"""The words: glossary, variables of statistics, categories of places, inputs and closed lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handbook.indicators import facts_table
from handbook.markdown import Page, anchor_of, blocks, bullets, code, heading, plain, table
from handbook.site import Site, variable_page
from handbook.words import VARIABLE_KINDS
from urbanwork.catalogue.models import Bilingual
from urbanwork.catalogue.tags import KINDS
from urbanwork.catalogue.vocabulary import (
    CONFIDENCES,
    MISSING_POLICIES,
    STRENGTHS,
    SUPPORTS,
    UNITS,
)
from urbanwork.reporting.glossary import Term, groups
from urbanwork.reporting.input_words import LAYERS, TABLES, input_title
from urbanwork.reporting.numbers import unit_label
from urbanwork.sources.statistics.variables import Variable


def vocabulary_pages(site: Site) -> Iterator[Page]:
    """All pages of words."""
    yield _glossary(site)
    for kind in VARIABLE_KINDS:
        yield _variables(site, kind)
    yield _places(site)
    yield _inputs(site)
    yield _closed(site)


def _glossary(site: Site) -> Page:
    parts = [f"# {site.word('glossary')}"]
    for key, title in groups().items():
        parts.append(heading(2, site.raw(title), f"group-{key}"))
        for term in site.facts.glossary:
            if term.group == key:
                parts += _term(site, term)
    return Page("words/glossary.md", site.word("glossary"), blocks(*parts))


def _term(site: Site, term: Term) -> Iterator[str]:
    first, second = (term.word.zh, term.word.en) if site.lang == "zh" else (
        term.word.en, term.word.zh
    )  # fmt: skip
    yield heading(3, f"{first} {second}", term.id)
    yield site.say(term.meaning)
    not_used = [*term.not_en, *term.not_zh]
    parts = [(site.word("also"), term.also_zh), (site.word("not_used"), not_used)]
    said = [f"{label}{site.colon}{plain(site.joined(words))}" for label, words in parts if words]
    if said:
        yield f"<p class='quiet'>{' · '.join(said)}</p>"


def _variables(site: Site, kind: str) -> Page:
    title = f"{site.word('variables')}{site.colon}{site.raw(VARIABLE_KINDS[kind])}"
    parts = [f"# {plain(title)}"]
    for each in site.facts.variables.values():
        if each.kind == kind:
            parts += [heading(2, site.pair(each.title), each.id), *_variable(site, each)]
    return Page(variable_page(kind).lstrip("/"), title, blocks(*parts))


def _variable(site: Site, each: Variable) -> Iterator[str]:
    yield plain(site.pair(each.meaning))
    users = site.facts.users.get(f"variable:{each.id}", ())
    systems = [site.system(found.id) for found in site.facts.systems_with(f"variable:{each.id}")]
    read_by = [*map(site.indicator, users), *systems]
    yield facts_table(site, [
        ("id", code(each.id)),
        ("unit", plain(unit_label(each.unit, site.lang)) or "1"),
        ("aggregation", _aggregation(site, each)),
        ("plausible", f"{each.low:,.10g} – {each.high:,.10g}"),
        ("headers", plain(site.joined([*each.title, *each.aliases]))),
        ("read_by", site.joined(read_by) or site.word("read_by_none")),
    ])  # fmt: skip


def _aggregation(site: Site, each: Variable) -> str:
    if each.aggregation == "mean" and each.weight:
        return f"{site.word('mean')} {site.variable(each.weight)}"
    return site.word("sum" if each.aggregation == "sum" else "none")


def _places(site: Site) -> Page:
    parts = [f"# {site.word('places')}"]
    for key, title in site.facts.categories.items():
        users = site.facts.users.get(f"place:{key}", ())
        parts.append(heading(2, site.pair(title), key))
        parts.append(f"{code(key)} · {_read_by(site, users)}")
    return Page("words/places.md", site.word("places"), blocks(*parts))


def _read_by(site: Site, users: Sequence[str]) -> str:
    found = site.joined(map(site.indicator, users))
    return f"{site.word('read_by')}{site.colon}{found}" if found else site.word("read_by_none")


def _inputs(site: Site) -> Page:
    """Everything else that an indicator may need, known to us or named by an indicator."""
    known = [f"layer:{key}" for key in LAYERS] + list(TABLES)
    named = [key for key in site.facts.users if key.partition(":")[0] not in ("variable", "place")]
    missing = [f"place:{key}" for key in _uncategorised(site)]
    inputs = [key for key in dict.fromkeys((*known, *named, *missing))
              if key not in site.facts.indicators and key not in site.facts.catalogues]  # fmt: skip
    parts = [f"# {site.word('inputs')}"]
    for key in inputs:
        parts.append(heading(2, site.raw(input_title(key)), anchor_of(key)))
        parts.append(f"{code(key)} · {_read_by(site, site.facts.users.get(key, ()))}")
    return Page("words/inputs.md", site.word("inputs"), blocks(*parts))


def _uncategorised(site: Site) -> Iterator[str]:
    """Places that no map rule makes, such as stops of a timetable."""
    for key in site.facts.users:
        sort, _, name = key.partition(":")
        if sort == "place" and name not in site.facts.categories:
            yield name


def _closed(site: Site) -> Page:
    lists: Mapping[str, Mapping[str, Bilingual]] = {
        "supports": SUPPORTS, "missing_policies": MISSING_POLICIES, "strengths": STRENGTHS,
        "confidences": CONFIDENCES, "kinds": KINDS,
    }  # fmt: skip
    parts = [f"# {site.word('closed_words')}"]
    head = (site.word("name"), site.word("meaning"))
    for key, words in lists.items():
        parts.append(heading(2, site.word(key), key))
        parts.append(table(head, ((code(name), site.say(text)) for name, text in words.items())))
    parts.append(heading(2, site.word("units"), "units"))
    parts.append(bullets(f"{code(unit)} {plain(unit_label(unit, site.lang))}" for unit in UNITS))
    return Page("words/closed.md", site.word("closed_words"), blocks(*parts))
