"""The health of the office as pages, and the door of a demonstration."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from urbanwork.office.access import page, public
from urbanwork.office.operation.health import answers, signs
from urbanwork.office.people.models import Person, Post
from urbanwork.office.rules import lifecycle
from urbanwork.version import __version__


@public
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """One word for machines, without a session: 200 where the office works, else 503."""
    is_well = answers()
    return JsonResponse({"status": "ok" if is_well else "down"}, status=200 if is_well else 503)


@page("administrator")
@never_cache
@require_safe
def health_details(request: HttpRequest) -> HttpResponse:
    """What was looked at and what was found."""
    return render(request, "operation/health.html", {"signs": signs(), "version": __version__})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """In a demonstration, and only there: sign in as any of the people who were made up."""
    if not settings.IS_DEMO:
        raise Http404
    people = Person.objects.filter(is_active=True).order_by("pk")
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        person = get_object_or_404(people, pk=int(chosen) if chosen.isdecimal() else 0)
        login(request, person, backend="urbanwork.office.people.backend.PersonBackend")
        return redirect("first_page")
    posts = Post.objects.held().filter(person__in=people).select_related("person", "body")
    roles = lifecycle().roles
    shown = [(post, roles[post.role]) for post in posts.order_by("pk")]
    return render(request, "operation/demo.html", {"posts": shown})
