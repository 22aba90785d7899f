"""Structured logs: one JSON object a line, without addresses, names or what people wrote."""

from __future__ import annotations

import json
import logging
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from urbanwork.errors import UserError

TOLD: Final = ("request", "method", "route", "status", "milliseconds", "person", "post")
"""What a line of a request holds beside its time and level. The route is the pattern of the
address, such as `ledger/<number>/`, never the address with what people typed."""

PLAIN: Final = (str, int, float, type(None))
"""A record of Django holds the request itself, whose text has the whole address: that stays out."""

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
logger = logging.getLogger("urbanwork.requests")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        given = {name: getattr(record, name) for name in TOLD if hasattr(record, name)}
        told |= {name: value for name, value in given.items() if isinstance(value, PLAIN)}
        if record.exc_info:
            told["error"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)


class RequestLog:
    """Middleware: a line for each request, with its number in the answer too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin, number = time.perf_counter(), uuid.uuid4().hex[:16]
        response = self.get_response(request)
        response["X-Request-Id"] = number
        match = request.resolver_match
        rights = getattr(request, "rights", None)
        logger.info(
            "request",
            extra={
                "request": number, "method": request.method,
                "route": match.route if match else "", "status": response.status_code,
                "milliseconds": round(1_000 * (time.perf_counter() - begin), 1),
                "person": rights.person.pk if rights else None,
                "post": rights.post.pk if rights else None,
            },
        )  # fmt: skip
        return response


def log_level(given: str) -> str:
    """How much is logged, as the environment says.

    Raises:
        UserError: there is no such level.
    """
    if given.upper() not in LEVELS:
        raise UserError(f"URBANWORK_LOG: got '{given[:20]}', wanted one of {', '.join(LEVELS)}")
    return given.upper()


def logging_settings(level: str) -> dict[str, Any]:
    """Django's settings of logging: lines of JSON on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "urbanwork.office.operation.logs.JsonLines"}},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "urbanwork": {"handlers": ["lines"], "level": level, "propagate": False},
            # probes with foreign hosts come all day; their line is that of the request, 400
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
            "django.request": {"handlers": ["lines"], "level": "ERROR", "propagate": False},
            "django.server": {"handlers": ["lines"], "level": "ERROR", "propagate": False},
        },
    }
