"""Pages on which administrators change bodies, people, posts and qualifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from urbanwork.office.access import page
from urbanwork.office.pages.language import said
from urbanwork.office.people import closing, forms
from urbanwork.office.people.keeping import keep
from urbanwork.office.people.links import link_path, make_link
from urbanwork.office.people.models import Body, Person, Post, Qualification
from urbanwork.office.people.rights import Rights, signed_in
from urbanwork.office.people.room import shown
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

ADMINISTRATOR = "administrator"
METHODS = ["GET", "HEAD", "POST"]
TITLES = {
    "body_new": Bilingual("A new body", "新增机构"),
    "body_edit": Bilingual("Change a body", "修改机构"),
    "person_new": Bilingual("A new person", "新增人员"),
    "person_edit": Bilingual("Change a person", "修改人员信息"),
    "post_new": Bilingual("A new post", "新增岗位"),
    "post_edit": Bilingual("Change a post", "修改岗位"),
    "qualification_new": Bilingual("A new qualification or training", "新增资格或培训"),
    "qualification_edit": Bilingual("Change a qualification or training", "修改资格或培训"),
}
DONE = Bilingual("It is kept.", "已保存。")


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def body_new(request: HttpRequest) -> HttpResponse:
    """Enter a body; `?parent=` chooses the one above it."""
    form = forms.BodyForm(request.POST or None, initial={"parent": request.GET.get("parent")})
    return _changed(request, "body_new", form, lambda row: redirect("body", row.pk))


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def body_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a body."""
    form = forms.BodyForm(request.POST or None, instance=get_object_or_404(Body, pk=pk))
    return _changed(request, "body_edit", form, lambda row: redirect("body", row.pk))


@page(ADMINISTRATOR)
@require_POST
def body_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a body, or open it again."""
    body = get_object_or_404(Body, pk=pk)
    act = closing.open_body if body.is_closed else closing.close_body
    return _done(request, lambda by: act(by, body), redirect("body", pk))


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def person_new(request: HttpRequest) -> HttpResponse:
    """Enter a person, who signs in by a link until they set a password."""
    person = Person()
    person.set_unusable_password()
    form = forms.PersonForm(request.POST or None, instance=person)
    return _changed(request, "person_new", form, lambda row: redirect("person", row.pk))


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is kept of a person."""
    form = forms.PersonForm(request.POST or None, instance=get_object_or_404(Person, pk=pk))
    return _changed(request, "person_edit", form, lambda row: redirect("person", row.pk))


@page(ADMINISTRATOR)
@require_POST
def person_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person go, or come back."""
    person = get_object_or_404(Person, pk=pk)
    act = closing.close_person if person.is_active else closing.open_person
    return _done(request, lambda by: act(by, person), redirect("person", pk))


@page(ADMINISTRATOR)
@require_POST
@never_cache
def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a login link, shown on this page and never again."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    person = get_object_or_404(Person, pk=pk, is_active=True)
    token = make_link(person, actor=_actor(request))
    link = request.build_absolute_uri(f"/{link_path(token)}")
    return render(request, "people/person.html", {**shown(rights, person), "link": link})


@page(ADMINISTRATOR)
@require_POST
def person_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the second factors of who lost them."""
    person = get_object_or_404(Person, pk=pk)
    return _done(request, lambda by: closing.take_factors_away(by, person), redirect("person", pk))


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a post."""
    post = Post(person=get_object_or_404(Person, pk=pk, is_active=True))
    form = forms.PostForm(request.POST or None, instance=post)
    return _changed(request, "post_new", form, lambda row: redirect("person", pk))


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a post."""
    post = get_object_or_404(Post.objects.select_related("person"), pk=pk)
    form = forms.PostForm(request.POST or None, instance=post)
    return _changed(request, "post_edit", form, lambda row: redirect("person", row.person_id))


@page(ADMINISTRATOR)
@require_POST
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post as of now."""
    post = get_object_or_404(Post, pk=pk)
    back = redirect("person", post.person_id)
    return _done(request, lambda by: closing.end_post(by, post), back)


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def qualification_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what a person is qualified for, or was trained in."""
    row = Qualification(person=get_object_or_404(Person, pk=pk))
    form = forms.QualificationForm(request.POST or None, instance=row)
    return _changed(request, "qualification_new", form, lambda row: redirect("person", pk))


@page(ADMINISTRATOR)
@require_http_methods(METHODS)
def qualification_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change it, such as how long it holds."""
    row = get_object_or_404(Qualification.objects.select_related("person"), pk=pk)
    form = forms.QualificationForm(request.POST or None, instance=row)
    back = redirect("person", row.person_id)
    return _changed(request, "qualification_edit", form, lambda row: back)


def _changed(
    request: HttpRequest, name: str, form: forms.Shown, after: Callable[[Any], HttpResponse]
) -> HttpResponse:
    """The form, or what follows when it is kept."""
    if request.method == "POST" and form.is_valid():
        try:
            row = keep(_actor(request), form.instance, seen=form.cleaned_data["seen"] or None)
        except RefusedError as refused:
            form.add_error(None, said(refused.sentence))
        else:
            messages.success(request, said(DONE))
            return after(row)
    given = {"form": form, "title": TITLES[name], "row": form.instance}
    return render(request, "people/change.html", given, status=422 if form.errors else 200)


def _done(request: HttpRequest, act: Callable[[str], Any], back: HttpResponse) -> HttpResponse:
    """Do it, and say that it is done or why not."""
    try:
        act(_actor(request))
    except RefusedError as refused:
        messages.error(request, said(refused.sentence))
    else:
        messages.success(request, said(DONE))
    return back


def _actor(request: HttpRequest) -> str:
    return f"person:{signed_in(request).pk}"
