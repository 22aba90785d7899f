"""Pages of evidence: reporting with files, looking at one, and the files themselves."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import EVERYONE, page, public
from urbanwork.office.evidence.asked import (
    ADD,
    check_person,
    doing_of,
    evidence_of,
    files_of,
    key_of,
    rights_of,
    task_of,
)
from urbanwork.office.evidence.giving import act_with
from urbanwork.office.evidence.kinds import ACCEPTED, KINDS
from urbanwork.office.evidence.links import VARIANTS, EndedLinkError, check_link, link_to
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.preparing import MOST_BYTES
from urbanwork.office.evidence.serving import file_response
from urbanwork.office.evidence.storing import GIVERS, NoRoomError, store
from urbanwork.office.evidence.where import place_of
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.models import Task
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError
from urbanwork.supervision.tasks import allowed

WITH_FILES: Final = ("report", "submit")
"""Actions of the lifecycle that this page does."""
REFUSED, NO_ROOM = 422, 507
ENDED: Final = Bilingual(
    "This link has ended; open the task again.", "链接已失效，请重新打开任务。"
)
SENT: Final = Bilingual("Sent and stored.", "已发送并存档。")


@page(*GIVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Report on a task or submit it, with files, in one form."""
    task = task_of(request, number=number)
    if request.method != "POST":
        return _form(request, task)
    try:
        check_person(request)
        _carry_out(request, task)
    except UserError as error:
        return _refused(request, task, error)
    if _is_script(request):
        return JsonResponse({"url": task_page(task)})
    messages.success(request, said(SENT))
    return redirect(task_page(task))


def _carry_out(request: HttpRequest, task: Task) -> None:
    rights, action = rights_of(request), request.POST.get("action", "")
    key = key_of(request.POST)
    files = files_of(request, key)
    if action in WITH_FILES:
        act_with(rights, task, doing_of(request.POST, action), files)
    elif action != ADD:
        raise RefusedError(Bilingual("Choose what to do.", "请选择操作。"))
    elif not files and not request.POST.getlist("evidence"):
        raise RefusedError(Bilingual("Choose a file.", "请选择文件。"))
    for each in files if action == ADD else ():
        store(rights, task, each.file, each.name, each.key, each.position)


def _refused(request: HttpRequest, task: Task, error: UserError) -> HttpResponse:
    status, sentence = status_of(error), sentence_of(error)
    if _is_script(request):
        return JsonResponse({"fault": sentence}, status=status)
    return _form(request, task, fault=sentence, status=status)


def status_of(error: UserError) -> int:
    """The status of an answer that refuses."""
    return NO_ROOM if isinstance(error, NoRoomError) else REFUSED


def sentence_of(error: UserError) -> str:
    """Why, in the language of the page."""
    return said(error.sentence) if isinstance(error, RefusedError) else str(error)


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _form(request: HttpRequest, task: Task, *, fault: str = "", status: int = 200) -> HttpResponse:
    rights = rights_of(request)
    actions = _actions(rights, task)
    given = {name: request.POST.get(name, "") for name in ("action", "text", "percent", "key")}
    asked = given["action"] or request.GET.get("action", "")
    return render(
        request,
        "evidence/report.html",
        {
            "task": task, "task_page": task_page(task), "actions": actions, "fault": fault,
            "chosen": asked if asked in actions else next(iter(actions), ""), "given": given,
            "key": given["key"] or uuid4().hex, "accepted": ACCEPTED,
            "most_mb": MOST_BYTES // 2**20, "ours": _ours(rights, task),
            "is_kept_offline": task.visibility != "restricted",
        },
        status=status,
    )  # fmt: skip


def _actions(rights: Rights, task: Task) -> dict[str, Bilingual]:
    """What the page can do for this post now, with words."""
    state = state_of(task.events.all(), lifecycle())
    open_now = allowed(state, rights.actor, lifecycle())
    found: dict[str, Bilingual] = {
        name: lifecycle().actions[name].title for name in WITH_FILES if name in open_now
    }
    if task.is_open:
        found[ADD] = Bilingual("add evidence only", "仅添加佐证")
    return found


def _ours(rights: Rights, task: Task) -> list[Evidence]:
    """Evidence that the own body gave already, to submit it too."""
    return list(task.evidence.filter(body=rights.body).order_by("-at")[:40])


def task_page(task: Task) -> str:
    """The address of the page of a task."""
    return reverse("task", args=[task.number])


@page(*EVERYONE)
@require_safe
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One piece of evidence, with all that is known of it."""
    row = evidence_of(request, pk)
    return render(request, "evidence/look.html", {**shown(row, row.task), "task": row.task,
                                                  "task_page": task_page(row.task)})  # fmt: skip


def shown(row: Evidence, task: Task) -> dict[str, Any]:
    """What pages show of a piece of evidence."""
    is_picture = KINDS[row.kind].is_picture
    return {
        "row": row, "kind": KINDS[row.kind], "is_picture": is_picture,
        "small": link_to(row, "small") if is_picture else "",
        "full": link_to(row, "full") if is_picture else "",
        "download": link_to(row, "download"), "place": place_of(row, task),
    }  # fmt: skip


@page(*EVERYONE)
@require_safe
def file(request: HttpRequest, pk: UUID, variant: str, token: str) -> HttpResponseBase:
    """The file itself: by a signed link that holds, for who may see the task."""
    row = evidence_of(request, pk)
    try:
        check_link(pk, variant, token)
    except EndedLinkError:
        return HttpResponse(said(ENDED), status=410, content_type="text/plain; charset=utf-8")
    except (BadSignature, ValueError) as error:
        raise Http404 from error
    if variant not in VARIANTS or (variant != "download" and not KINDS[row.kind].is_picture):
        raise Http404
    try:
        return file_response(row, variant)
    except FileNotFoundError as error:
        raise Http404 from error


@public
@require_safe
def unsent(request: HttpRequest) -> HttpResponse:
    """What this device has not sent yet; also the page that opens without a connection."""
    return render(request, "evidence/unsent.html")


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that opens pages of tasks without a connection."""
    response = render(request, "evidence/worker.js", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
