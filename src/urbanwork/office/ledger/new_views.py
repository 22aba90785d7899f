"""Entering tasks, and changing what no event changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.acting import ChangedMeanwhileError, Draft
from urbanwork.office.ledger.changing import (
    EDITORS,
    PLAIN,
    TEXTS,
    Planned,
    change,
    changeable,
)
from urbanwork.office.ledger.creating import (
    AlreadyThereError,
    enter,
    from_ask,
    from_parent,
    from_problem,
    same_origin,
)
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.names import Problem, names
from urbanwork.office.ledger.task_forms import Milestones, NewTaskForm, TaskForm
from urbanwork.office.ledger.task_views import seen_task
from urbanwork.office.ledger.views import REGISTRARS
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

OF_MOTION: Final = ("title", "text", "areas", "point", "indicator", "legal_basis")
OF_ENTRY: Final = (*(each for each in (*TEXTS, *PLAIN) if each != "handler"), "lead")
SHOWN_PROBLEMS: Final = 200
NO_ORIGIN = Bilingual(
    "The last examination or the arrangement has no such entry; write the task yourself.",
    "最近一次体检或工作部署中没有此项，请自行填写。",
)


@page(*REGISTRARS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a task: of one's own words, or from a problem, an ask, as a part of another."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    begun = _begun(request, rights)
    form = NewTaskForm(
        OF_ENTRY if rights.role in EDITORS else OF_MOTION,
        request.POST if request.method == "POST" else None, _initial(begun),
    )  # fmt: skip
    earlier = same_origin(rights, begun).first()
    if earlier is not None:
        form.offer_again()
    plan = Milestones(request.POST if request.method == "POST" else None, prefix="m")
    if request.method == "POST" and form.is_valid() and plan.is_valid():
        try:
            return _enter(request, rights, begun, form, plan)
        except UserError as refused:
            _say(form, refused)
    shown = {"form": form, "plan": plan, "begun": begun, "earlier": earlier, "names": names(),
             "may_choose": rights.role in EDITORS}  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "ledger/new.html", shown, status=status)


def _begun(request: HttpRequest, rights: Rights) -> dict[str, Any]:
    """What the task begins with, by the query of the address."""
    query, known, lang = request.GET, names(), language()
    if rights.role not in EDITORS:
        return {"source": "motion"}
    if parent := query.get("parent"):
        return from_parent(seen_task(rights, parent))
    if (problem := known.problems.get(query.get("problem", ""))) is not None:
        return from_problem(problem, known, lang)
    if (asked := known.asks.get(query.get("ask", ""))) is not None:
        return from_ask(asked, lang)
    if request.method == "GET" and (query.get("problem") or query.get("ask")):
        messages.error(request, said(NO_ORIGIN))
    return {"source": "motion" if query.get("source") == "motion" else "instruction"}


def _initial(begun: Mapping[str, Any]) -> dict[str, Any]:
    expected = begun.get("expected") or {}
    shown = {**begun, "expected_from": expected.get("from"), "expected_to": expected.get("to")}
    return {name: value for name, value in shown.items() if value is not None}


def _enter(
    request: HttpRequest, rights: Rights, begun: Mapping[str, Any], form: Any, plan: Any
) -> HttpResponse:
    kept = {name: begun[name] for name in ("source", "origin", "ask", "parent") if begun.get(name)}
    fields = {**kept, **form.values}
    rows = [each.planned for each in plan if each.planned is not None]
    draft = Draft(
        fields, [{"title": each.title, "due": each.due, "planned_percent": each.planned_percent}
                 for each in rows],
        key=form.cleaned_data.get("key") or None,
    )  # fmt: skip
    again = bool(form.cleaned_data.get("again"))
    task = enter(rights, draft, form.assignment if "lead" in form.fields else None, again=again)
    messages.success(request, said(Bilingual("Entered in the ledger.", "已登记。")))
    return redirect("task", number=task.number)


def _say(form: Any, refused: UserError) -> None:
    if isinstance(refused, AlreadyThereError) and "again" not in form.fields:
        form.offer_again()
    form.add_error(None, _sentence(refused))


def _sentence(refused: UserError) -> str:
    return said(refused.sentence) if isinstance(refused, RefusedError) else str(refused)


@page(*sorted(EDITORS))
@require_safe
def origins(request: HttpRequest, kind: str) -> HttpResponse:
    """What tasks can be made from: problems of the last examination, asks of the arrangement."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    if kind == "problem":
        return render(request, "ledger/problems.html", _problems(request, rights))
    if kind == "ask":
        return render(request, "ledger/asks.html", _asks(rights))
    raise Http404


def _problems(request: HttpRequest, rights: Rights) -> dict[str, Any]:
    """Problems by people concerned, most first, of one area where one is asked for."""
    known, area = names(), request.GET.get("area", "")
    found = [each for each in known.problems.values() if not area or each.area == area]
    found.sort(key=lambda each: (-(each.people or 0), each.id))
    shown = found[:SHOWN_PROBLEMS]
    there = _there(rights, shown)
    rows = [
        {"problem": each, "indicator": known.indicator(each.indicator),
         "area": known.area(each.area), "task": there.get((each.indicator, each.area))}
        for each in shown
    ]  # fmt: skip
    return {"rows": rows, "total": len(found), "areas": known.areas.items(), "area": area,
            "examination": known.examination}  # fmt: skip


def _there(rights: Rights, problems: list[Problem]) -> dict[tuple[str, str], Task]:
    """Open tasks by indicator and area of the problem that they are about."""
    from urbanwork.office.ledger.names import CITY
    from urbanwork.office.ledger.visibility import visible

    indicators = {each.indicator for each in problems}
    tasks = visible(rights).filter(
        source="problem", is_open=True, parent__isnull=True, indicator__in=indicators
    )
    return {(each.indicator, each.area or CITY): each for each in tasks[:2_000]}


def _asks(rights: Rights) -> dict[str, Any]:
    from urbanwork.office.ledger.visibility import visible

    known = names()
    tasks = visible(rights).filter(source="ask", is_open=True, ask__in=list(known.asks))
    there = {each.ask: each for each in tasks[:2_000]}
    rows = [{"asked": each, "task": there.get(key)} for key, each in known.asks.items()]
    return {"rows": rows}


@page(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change texts, people, plan and rhythm of a task."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    task = seen_task(rights, number)
    allowed = changeable(rights, task)
    if not allowed:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = TaskForm(allowed, task, data, _of_task(task))
    plan = Milestones(data, prefix="m", initial=_rows(task) if "plan" in allowed else [])
    sent = data is not None
    if sent and form.is_valid() and ("milestones" not in allowed or plan.is_valid()):
        try:
            return _change(request, rights, task, form, plan, allowed)
        except ChangedMeanwhileError as refused:
            task = seen_task(rights, number)
            form.add_error(None, said(refused.sentence))
        except UserError as refused:
            form.add_error(None, _sentence(refused))
    return render(
        request, "ledger/edit.html",
        {"form": form, "plan": plan if "milestones" in allowed else None, "task": task},
        status=422 if sent else 200,
    )  # fmt: skip


def _of_task(task: Task) -> dict[str, Any]:
    shown = {name: getattr(task, name) for name in (*TEXTS, *PLAIN)}
    expected = task.expected or {}
    return {**shown, "expected_from": expected.get("from"), "expected_to": expected.get("to")}


def _rows(task: Task) -> list[dict[str, Any]]:
    from django.utils import timezone

    return [
        {"pk": each.pk, "title": each.title, "planned_percent": each.planned_percent,
         "due": timezone.localtime(each.due).date()}
        for each in task.milestones.all()
    ]  # fmt: skip


def _change(
    request: HttpRequest, rights: Rights, task: Task, form: Any, plan: Any, allowed: Any
) -> HttpResponse:
    planned: list[Planned] = []
    if "milestones" in allowed:
        planned = [each.planned for each in plan if each.planned is not None and each.has_changed()]
    edition = request.POST.get("edition", "")
    change(
        rights, task.pk, form.values, planned,
        int(edition) if edition.isascii() and edition.isdigit() else -1,
    )  # fmt: skip
    messages.success(request, said(Bilingual("Changed.", "已修改。")))
    return redirect("task", number=task.number)
