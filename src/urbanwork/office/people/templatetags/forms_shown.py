"""Fields of forms as this office shows them: label, hint, input, what is wrong."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, CheckboxSelectMultiple

register = template.Library()


@register.inclusion_tag("people/field.html")
def field(bound: BoundField, label: str = "", hint: str = "") -> dict[str, Any]:
    """One field. Placeholders that only repeat the label are left out."""
    attributes = bound.field.widget.attrs
    attributes.pop("placeholder", None)
    described = [f"{bound.auto_id}_hint"] if hint or bound.help_text else []
    described += [f"{bound.auto_id}_fault"] if bound.errors else []
    if described:
        attributes["aria-describedby"] = " ".join(described)
    is_box = getattr(bound.field.widget, "input_type", "") == "checkbox"
    return {
        "bound": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "is_box": is_box,
        "is_choice": isinstance(bound.field.widget, CheckboxSelectMultiple),
    }
