"""What the forms of an item are called."""

from __future__ import annotations

from typing import Any

from django import template

from urbanwork.office.meetings.forms import NewTaskForm, WordsForm
from urbanwork.quantities.bilingual import Bilingual

register = template.Library()
MAKE_TASK = Bilingual("make a task of it", "形成任务")
WRITE_DOWN = Bilingual("write down a decision", "记录决定")
ORDER = Bilingual("order: {what}", "督办：{what}")


@register.filter
def form_title(form: Any) -> Any:
    """The title of a form; one about an order says so."""
    if isinstance(form, NewTaskForm):
        return MAKE_TASK
    if isinstance(form, WordsForm):
        return WRITE_DOWN
    if hasattr(form, "kind"):
        return Bilingual(ORDER.en.format(what=form.title.en), ORDER.zh.format(what=form.title.zh))
    return form.title


@register.filter
def before_dash(name: str) -> str:
    """The first word of a name such as `action-pause`."""
    return name.partition("-")[0]
