"""Words about people: names of roles, kinds of bodies, whether something still holds."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils import timezone

from urbanwork.office.pages.language import language, said
from urbanwork.office.rules import lifecycle

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """The name of a role."""
    return said(lifecycle().roles[role])


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


SOON_DAYS = 60
