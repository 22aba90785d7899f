"""What all channels share: one way to send, and what may go wrong with it."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

SECONDS: Final = 10
LONGEST: Final = 64 * 1024
"""Of an answer no more is read."""


class NotSentError(Exception):
    """It did not go out for sure; trying again cannot send it twice."""

    is_final = False


class RefusedForGoodError(NotSentError):
    """It was refused in a way that trying again does not change."""

    is_final = True


class UnsureError(Exception):
    """The connection ended after the message went out and before an answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer over HTTP."""

    status: int
    body: bytes

    def json(self) -> Mapping[str, Any]:
        """Its fields; none where it is no JSON object."""
        try:
            data = json.loads(self.body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post to the address that office.yaml names: no redirects, no proxies, ten seconds.

    Raises:
        NotSentError: nobody answered the call, or the server is busy (429, 5xx).
        RefusedForGoodError: the server refused it (other 4xx), or leads elsewhere (3xx).
        UnsureError: it went out, and no answer came.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        _connect(connection)
        answer = _asked(connection, f"{parts.path or '/'}{'?' * bool(parts.query)}{parts.query}",
                        body, headers)  # fmt: skip
    finally:
        connection.close()
    if answer.status == 429 or answer.status >= 500:
        raise NotSentError(f"HTTP {answer.status}")
    if answer.status >= 300:
        raise RefusedForGoodError(f"HTTP {answer.status}")
    return answer


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=SECONDS)


def _connect(connection: http.client.HTTPConnection) -> None:
    try:
        connection.connect()
    except (OSError, http.client.HTTPException) as error:
        raise NotSentError(_said(error)) from None


def _asked(
    connection: http.client.HTTPConnection, path: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(LONGEST))
    except (OSError, http.client.HTTPException) as error:
        raise UnsureError(_said(error)) from None


def _said(error: Exception) -> str:
    """What went wrong, by its kind: texts of libraries may hold addresses with keys."""
    number = getattr(error, "errno", None)
    return type(error).__name__ if number is None else f"{type(error).__name__} {number}"
