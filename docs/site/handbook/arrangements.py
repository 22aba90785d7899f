"""The arrangements: a page for each document, point and ask, and one of the bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handbook.indicators import facts_table, listed
from handbook.markdown import Page, blocks, bullets, code, heading, hidden_from_search, link, plain
from handbook.site import Site
from urbanwork.arrangement.binding import Binding
from urbanwork.arrangement.models import BODY_KINDS, LEVELS, Arrangement, Ask, Body, Point
from urbanwork.catalogue.vocabulary import ASKS
from urbanwork.reporting.wording import threshold_words


def arrangement_pages(site: Site) -> Iterator[Page]:
    """All pages of all arrangements that come with urbanwork."""
    yield _overview(site)
    for arrangement in site.facts.arrangements.values():
        yield _document(site, arrangement)
        yield _bodies(site, arrangement)
        for point in arrangement.points():
            yield _point(site, arrangement, point)
            for ask in point.asks:
                yield _ask(site, arrangement, ask)


def _overview(site: Site) -> Page:
    text = blocks(
        f"# {site.word('arrangement')}",
        bullets(
            f"{link(site.raw(each.title), f'/arrangement/{name}/index.md')}"
            f"{site.bracketed(f'{each.date}{site.pause}{site.say(LEVELS[each.level])}')}"
            for name, each in site.facts.arrangements.items()
        ),
    )
    return Page("arrangement/index.md", site.word("arrangement"), text)


def _document(site: Site, each: Arrangement) -> Page:
    source = each.source
    read_from = site.say(source.title)
    if source.address:
        read_from = f"[{read_from}]({source.address})"
    text = blocks(
        f"# {site.say(each.title)}",
        facts_table(site, [
            ("issued_by", site.say(each.bodies[each.body].title)),
            ("date", each.date),
            ("level", site.say(LEVELS[each.level])),
            ("read_from", read_from),
            ("note", site.say(source.note) if source.note else ""),
        ]),
        f"[{site.word('bodies')}](/arrangement/{each.id}/bodies.md)",
        heading(2, site.word("points"), "points"),
        *_tree(site, each),
    )  # fmt: skip
    return Page(f"arrangement/{each.id}/index.md", site.raw(each.title), text)


def _tree(site: Site, arrangement: Arrangement) -> Iterator[str]:
    for section in arrangement.sections:
        yield heading(3, site.raw(section.title), section.id)
        for point in section.points:
            yield f"**{link(site.raw(point.title), _address(arrangement, point))}**"
            yield bullets(site.ask(arrangement, ask) for ask in point.asks)


def _address(arrangement: Arrangement, point: Point) -> str:
    return f"/arrangement/{arrangement.id}/{point.id}/index.md"


def _point(site: Site, arrangement: Arrangement, point: Point) -> Page:
    parts = [f"# {site.say(point.title)}"]
    for ask in point.asks:
        parts.append(heading(2, site.raw(ask.text), ask.id))
        parts += _summary(site, arrangement, ask)
    path = f"arrangement/{arrangement.id}/{point.id}/index.md"
    return Page(path, site.raw(point.title), hidden_from_search(blocks(*parts)))


def _summary(site: Site, arrangement: Arrangement, ask: Ask) -> Iterator[str]:
    binding = site.facts.bindings[arrangement.id][ask.id]
    yield f"[{site.word('ask')}](/arrangement/{arrangement.id}/asks/{ask.id}.md) {code(ask.id)}"
    yield _named_bodies(site, arrangement, ask)
    own = site.facts.own.indicators
    yield listed(site, {key: own[key] for key in binding.indicators})
    yield from _gap(site, ask)


def _ask(site: Site, arrangement: Arrangement, ask: Ask) -> Page:
    binding = site.facts.bindings[arrangement.id][ask.id]
    own = site.facts.own.indicators
    paragraph = next(each for each in arrangement.source.paragraphs if each.id == ask.anchor)
    parts = [
        f"# {site.say(ask.text)}",
        facts_table(site, [
            ("paragraph", f"{plain(paragraph.id)}{site.colon}{site.say(paragraph.about)}"),
            ("begins", f"“{plain(paragraph.begins)} …”"),
            ("codes", site.joined(
                f"{link(key, f'/find/codes.md#{key}')} {site.say(ASKS[key])}" for key in ask.codes
            )),
        ]),
        heading(2, site.word("bodies"), "bodies"),
        _named_bodies(site, arrangement, ask),
        heading(2, site.word("indicators_of_ask"), "indicators"),
        listed(site, {key: own[key] for key in binding.indicators}) or "–",
        *_bottom_lines(site, arrangement, binding),
        *_gap(site, ask, level=2),
        *_cascade(site, arrangement, ask),
    ]  # fmt: skip
    path = f"arrangement/{arrangement.id}/asks/{ask.id}.md"
    return Page(path, site.raw(ask.text), blocks(*parts))


def _named_bodies(site: Site, arrangement: Arrangement, ask: Ask) -> str:
    if ask.lead is None:
        return site.word("nobody")
    text = f"{site.word('lead')}{site.colon}{_body_link(site, arrangement, ask.lead)}"
    if ask.cooperating:
        others = site.joined(_body_link(site, arrangement, each) for each in ask.cooperating)
        text += f" · {site.word('with')}{site.colon}{others}"
    return text


def _body_link(site: Site, arrangement: Arrangement, body: str) -> str:
    title = site.raw(arrangement.bodies[body].title)
    return link(title, f"/arrangement/{arrangement.id}/bodies.md#{body}")


def _bottom_lines(site: Site, arrangement: Arrangement, binding: Binding) -> Iterator[str]:
    if not (binding.standards or binding.rules):
        return
    yield heading(2, site.word("bottom_lines"), "bottom-lines")
    rows = {row.id: row for row in site.facts.own.standards}
    held = []
    for key in binding.standards:
        row = rows[key]
        bound = threshold_words(row.operator, row.value, row.upper, row.unit, site.lang)
        held.append(
            f"{site.standard(row)}{site.pause}{plain(row.clause)}{site.colon}{plain(bound)}"
        )
    open_ = [
        site.say(arrangement.rules[key].title)
        + site.bracketed(
            f"{site.word('no_check')}{site.colon}{site.say(arrangement.rules[key].data)}"
        )
        for key in binding.rules
    ]
    yield bullets([*held, *open_])


def _gap(site: Site, ask: Ask, *, level: int = 0) -> Iterator[str]:
    if ask.gap is None:
        return
    needs = f"{site.word('gap_needs')}{site.colon}{site.say(ask.gap.data)}"
    if level:
        yield heading(level, site.word("gap"), "gap")
        yield site.say(ask.gap.what)
        yield needs
    else:
        yield f"**{site.word('gap')}**{site.colon}{site.say(ask.gap.what)}<br>{needs}"


def _cascade(site: Site, arrangement: Arrangement, ask: Ask) -> Iterator[str]:
    """What it answers above, and what answers it below."""
    every = site.facts.arrangements
    above = [name.split(":", 1) for name in ask.answers]
    if above:
        yield heading(2, site.word("answers"), "answers")
        yield bullets(_cited(site, every[doc], key) for doc, key in above if doc in every)
    me = f"{arrangement.id}:{ask.id}"
    below = [(other, each) for other in every.values() for each in other.asks()
             if me in each.answers]  # fmt: skip
    if below:
        yield heading(2, site.word("answered_by"), "answered-by")
        yield bullets(_cited(site, other, each.id) for other, each in below)


def _cited(site: Site, arrangement: Arrangement, key: str) -> str:
    ask = next(each for each in arrangement.asks() if each.id == key)
    return f"{site.ask(arrangement, ask)}{site.bracketed(site.say(arrangement.title))}"


def _bodies(site: Site, arrangement: Arrangement) -> Page:
    parts = [f"# {site.word('bodies')}"]
    for body in arrangement.bodies.values():
        parts += _body(site, arrangement, body)
    path = f"arrangement/{arrangement.id}/bodies.md"
    return Page(path, site.word("bodies"), blocks(*parts))


def _body(site: Site, arrangement: Arrangement, body: Body) -> Iterator[str]:
    yield heading(2, site.raw(body.title), body.id)
    named = site.joined(body.named_in)
    where = f"{site.word('named_in')} {named}" if named else site.word("not_named")
    yield f"{site.say(BODY_KINDS[body.kind])} · {plain(where)}"
    asks = list(arrangement.asks())
    for key, found in (
        ("leads", [ask for ask in asks if ask.lead == body.id]),
        ("cooperates", [ask for ask in asks if body.id in ask.cooperating]),
    ):
        if found:
            yield f"{site.word(key)}{site.colon.strip()}\n\n{_asks(site, arrangement, found)}"


def _asks(site: Site, arrangement: Arrangement, asks: Iterable[Ask]) -> str:
    return bullets(site.ask(arrangement, ask) for ask in asks)
