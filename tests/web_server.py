"""A web server on the loopback address that misbehaves as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What the server has, how it behaves, and what it was asked."""

    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    cut_after: list[int] = field(default_factory=list)  # bytes, for one answer of a file each
    version: str = '"1"'
    says_length: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range

    def url(self, path: str) -> str:
        return self.base + path


@contextmanager
def serving() -> Iterator[Site]:
    """A site on 127.0.0.1 until the end of the block."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, site)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, site: Site) -> None:
    path, asked = handler.path, handler.headers.get("Range")
    site.asked.append((path, asked))
    if path in site.redirects:
        handler.send_response(302)
        handler.send_header("Location", site.redirects[path])
        handler.end_headers()
    elif path in site.status or path not in site.files:
        handler.send_error(site.status.get(path, 404))
    else:
        _send(handler, site, site.files[path], asked)


def _send(handler: BaseHTTPRequestHandler, site: Site, data: bytes, asked: str | None) -> None:
    is_same = site.version and handler.headers.get("If-Range") == site.version
    start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and is_same else 0
    if start and start >= len(data):
        handler.send_error(416)
        return
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
    if site.version:
        handler.send_header("ETag", site.version)
    if site.says_length:
        handler.send_header("Content-Length", str(len(data) - start))
    handler.end_headers()
    rest = data[start:]
    if site.cut_after and handler.path.endswith(".pbf"):
        rest = rest[: site.cut_after.pop(0)]
    with suppress(ConnectionError):  # the client may hang up: that is what some tests are about
        handler.wfile.write(rest)
