"""Systems of coordination: subsystems, their items, scales and weights."""

from __future__ import annotations

from collections.abc import Iterator

from handbook.indicators import facts_table, listed
from handbook.markdown import Page, blocks, bullets, code, heading, link, plain, table
from handbook.site import Site
from urbanwork.catalogue.vocabulary import ASKS
from urbanwork.measures.coupling import Item, Subsystem, System
from urbanwork.reporting.numbers import unit_label


def system_pages(site: Site) -> Iterator[Page]:
    """The list of systems, then each of them."""
    systems = site.facts.systems.values()
    text = blocks(f"# {site.word('systems')}", bullets(site.system(each.id) for each in systems))
    yield Page("systems/index.md", site.word("systems"), text)
    for each in systems:
        yield _system(site, each)


def _system(site: Site, system: System) -> Page:
    own = site.facts.own.indicators
    scored = {k: each for k, each in own.items() if each.arguments().get("system") == system.id}
    serves = site.joined(
        f"{link(key, f'/find/codes.md#{key}')} {site.say(ASKS[key])}" for key in system.serves
    )
    parts = [
        f"# {plain(site.pair(system.title))}",
        facts_table(site, [
            ("id", code(system.id)),
            ("version", plain(system.version)),
            ("form", code(system.form)),
            ("weights", code(system.weights)),
            ("codes", serves),
        ]),
        heading(2, site.word("scored_by"), "scored-by"),
        listed(site, scored),
    ]  # fmt: skip
    for subsystem in system.subsystems:
        parts += _subsystem(site, subsystem)
    parts += [
        heading(2, site.word("limits"), "limits"), plain(site.pair(system.limits)),
        heading(2, site.word("sources"), "sources"), bullets(map(plain, system.sources)),
    ]  # fmt: skip
    return Page(f"systems/{system.id}.md", site.pair(system.title), blocks(*parts))


def _subsystem(site: Site, subsystem: Subsystem) -> Iterator[str]:
    yield heading(2, site.pair(subsystem.title), f"subsystem-{subsystem.id}")
    head = [site.word(key) for key in ("items", "definition", "unit", "better", "scale_from")]
    yield table(head, (_item(site, item) for item in subsystem.items))


def _item(site: Site, item: Item) -> tuple[str, ...]:
    made = " + ".join(_name(site, each) for each in item.of)
    if item.per:
        made += f" {site.word('per')} " + " + ".join(_name(site, each) for each in item.per)
    if item.scale != 1:
        made += f" × {item.scale:,.10g}"
    unit = plain(unit_label(item.unit, site.lang)) or "1"
    return plain(site.pair(item.title)), made, unit, site.word(item.better), _scale(site, item)


def _name(site: Site, name: str) -> str:
    if name.startswith("variable:"):
        return site.input(name)
    return site.indicator(name)


def _scale(site: Site, item: Item) -> str:
    ends = item.goalposts
    if ends is None:
        return site.word("of_sample")
    return f"{ends.low:,.10g} – {ends.high:,.10g}{site.bracketed(plain(ends.source))}"
