"""Pages of notices: the to-do list, what was told, what one wants to be told, the log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from urbanwork.office.access import EVERYONE, page
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.notices import to_do as waiting
from urbanwork.office.notices.declared import Email, notices
from urbanwork.office.notices.forms import WishForm
from urbanwork.office.notices.kinds import TOPICS
from urbanwork.office.notices.models import Delivery, Notice
from urbanwork.office.notices.resending import send_again
from urbanwork.office.notices.seeing import mark_seen
from urbanwork.office.notices.wishes import personal_channels
from urbanwork.office.notices.words import path_of, sentence
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

SHOWN = 50
KEEPERS = ("administrator",)


def _rights(request: HttpRequest) -> Rights:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


@page(*EVERYONE)
@require_safe
def to_do(request: HttpRequest) -> HttpResponse:
    """What waits for this post."""
    shown = {"waiting": waiting.to_do(_rights(request)), "now": timezone.now()}
    return render(request, "notices/to_do.html", shown)


@page(*EVERYONE)
@require_safe
def to_do_count(request: HttpRequest) -> HttpResponse:
    """How much waits, for the menu: a number, with + where it is more."""
    number, is_more = waiting.count(_rights(request))
    response = HttpResponse(f"{number}{'+' if is_more else ''}", content_type="text/plain")
    response["Cache-Control"] = "private, max-age=20"
    return response


@page(*EVERYONE)
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """What this person was told, the newest first."""
    rights = _rights(request)
    rows = Notice.objects.filter(person=rights.person).select_related("news", "news__task")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    return render(request, "notices/told.html", {
        "rows": _told(rights, found[:SHOWN]), "after": found[SHOWN - 1].pk
        if len(found) > SHOWN else None,
        "newest": found[0].pk if found else 0,
    })  # fmt: skip


def _told(rights: Rights, rows: list[Notice]) -> list[dict[str, Any]]:
    """Sentences of notices; of a task that the post may no longer see, nothing is said."""
    ids = [each.news.task_id for each in rows if each.news.task_id is not None]
    seen = set(visible(rights).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        {"notice": each, "at": each.news.at, "sentence": sentence(each.news, language()),
         "path": _path(each)}
        for each in rows
        if each.news.task_id is None or each.news.task_id in seen
    ]  # fmt: skip


def _path(notice: Notice) -> str:
    from django.urls import reverse

    if (version := notice.news.facts.get("version")) is not None:
        return reverse("document", args=[version])
    return path_of(notice.news.task)


@page(*EVERYONE)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Mark what was shown as seen, up to the newest notice of the page."""
    newest = request.POST.get("newest", "")
    if newest.isdecimal() and len(newest) < 18:
        mark_seen(_rights(request), int(newest))
    return redirect("told")


@page(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """What comes where, and when nothing does."""
    rights = _rights(request)
    form = WishForm(rights.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save(rights)
        messages.success(request, said(Bilingual("Kept.", "已保存。")))
        return redirect("wishes")
    return render(request, "notices/wishes.html", {
        "form": form, "rows": form.rows(), "topics": TOPICS,
        "channels": _channels(rights),
    }, status=422 if form.errors else 200)  # fmt: skip


def _channels(rights: Rights) -> list[dict[str, Any]]:
    """The channels that reach this person, with the address that is known of them."""
    return [
        {"name": name, "kind": each.kind,
         "address": rights.person.email if isinstance(each, Email) else rights.person.phone}
        for name, each in personal_channels().items()
    ]  # fmt: skip


@page(*KEEPERS)
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """The log of deliveries with their attempts: no words of notices, no secrets."""
    rows = Delivery.objects.select_related("person").prefetch_related("tries").order_by("-pk")
    state = request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(state=state)
    shown = {"rows": rows[:200], "states": STATES, "state": state, "declared": notices().channels}
    return render(request, "notices/deliveries.html", shown)


STATES = {
    "waiting": Bilingual("waiting", "待发送"),
    "sending": Bilingual("being sent", "发送中"),
    "sent": Bilingual("sent", "已发送"),
    "unsure": Bilingual("unsure whether sent", "未确认是否送达"),
    "given_up": Bilingual("given up", "发送失败"),
}


@page(*KEEPERS)
@require_POST
def delivery_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message again that failed or is unsure."""
    try:
        send_again(_rights(request), pk)
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
    return redirect("deliveries")
