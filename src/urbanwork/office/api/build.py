"""The interface as one: routers of all rooms, one way to sign in, one form of faults."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from urbanwork.errors import UserError, in_chinese
from urbanwork.office.api.auth import ByKey, BySession
from urbanwork.supervision.refusing import RefusedError
from urbanwork.version import __version__

ROOMS: Final = {
    "/tasks": "ledger",
    "/evidence": "evidence",
    "/supervision": "supervising",
    "/notices": "notices",
    "/people": "people",
    "/map": "maps",
    "/meetings": "meetings",
    "/ledger-files": "ledger_files",
    "/papers": "papers",
    "/lists": "lists",
    "/office": "operation",
}
"""Where the router of each room stands; each is `urbanwork.office.<room>.api.router`."""

MOST_FAULTS: Final = 20
"""So many places are named of what was sent."""
SIGN_IN = "Sign in, or send a key. 请先登录或提供密钥。"
CLOSED = "This is not open to your post. 您的岗位无权操作。"
UNREADABLE = "What was sent cannot be read. 请求内容无法解析。"
WITHOUT_PROOF = (
    "The form token is missing or old: send it as X-CSRFToken, or use a key. "
    "缺少表单令牌或令牌已失效，请在 X-CSRFToken 中提交，或使用接口密钥。"
)
NOTHING = "There is nothing here, or your post may not see it. 不存在，或您的岗位无权查看。"


def build_api() -> NinjaAPI:
    """The interface with the routers of all rooms that have one."""
    api = NinjaAPI(
        title="urbanwork office",
        version=__version__,
        description="Everything that the pages of the office do, for programs.",
        auth=[ByKey(), BySession(csrf=True)],
        docs_url=None,
        openapi_url=None,
        urls_namespace="api",
    )
    for path, room in ROOMS.items():
        name = f"urbanwork.office.{room}.api"
        if find_spec(f"urbanwork.office.{room}") and find_spec(name):
            api.add_router(path, import_module(name).router, tags=[room])
    _tell_faults(api)
    return api


def _tell_faults(api: NinjaAPI) -> None:
    """Every fault is one sentence in both languages, under `en` and `zh`, or a list of places."""

    def told(request: HttpRequest, status: int, en: str, zh: str) -> HttpResponse:
        return api.create_response(request, {"en": en, "zh": zh}, status=status)

    @api.exception_handler(RefusedError)
    def refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
        return told(request, 409, error.sentence.en, error.sentence.zh)

    @api.exception_handler(UserError)
    def wrong(request: HttpRequest, error: UserError) -> HttpResponse:
        en, zh = "; ".join(map(str, error.faults)), "；".join(map(in_chinese, error.faults))
        return told(request, 422, en, zh)

    @api.exception_handler(Http404)
    def nothing(request: HttpRequest, error: Any) -> HttpResponse:
        return told(request, 404, *_both(NOTHING))

    @api.exception_handler(PermissionDenied)
    def closed(request: HttpRequest, error: Any) -> HttpResponse:
        return told(request, 403, *_both(CLOSED))

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: Any) -> HttpResponse:
        response = told(request, 401, *_both(SIGN_IN))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        en, _, zh = str(error).partition("\n")  # a line a language
        known = {400: UNREADABLE, 403: WITHOUT_PROOF}.get(error.status_code)
        return told(request, error.status_code, *(_both(known) if known else (en, zh or en)))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        said = "; ".join(map(_place, error.errors[:MOST_FAULTS]))
        more = len(error.errors) - MOST_FAULTS
        return told(request, 422, *(f"{said}; +{more}" if more > 0 else said for _ in range(2)))


def _place(fault: dict[str, Any]) -> str:
    """Where in what was sent a fault is, and what it is; a name that somebody made up is cut."""
    where = ".".join(str(part)[:80] for part in fault["loc"])
    return f"{where}: {fault['msg']}"


def _both(text: str) -> tuple[str, str]:
    """The English and the Chinese sentence of a text that holds both."""
    en, _, zh = text.partition(". ")
    return f"{en}.", zh


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What stands at an address that does not exist: a page, or for programs a fault."""
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    en, zh = _both(NOTHING)
    return JsonResponse({"en": en, "zh": zh}, status=404)


api = build_api()
