"""Who may open what: each view says it, and a view that says nothing is closed.

    @page("leader", "supervisor")      these roles, with a post that holds today
    @page(*EVERYONE)                   anyone with a post
    @page(PERSON)                      anyone who is signed in, with or without a post
    @public                            anyone at all: sign-in, health, published pages

What a person sees *inside* a page is a matter of `Rights` (`people/rights.py`), not of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

ROLES: Final = (
    "leader", "supervisor", "dispatcher", "handler", "inspector", "oversight", "administrator",
)  # fmt: skip
EVERYONE: Final = ROLES
PERSON: Final = "person"
PUBLIC: Final = "public"
OPEN_NAMESPACES: Final = ("ninja.operation",)
"""Modules of libraries that keep their own doors: keys of programs."""

View = TypeVar("View", bound=Callable[..., Any])


def page(*who: str) -> Callable[[View], View]:
    """Open a view to roles.

    Raises:
        ValueError: a role that does not exist.
    """
    if unknown := set(who) - {*ROLES, PERSON}:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")

    def marked(view: View) -> View:
        view.who = frozenset(who)  # type: ignore[attr-defined]
        return view

    return marked


def public(view: View) -> View:
    """Open a view to anyone, signed in or not."""
    view.who = frozenset({PUBLIC})  # type: ignore[attr-defined]
    return view


def who_may(view: Any) -> frozenset[str]:
    """Roles that a view is open to; none where it says nothing."""
    inner = getattr(view, "view_class", view)
    if getattr(inner, "__module__", "").startswith(OPEN_NAMESPACES):
        return frozenset({PUBLIC})
    marked: frozenset[str] = getattr(view, "who", frozenset()) or getattr(inner, "who", frozenset())
    return marked


class DenyByDefault:
    """Middleware: a request reaches a view only if the view is open to the one who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from urbanwork.office.people.rights import rights_of

        request.rights = rights_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        who = who_may(view)
        if PUBLIC in who:
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        rights = request.rights  # type: ignore[attr-defined]
        if PERSON in who or (rights is not None and rights.role in who):
            return None
        raise PermissionDenied


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Pages lead to the door; the interface for programs and what scripts ask get a plain 401."""
    if request.path.startswith("/api/") or request.headers.get("HX-Request"):
        return HttpResponse("Sign in first. 请先登录。", status=401, content_type="text/plain")
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return redirect(_door() + back)


def _door() -> str:
    from django.urls import reverse

    return reverse("account_login")


def may_open(path: str, role: str) -> bool:
    """Whether a role may open the page at a path; for menus, so that they show no closed door."""
    who = who_may(resolve(path).func)
    return bool(who & {role, PERSON, PUBLIC})
