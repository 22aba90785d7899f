"""What people change for themselves: the post they act in, their language, how they sign in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from urbanwork.office.access import PERSON, may_open, page, public
from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Person
from urbanwork.office.people.rights import POST_IN_SESSION, held_posts, signed_in

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


@page(PERSON)
@require_safe
def own_page(request: HttpRequest) -> HttpResponse:
    """One's own data, posts, qualifications, and how one signs in."""
    person = signed_in(request)
    rights = getattr(request, "rights", None)
    given = {
        "posts": held_posts(person),
        "qualifications": person.qualifications.all(),
        "factors": Authenticator.objects.filter(user=person),
        "must_have_factor": rights is not None
        and rights.role in settings.SECOND_FACTOR_FOR
        and not is_mfa_enabled(person),
    }
    return render(request, "people/own.html", given)


@page(PERSON)
@require_POST
def choose_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts; kept in the session."""
    person = signed_in(request)
    chosen = request.POST.get("post", "")
    posts = [post for post in held_posts(person) if str(post.pk) == chosen]
    if not posts:
        raise Http404
    request.session[POST_IN_SESSION] = posts[0].pk
    back = own_path(request)
    return redirect(back if _is_list(back) and may_open(back, posts[0].role) else "/")


def _is_list(path: str) -> bool:
    """Whether the address names no one thing, which the other post may not see."""
    try:
        return not resolve(path.partition("?")[0]).kwargs
    except Resolver404:
        return False


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Go on in another language, on this device, and for who is signed in on all of them."""
    language = request.POST.get("language", "")
    response = redirect(own_path(request))
    if language not in LANGUAGES:
        return response
    if isinstance(request.user, Person) and request.user.language != language:
        _keep(request.user, language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@transaction.atomic
def _keep(person: Person, language: str) -> None:
    Person.objects.filter(pk=person.pk).update(language=language)
    subject = f"person:{person.pk}"
    record("person.language", subject, {"language": language}, actor=subject)


def own_path(request: HttpRequest) -> str:
    """The page to go back to, if it is one of ours; else the first."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if asked.startswith("/") and is_ours else "/"
