"""The web, for the one thing that urbanwork fetches: an extract that the user asks for.

Only http and https, never from https back to http, nothing without a limit of time and of size, and
every failure is one sentence that says what to do.
"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import IO, Any

from urbanwork.errors import UserError

TIMEOUT_S = 30.0
"""How long a server may stay silent."""

WITHOUT_INTERNET = "without internet, download an extract on another machine and give it with --osm"


class StatusError(UserError):
    """The server answered, but not with what was asked for."""

    def __init__(self, url: str, status: int) -> None:
        self.status = status
        super().__init__(f"{url}: {_refusal(status)}")


def fetched(url: str, *, most_bytes: int) -> bytes:
    """Return what is at an address, in memory.

    Raises:
        UserError: it cannot be had, or has more than `most_bytes`.
    """
    with opened(url) as answer:
        try:
            data = answer.read(most_bytes + 1)
        except (OSError, http.client.HTTPException) as error:
            raise UserError(f"{url}: the answer broke off ({error}); try again") from None
    if len(data) > most_bytes:
        raise UserError(f"{url}: is larger than the {most_bytes:,} bytes expected there")
    return bytes(data)


def opened(url: str, headers: Mapping[str, str] | None = None) -> Any:
    """Return the answer of a server, to be used in a `with` block.

    Raises:
        StatusError: the server refuses or does not have it.
        UserError: the address is none of the web, or nobody answers there.
    """
    try:
        return _opener().open(_request(url, headers or {}), timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        error.close()
        raise StatusError(url, error.code) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UserError(_unreached(url, error)) from None


def resolved(base: str, url: str) -> str:
    """Return an address that may be given relative to another.

    >>> resolved("http://maps.example/index.json", "europe/andorra-latest.osm.pbf")
    'http://maps.example/europe/andorra-latest.osm.pbf'
    """
    return urllib.parse.urljoin(base, url)


def _request(url: str, headers: Mapping[str, str]) -> urllib.request.Request:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"{url}: is no address of the web; it must start with https:// or http://")
    safe = urllib.parse.quote(url, safe=":/?#[]@!$&'()*+,;=%~")
    return urllib.request.Request(safe, headers={"User-Agent": "urbanwork", **headers})  # noqa: S310 (checked above)


class _NoWayBackToHttp(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but not from an encrypted connection to one that is not."""

    def redirect_request(
        self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        to_web = ("https://",) if req.type == "https" else ("https://", "http://")
        if not newurl.lower().startswith(to_web):
            raise UserError(f"{req.full_url}: leads on to {newurl}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """An opener without the ftp, file and data addresses that the usual one follows."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _NoWayBackToHttp(),
    ):
        opener.add_handler(handler)
    return opener


def _refusal(status: int) -> str:
    if status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
        return f"the server has no such file ({status}); check the address"
    if status == http.HTTPStatus.TOO_MANY_REQUESTS or status >= 500:
        return f"the server cannot answer now ({status}); try again later"
    if status in range(300, 400):
        return f"the server leads on to an address that is not followed ({status}); check it"
    return f"the server refuses it ({status}); {WITHOUT_INTERNET}"


def _unreached(url: str, error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLError):
        return (
            f"{url}: the connection cannot be trusted ({reason.reason or reason}); a proxy may "
            f"stand between: {WITHOUT_INTERNET}"
        )
    if isinstance(reason, TimeoutError):
        return f"{url}: no answer within {TIMEOUT_S:.0f} s; try again later, or {WITHOUT_INTERNET}"
    said = getattr(reason, "strerror", None) or reason or type(error).__name__
    return f"{url}: cannot be reached ({said}); {WITHOUT_INTERNET}"
