"""What a person reads when nothing can be shown: a full disk, a database that is away, a request
that cannot be read, a form without its token.

Nothing here asks the database, nor the templates of the office, which do.
"""

from __future__ import annotations

import errno
import sys
from html import escape
from typing import Final

from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from urbanwork.quantities.bilingual import Bilingual

FULL: Final = Bilingual(
    "The disk of the office is full: nothing was changed; tell the administrator, then try again.",
    "系统磁盘已满，本次操作未保存；请告知管理员，处理后重试。",
)
AWAY: Final = Bilingual(
    "The database does not answer: nothing was changed; try again in a minute.",
    "数据库暂时无法连接，本次操作未保存；请稍后重试。",
)
OURS: Final = Bilingual(
    "A fault of ours: nothing was changed; it stands in the log, tell the administrator.",
    "系统出现故障，本次操作未保存；已记入日志，请告知管理员。",
)
UNREADABLE: Final = Bilingual(
    "What was sent cannot be read, or is too large: nothing was changed.",
    "请求内容无法解析或过大，本次操作未保存。",
)
TOO_OLD: Final = Bilingual(
    "This form is too old or came from elsewhere, nothing was changed: load its page again, then "
    "send it.",
    "表单已过期或来源不明，本次操作未保存；请重新打开页面后再提交。",
)
PAGE: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{said}</title></head>
<body><main><h1>{said}</h1></main></body></html>
"""


def told(request: HttpRequest) -> HttpResponse:
    """The answer to a request that ended in a fault, by what the fault was."""
    return _answer(request, *_meaning(sys.exc_info()[1]))


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to what the framework refuses to read: too large, too many fields, odd hosts."""
    return _answer(request, 400, UNREADABLE)


def without_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form that lacks the token of its page."""
    return _answer(request, 403, TOO_OLD)


def _answer(request: HttpRequest, status: int, said: Bilingual) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"en": said.en, "zh": said.zh}, status=status)
    lang = "zh" if getattr(request, "LANGUAGE_CODE", "en").startswith("zh") else "en"
    page = PAGE.format(lang=lang, said=escape(getattr(said, lang)))
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def _meaning(fault: BaseException | None) -> tuple[int, Bilingual]:
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return 507, FULL
        if isinstance(fault, DatabaseError) and _is_full(fault):
            return 507, FULL
        if isinstance(fault, DatabaseError) and _is_away(fault):
            return 503, AWAY
        fault = fault.__cause__ or fault.__context__
    return 500, OURS


def _is_full(fault: DatabaseError) -> bool:
    """SQLite says it by words, PostgreSQL by the code of its class of lacking resources."""
    code = str(getattr(fault.__cause__, "sqlstate", "") or "")
    return code == "53100" or "disk is full" in str(fault)


def _is_away(fault: DatabaseError) -> bool:
    return type(fault).__name__ in ("OperationalError", "InterfaceError")
