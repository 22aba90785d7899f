"""Words about people: names of roles, kinds of bodies, whether something still holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import template
from django.template import Context
from django.utils import timezone

from urbanwork.office.access import may_open
from urbanwork.office.ledger.names import names
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.models import Post
from urbanwork.office.people.qualifying import SOON_DAYS
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """The name of a role."""
    return said(lifecycle().roles[role])


@register.simple_tag(takes_context=True)
def posts_that_may(context: Context) -> list[Post]:
    """Other posts of who asks to which this page is open."""
    rights, path = context.get("rights"), context["request"].path
    return [post for post in rights.others if may_open(path, post.role)] if rights else []


@register.filter
def standing(expires: date | None) -> str:
    """How long something holds, seen from today: what runs out soon says when."""
    if expires is None:
        return "长期有效" if language() == "zh" else "for good"
    days = (expires - timezone.localdate()).days
    if days < 0:
        return f"已过期（{expires}）" if language() == "zh" else f"ran out on {expires}"
    if days <= SOON_DAYS:
        return f"还有{days}天到期" if language() == "zh" else f"{days} days left"
    return f"有效期至{expires}" if language() == "zh" else f"until {expires}"


@register.filter
def scope(post: Post) -> str:
    """The areas and points of a post, by name."""
    known = names()
    titles = [known.area(key) for key in post.areas] + [known.point(key) for key in post.fields]
    return ("、" if language() == "zh" else ", ").join(said(title) for title in titles)


KINDS = {
    "body": Bilingual("body", "机构"),
    "person": Bilingual("person", "人员"),
    "post": Bilingual("post", "岗位"),
}


@register.filter
def kinds(found: Sequence[str]) -> str:
    """What was added or changed, in words."""
    return ("、" if language() == "zh" else ", ").join(said(KINDS[each]) for each in found)


@register.filter
def place(where: str) -> str:
    """Where a row stands in its file, without the name under which the file is kept."""
    return where.rpartition("!")[2] if "!" in where else where.rpartition(":")[2]
