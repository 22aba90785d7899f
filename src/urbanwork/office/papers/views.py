"""Pages of papers: taking one, what was issued, the templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.pages.language import Lang, language, said
from urbanwork.office.papers import making, originals
from urbanwork.office.papers.bulletin import Month
from urbanwork.office.papers.filling import DOCX
from urbanwork.office.papers.kept import openable
from urbanwork.office.papers.kinds import KINDS, MINUTES, Kind
from urbanwork.office.papers.making import Made
from urbanwork.office.papers.models import Paper, PaperFile
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import Order
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

MOST: Final = 100
READERS: Final = ("leader", "supervisor", "dispatcher", "oversight", "administrator")
NO_FILE: Final = Bilingual("Choose a file first.", "请先选择文件。")


def rights_in(request: HttpRequest) -> Rights:
    """The rights of who asks; `@page` has made sure that there are some."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


def asked_language(request: HttpRequest) -> Lang:
    """The language that a button asks for, else that of the page."""
    asked = request.POST.get("lang")
    return "zh" if asked == "zh" else "en" if asked == "en" else language()


def asked_anew(request: HttpRequest) -> bool:
    """Whether who issues papers wants it made anew, not as it was made before."""
    return request.POST.get("anew") == "1" and rights_in(request).role in making.ISSUE


def as_answer(made: Made) -> HttpResponse:
    """A paper as a file to keep."""
    response = HttpResponse(made.data, content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["Cache-Control"] = "no-store"
    return response


def taken(request: HttpRequest, back: str, make: Callable[[], Made], *given: Any) -> HttpResponse:
    """A paper, or the page before with why there is none."""
    try:
        return as_answer(make())
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
        return redirect(back, *given)


@page(*EVERYONE)
@require_POST
def assignment(request: HttpRequest, number: str) -> HttpResponse:
    """The assignment order of a task."""
    rights = rights_in(request)
    task = get_object_or_404(visible(rights), number=number.replace("\0", ""))
    lang = asked_language(request)
    anew = asked_anew(request)
    return taken(
        request, "task", lambda: making.assignment_order(rights, task, lang, anew=anew), task.number
    )


@page(*EVERYONE)
@require_POST
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper of a step of supervision."""
    rights = rights_in(request)
    found = seen_order(rights, pk)
    lang = asked_language(request)
    anew = asked_anew(request)
    return taken(
        request, "task", lambda: making.supervision_order(rights, found, lang, anew=anew),
        found.task.number,
    )  # fmt: skip


def seen_order(rights: Rights, pk: int) -> Order:
    """An order of a task that the post may see.

    Raises:
        Http404: there is none.
    """
    orders = Order.objects.filter(task__in=visible(rights))
    return get_object_or_404(orders.select_related("task", "task__lead", "by", "body"), pk=pk)


@page(*making.ISSUE)
@require_POST
def bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of a month."""
    rights, lang = rights_in(request), asked_language(request)
    text, anew = request.POST.get("month", "")[:10], asked_anew(request)
    return taken(
        request, "papers", lambda: making.bulletin(rights, Month.of(text), lang, anew=anew)
    )  # fmt: skip


@page(*READERS)
@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a paper as it was made then."""
    rights = rights_in(request)
    try:
        return as_answer(making.opened(rights, seen_file(rights, pk)))
    except FileNotFoundError as error:
        raise Http404 from error


def seen_file(rights: Rights, pk: int) -> PaperFile:
    """A file of a paper that the post may see.

    Raises:
        Http404: there is none.
    """
    files = PaperFile.objects.filter(paper__in=seen_papers(rights)).select_related("paper")
    found = get_object_or_404(files, pk=pk)
    if not openable(rights, [found]):
        raise Http404
    return found


def files_seen(rights: Rights, papers: Iterable[Paper]) -> dict[int, list[PaperFile]]:
    """The files of papers that the post may open, by paper."""
    found: dict[int, list[PaperFile]] = defaultdict(list)
    rows = PaperFile.objects.filter(paper__in=[each.pk for each in papers])
    for row in openable(rights, rows.select_related("paper")):
        found[row.paper_id].append(row)
    return found


@page(*READERS)
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """What was issued, the newest first; bulletins; the way to the templates."""
    rights = rights_in(request)
    shown = list(seen_papers(rights)[: MOST + 1])
    files = files_seen(rights, shown[:MOST])
    return render(request, "papers/papers.html", {
        "papers": [(each, files.get(each.pk, [])) for each in shown[:MOST]],
        "is_more": len(shown) > MOST, "most": MOST,
        "may_issue": rights.role in making.ISSUE, "may_change": rights.role in originals.CHANGE,
        "month": f"{timezone.localdate():%Y-%m}",
    })  # fmt: skip


def seen_papers(rights: Rights) -> QuerySet[Paper]:
    """Papers of tasks that the post may see, and those of no task; minutes for who reads all
    meetings."""
    mine = Q(task__isnull=True) | Q(task__in=visible(rights))
    papers = Paper.objects.filter(mine).select_related("task", "by")
    meets = rights.role in (*making.ISSUE, "oversight")
    return papers if meets else papers.exclude(kind=MINUTES.name)


@page(*originals.CHANGE)
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, and the values that each may name."""
    return render(request, "papers/templates.html", {"kinds": [shown(k) for k in KINDS.values()]})


def shown(kind: Kind, refused: str = "", lang: str = "") -> dict[str, Any]:
    """A kind as the page shows it."""
    held = [(each, originals.is_own(kind, each)) for each in originals.LANGUAGES]
    return {"kind": kind, "held": held, "values": list(kind.named()), "refused": refused,
            "refused_of": lang}  # fmt: skip


@page(*originals.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, kind: str, lang: str) -> HttpResponse:
    """Take the template that holds; with a POST, give a changed one or go back to the default."""
    known = KINDS.get(kind)
    if known is None or lang not in originals.LANGUAGES:
        raise Http404
    if request.method != "POST":
        response = HttpResponse(originals.template_of(known, lang), content_type=DOCX)
        response["Content-Disposition"] = f'attachment; filename="{kind}.{lang}.docx"'
        return response
    try:
        _change(request, known, lang)
    except RefusedError as refused:
        kinds = [
            shown(each, said(refused.sentence), lang) if each is known else shown(each)
            for each in KINDS.values()
        ]
        return render(request, "papers/templates.html", {"kinds": kinds}, status=422)
    return redirect("paper_templates")


def _change(request: HttpRequest, kind: Kind, lang: str) -> None:
    if "default" in request.POST:
        originals.go_back(rights_in(request), kind, lang)
        messages.success(request, said(Bilingual("The default holds again.", "已恢复默认模板。")))
        return
    file = request.FILES.get("file")
    if file is None:
        raise RefusedError(NO_FILE)
    originals.change(rights_in(request), kind, lang, file.read(originals.MOST_BYTES + 1))
    told = Bilingual("Tried out and in use from now on.", "已试填通过，即日起启用。")
    messages.success(request, said(told))
