"""The page of one item, on which is written down what is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from urbanwork.errors import UserError
from urbanwork.office.access import page
from urbanwork.office.ledger.forms import ActionForm
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.telling import asked_for_pause
from urbanwork.office.meetings import deciding, holding
from urbanwork.office.meetings.forms import NewTaskForm, NoteForm, WordsForm
from urbanwork.office.meetings.models import Item
from urbanwork.office.meetings.proposing import KIND_TITLES
from urbanwork.office.meetings.seeing import WRITE, seen_decisions, seen_items
from urbanwork.office.pages.language import said
from urbanwork.office.papers.views import rights_in
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.office.supervising.forms import DecideForm
from urbanwork.office.supervising.models import Advice, Order, OrderEvent
from urbanwork.office.supervising.ordering import TITLES, open_kinds
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.refusing import RefusedError

NOT_AT_MEETINGS = frozenset({"register", "void", "archive"})
"""Actions that are no matter of a meeting."""
WRITTEN = Bilingual("Written down.", "已记录。")


def seen_item(rights: Rights, pk: int) -> Item:
    """An item; 404 for what the post may not see."""
    return get_object_or_404(seen_items(rights), pk=pk)


@page(*WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: what hangs, what was said, what is decided."""
    rights = rights_in(request)
    found = seen_item(rights, pk)
    if found.meeting.closed is not None:
        return redirect("meeting", found.meeting_id)
    if request.method != "POST":
        return _show(request, rights, found)
    form, decide = _sent(request, rights, found)
    if form.is_valid():
        try:
            decide(form)
        except UserError as fault:
            form.add_error(None, _sentence(fault))
        else:
            messages.success(request, said(WRITTEN))
            return redirect("meeting_item", found.pk)
    return _show(request, rights, seen_item(rights, pk), form, 422)


def _sentence(fault: UserError) -> str:
    return said(fault.sentence) if isinstance(fault, RefusedError) else str(fault)


def _sent(request: HttpRequest, rights: Rights, found: Item) -> tuple[Any, Callable[[Any], object]]:
    """The form that was sent, and what to do with it.

    Raises:
        Http404: there is no such form for this item.
    """
    how, data = request.POST.get("how", ""), request.POST
    if how == "words":
        return WordsForm(data), lambda form: deciding.write_down(
            rights, found, form.cleaned_data["text"], form.key
        )
    if how == "task":
        return NewTaskForm(data, found), lambda form: deciding.make_task(
            rights, found, form.cleaned_data["text"], form.wanted, form.key
        )
    if how == "action" and found.task is not None:
        return _action(data, rights, found, found.task)
    if how == "order" and found.task is not None and data.get("kind") in TITLES:
        return DecideForm(data["kind"], data), lambda form: deciding.order(
            rights, found, form.deciding(), form.cleaned_data.get("key") or None
        )
    raise Http404


def _action(
    data: Any, rights: Rights, found: Item, task: Task
) -> tuple[Any, Callable[[Any], object]]:
    name = data.get("action", "")
    action = lifecycle().actions.get(name)
    if action is None or name in NOT_AT_MEETINGS:
        raise Http404
    return ActionForm(name, action, task, rights, data), lambda form: deciding.act_on(
        rights, found, form.doing(), form.cleaned_data.get("key") or None
    )


def _show(
    request: HttpRequest, rights: Rights, found: Item, tried: Any = None, status: int = 200
) -> HttpResponse:
    around = list(seen_items(rights, found.meeting))
    at = next(place for place, each in enumerate(around) if each.pk == found.pk)
    made = {**_plain_forms(found), **_task_forms(rights, found)}
    if tried is not None:
        made[_name(tried)] = tried
    return render(request, "meetings/item.html", {
        "item": found, "meeting": found.meeting, "kind": KIND_TITLES[found.kind],
        "place": at + 1, "count": len(around), "forms": made.items(), "tried": tried,
        "before": around[at - 1] if at else None,
        "after": around[at + 1] if at + 1 < len(around) else None,
        "note_form": NoteForm(item=found),
    }, status=status)  # fmt: skip


def _plain_forms(found: Item) -> dict[str, forms.Form]:
    return {"task": NewTaskForm(item=found), "words": WordsForm()}


def _name(form: Any) -> str:
    if isinstance(form, ActionForm):
        return f"action-{form.name}"
    if isinstance(form, DecideForm):
        return f"order-{form.kind}"
    return "task" if isinstance(form, NewTaskForm) else "words"


def _task_forms(rights: Rights, found: Item) -> dict[str, forms.Form]:
    """Forms for what the post may do now about the task, and about an order on it."""
    task = found.task
    if task is None:
        return {}
    table = lifecycle()
    state = state_of(task.events.all(), table)
    is_asked = asked_for_pause(state)
    names = [
        name
        for name in pure.allowed(state, rights.actor, table)
        if name not in NOT_AT_MEETINGS and (name != "decline_pause" or is_asked)
    ]
    made: dict[str, forms.Form] = {}
    for name in names:
        form = ActionForm(name, table.actions[name], task, rights)
        if "approval" in form.fields:
            form.fields["approval"].initial = found.meeting.title[:200]
        made[f"action-{name}"] = form
    return {**made, **_order_forms(rights, task)}


def _order_forms(rights: Rights, task: Task) -> dict[str, forms.Form]:
    standing = Order.objects.filter(task=task, is_standing=True).first()
    advice = Advice.objects.filter(task=task, ended__isnull=True).first()
    seen, step = OrderEvent.objects.filter(task=task).count(), advice.step if advice else ""
    kinds = open_kinds(task, standing, rights)
    return {f"order-{kind}": DecideForm(kind, step=step, seen=seen) for kind in kinds}


@page(*WRITE)
@require_POST
def item_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an item up or down, take it off, or write what was said on it."""
    rights = rights_in(request)
    found = seen_item(rights, pk)
    what, back = request.POST.get("what", ""), redirect("meeting", found.meeting_id)
    try:
        if what in ("up", "down"):
            holding.move(rights, found, -1 if what == "up" else 1)
        elif what == "drop":
            holding.drop(rights, found)
        elif what == "note":
            form = NoteForm(request.POST)
            if form.is_valid():
                holding.write_note(rights, found, form.cleaned_data["note"])
                messages.success(request, said(WRITTEN))
            back = redirect("meeting_item", found.pk)
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
    return back


@page(*WRITE)
@require_POST
def decision_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a decision in words alone is done, or not after all."""
    rights = rights_in(request)
    decision = get_object_or_404(seen_decisions(rights).select_related("item"), pk=pk)
    holding.tick_off(rights, decision, is_done=request.POST.get("done") == "1")
    here = request.POST.get("meeting", "")
    if here.isascii() and here.isdigit() and len(here) < 10:
        return redirect("meeting", int(here))
    return redirect("meetings")
