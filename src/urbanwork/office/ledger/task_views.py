"""The page of a task: what, where, who, by when, what happened, what proof, what next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from urbanwork.errors import UserError
from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.acting import ChangedMeanwhileError, act
from urbanwork.office.ledger.changing import EDITORS, tick_off
from urbanwork.office.ledger.forms import ActionForm
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.task_page import TaskPage, task_page
from urbanwork.office.ledger.telling import DONE
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

NO_ACTION = Bilingual("There is no such action.", "没有这一操作。")


def seen_task(rights: Rights, number: str) -> Task:
    """The task of a number, with what its page names; 404 for what the post may not see."""
    tasks = visible(rights).select_related("lead", "leader", "handler")
    return get_object_or_404(tasks, number=number.replace("\0", ""))


@page(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, number: str) -> HttpResponse:
    """Look at a task, or do something to it."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    found = seen_task(rights, number)
    return _act(request, rights, found) if request.method == "POST" else _show(request, found)


def _show(
    request: HttpRequest, task: Task, tried: ActionForm | None = None, status: int = 200
) -> HttpResponse:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    shown = task_page(rights, task)
    return render(
        request, "ledger/task.html",
        {"page": shown, "task": task, **_forms(shown, rights, tried),
         "can_decompose": task.is_open and rights.role in EDITORS},
        status=status,
    )  # fmt: skip


def _forms(shown: TaskPage, rights: Rights, tried: ActionForm | None) -> dict[str, Any]:
    """The forms of what is open to the post; what was tried keeps what was typed."""
    made = {
        name: ActionForm(name, shown.action(name), shown.task, rights) for name in shown.actions
    }
    if tried is not None and tried.name in made:
        made[tried.name] = tried
    first = shown.first_actions
    return {
        "first_forms": [made[name] for name in first],
        "other_forms": [form for name, form in made.items() if name not in first],
        "tried": tried, "is_tried_open": tried is not None and tried.name in made,
    }  # fmt: skip


def _act(request: HttpRequest, rights: Rights, task: Task) -> HttpResponse:
    name = request.POST.get("action", "")
    action = lifecycle().actions.get(name)
    if action is None or name == "register":
        messages.error(request, said(NO_ACTION))
        return redirect("task", number=task.number)
    form = ActionForm(name, action, task, rights, request.POST)
    if not form.is_valid():
        return _show(request, task, form, 422)
    try:
        act(rights, task.pk, form.doing())
    except ChangedMeanwhileError as refused:
        return _refuse(request, task, form, said(refused.sentence), 409)
    except RefusedError as refused:
        return _refuse(request, task, form, said(refused.sentence), 422)
    except UserError as fault:
        return _refuse(request, task, form, str(fault), 422)
    messages.success(request, said(DONE.get(name, action.title)))
    return redirect("task", number=task.number)


def _refuse(
    request: HttpRequest, task: Task, form: ActionForm, sentence: str, status: int
) -> HttpResponse:
    """Show the page as it is now, with the form as it was typed and why it did not pass."""
    form.add_error(None, sentence)
    fresh = seen_task(form.rights, task.number)
    typed = request.POST.copy()
    typed["version"] = str(fresh.version)
    form.data = typed
    return _show(request, fresh, form, status)


@page(*EVERYONE)
@require_POST
def milestone(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say that a milestone is done, or not after all."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    found = seen_task(rights, number)
    try:
        tick_off(rights, found.pk, pk, request.POST.get("done") == "1")
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
    return redirect("task", number=found.number)
