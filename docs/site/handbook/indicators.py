"""One page for each indicator, from its question to what would mend a shortfall."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping

from handbook.facts import CATALOGUES
from handbook.markdown import (
    Page,
    anchor_of,
    aside_heading,
    blocks,
    bullets,
    code,
    heading,
    link,
    plain,
    table,
)
from handbook.site import Site
from handbook.worked import worked_example
from urbanwork.catalogue.models import Catalogue, Indicator, Parameter, Standard
from urbanwork.catalogue.selection import standards_of
from urbanwork.catalogue.tags import EXAMINATION, ISO37120, KINDS
from urbanwork.catalogue.vocabulary import ASKS, CONFIDENCES, MISSING_POLICIES, STRENGTHS
from urbanwork.measures.names import measure_named
from urbanwork.reporting.numbers import unit_label
from urbanwork.reporting.wording import support_words, threshold_words


def indicator_pages(site: Site) -> Iterator[Page]:
    """A page for each indicator of each catalogue."""
    for name in CATALOGUES:
        catalogue = site.facts.catalogues[name]
        for each in catalogue.indicators.values():
            yield _page(site, each, catalogue)


def _page(site: Site, each: Indicator, catalogue: Catalogue) -> Page:
    text = blocks(
        f"# {site.say(each.title)}",
        f"<p class='where'>{code(each.id)}</p>",
        f"<p class='lead'>{site.say(each.question)}</p>",
        *_definition(site, each, catalogue),
        *_parameters(site, each),
        *_needs(site, each),
        *_standards(site, each, catalogue),
        *worked_example(site, each),
        *_serves(site, each),
        *_tags(site, each),
        *_variants(site, each),
        *_users(site, each),
        heading(2, site.word("limits"), "limits"), site.say(each.limits),
        aside_heading(2, site.word("mend"), "mend"), site.say(each.mend),
        heading(2, site.word("sources"), "sources"), bullets(plain(text) for text in each.sources),
    )  # fmt: skip
    return Page(f"indicators/{each.id}.md", site.raw(each.title), text)


def _definition(site: Site, each: Indicator, catalogue: Catalogue) -> Iterator[str]:
    yield heading(2, site.word("definition"), "definition")
    yield f"<p class='formula'>{site.say(each.formula)}</p>"
    smallest = f"{each.smallest_people:,.0f}{site.bracketed(site.word('smallest_why'))}"
    facts = [
        ("unit", plain(unit_label(each.unit, site.lang)) or "1"),
        ("support", plain(support_words(each.support, site.lang))),
        ("better", site.word(each.better)),
        ("missing", site.say(MISSING_POLICIES[each.missing])),
        ("smallest", smallest if each.smallest_people else ""),
        ("quantity", plain(each.quantity) if site.lang == "en" else ""),
        ("kind", _kind(site, each)),
        ("measure", code(each.measure)),
        ("version", plain(each.version)),
        ("declared_in", code(catalogue.origins.get(each.id, ""))),
    ]
    yield facts_table(site, facts)
    yield _in_code(site, each)


def facts_table(site: Site, facts: list[tuple[str, str]]) -> str:
    """Labels and what they say, as a list of definitions; empty ones are left out."""
    return "\n\n".join(f"{site.word(key)}\n:   {text}" for key, text in facts if text)


def _kind(site: Site, each: Indicator) -> str:
    if each.kind not in KINDS:
        return ""
    return link(site.raw(KINDS[each.kind]), f"/find/kinds.md#{each.kind}")


def _in_code(site: Site, each: Indicator) -> str:
    """What the function says of itself: formula, shapes, source."""
    said = inspect.getdoc(measure_named(each.measure)) or ""
    lines = [f"    {line}" if line else "" for line in said.splitlines()]
    title = site.word("measure_in_code")
    fence = ["    ```text", *lines, "    ```"]
    return f'??? note "{title}"\n\n' + "\n".join(fence) if said else ""


def _parameters(site: Site, each: Indicator) -> Iterator[str]:
    if each.parameters:
        yield aside_heading(2, site.word("parameters"), "parameters")
        yield table(
            (site.word("name"), site.word("value"), site.word("why")),
            ((code(name), _parameter(site, parameter), plain(parameter.why))
             for name, parameter in each.parameters.items()),
        )  # fmt: skip


def _parameter(site: Site, parameter: Parameter) -> str:
    """The value with its unit; a name of something that has a page is a link."""
    if isinstance(parameter.value, list):
        return site.joined(_named(site, str(each)) for each in parameter.value)
    if parameter.unit in ("name", "1"):
        return _named(site, str(parameter.value))
    unit = unit_label(parameter.unit, site.lang)
    return f"{plain(str(parameter.value))} {plain(unit)}"


def _named(site: Site, name: str) -> str:
    facts = site.facts
    if name in facts.indicators:
        return site.indicator(name)
    if name in facts.systems:
        return site.system(name)
    bare = name.removeprefix("variable:")
    if bare in facts.variables and bare not in facts.categories:
        return site.variable(bare)
    if name in facts.categories:
        return site.input(f"place:{name}")
    return plain(name)


def _needs(site: Site, each: Indicator) -> Iterator[str]:
    yield aside_heading(2, site.word("needs"), "needs")
    yield bullets(site.needs(each)) or site.word("needs_nothing")


def _standards(site: Site, each: Indicator, catalogue: Catalogue) -> Iterator[str]:
    yield heading(2, site.word("standards"), "standards")
    rows = standards_of(catalogue, each.standard) if each.standard else ()
    if not rows:
        yield site.word("no_standard")
        return
    head = ("threshold", "document", "strength")
    yield table([site.word(key) for key in head], (_standard(site, row) for row in rows))


def _standard(site: Site, row: Standard) -> tuple[str, ...]:
    bound = threshold_words(row.operator, row.value, row.upper, row.unit, site.lang)
    known = f"{row.confidence}{site.colon}{site.say(CONFIDENCES[row.confidence])}"
    return (
        f"<strong>{plain(bound)}</strong>",
        f"{site.standard(row)}{site.bracketed(plain(row.edition))}<br>"
        f"{site.word('clause')}{site.colon}{plain(row.clause)}",
        f"{site.say(STRENGTHS[row.strength])}{site.pause}{validity(site, row)}<br>{known}",
    )


def validity(site: Site, row: Standard) -> str:
    """From which day to which a standard holds."""
    if row.valid_to:
        return f"{row.valid_from} – {row.valid_to}"
    gap = "" if site.lang == "zh" else " "
    return f"{site.word('since')}{gap}{row.valid_from}"


def _serves(site: Site, each: Indicator) -> Iterator[str]:
    yield heading(2, site.word("serves"), "serves")
    asks = list(site.facts.asks_served(each.id))
    yield bullets(
        f"{site.ask(arrangement, ask)}"
        f"{site.bracketed(f'{site.say(arrangement.title)}{site.pause}{arrangement.date}')}"
        for arrangement, ask in asks
    ) or site.word("serves_none")
    codes = [
        f"{link(key, f'/find/codes.md#{key}')} {site.say(ASKS[key])}"
        for key in each.serves if key in ASKS
    ]  # fmt: skip
    if codes:
        yield f"{site.word('codes')}{site.colon}{site.joined(codes)}"


def _tags(site: Site, each: Indicator) -> Iterator[str]:
    found = dict(_tagged(site, each))
    if found:
        yield aside_heading(2, site.word("tags"), "tags")
        yield bullets(f"{site.word(key)}{site.colon}{text}" for key, text in found.items())


def _tagged(site: Site, each: Indicator) -> Iterator[tuple[str, str]]:
    if each.examination:
        title = site.raw(EXAMINATION[each.examination])
        yield "examination", link(title, f"/find/examination.md#{each.examination}")
    if each.sdg:
        yield "sdg", link(each.sdg, f"/find/sdg.md#{anchor_of(each.sdg)}")
    if each.iso37120:
        title = site.raw(ISO37120[each.iso37120])
        yield "iso", link(title, f"/find/iso37120.md#{each.iso37120}")
    rows = site.facts.rows.rows
    if each.rows:
        yield (
            "rows",
            site.joined(
                link(f"{key} {site.raw(rows[key].title)}", f"/find/rows.md#{key}")
                for key in each.rows
            ),
        )


def _variants(site: Site, each: Indicator) -> Iterator[str]:
    base = each.variant_of or each.id
    others = [
        key for key, other in site.facts.indicators.items()
        if key != each.id and base in (key, other.variant_of)
    ]  # fmt: skip
    if others:
        yield aside_heading(2, site.word("variants"), "variants")
        yield f"{site.word('other_variants')}{site.colon.strip()}"
        yield bullets(f"{site.indicator(key)} {code(key)}" for key in others)


def _users(site: Site, each: Indicator) -> Iterator[str]:
    indicators = [site.indicator(key) for key in site.facts.users.get(each.id, ())]
    systems = [site.system(system.id) for system in site.facts.systems_with(each.id)]
    if indicators or systems:
        yield aside_heading(2, site.word("used_by"), "used-by")
        yield bullets([*indicators, *systems])


def listed(site: Site, indicators: Mapping[str, Indicator]) -> str:
    """A table of indicators with unit and the values of the example cities."""
    head = [site.word("title"), site.word("unit"), *site.city_names()]
    return table(head, (
        (site.indicator(key), plain(unit_label(each.unit, site.lang)), *site.values(each))
        for key, each in indicators.items()
    ))  # fmt: skip
