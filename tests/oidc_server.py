"""A small OpenID Connect provider on this machine, for tests: it signs in whom it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "office", "s3cret"


@dataclass
class Provider:
    """Whom it signs in next, by claims; and all that it was asked."""

    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    audience: str = CLIENT
    url: str = ""
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is led: back to the office with a code."""
        code = secrets.token_hex(8)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The tokens for a code: once, to who knows the secret and the verifier."""
        query = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if query is None or sent.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        if query.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.audience, "iat": now, "exp": now + 60,
                  "nonce": query.get("nonce"), **self.claims}  # fmt: skip
        token = jwt.encode(claims, self.key, "RS256", {"kid": "1"})
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def described(self) -> dict[str, Any]:
        """What clients read first."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers while the block runs."""
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
            told.asked.append(path)
            if path == "/.well-known/openid-configuration":
                self.say(200, told.described())
            elif path == "/authorize":
                self.send_response(302)
                given = {name: each[0] for name, each in query.items()}
                self.send_header("Location", told.authorize(given))
                self.end_headers()
            elif path == "/userinfo":
                self.say(200, told.claims)
            elif path == "/keys":
                public = jwt.algorithms.RSAAlgorithm.to_jwk(told.key.public_key(), as_dict=True)
                self.say(200, {"keys": [{**public, "kid": "1", "alg": "RS256"}]})
            else:
                self.say(404, {})

        def do_POST(self) -> None:
            told.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(*told.token({name: each[0] for name, each in parse_qs(body).items()}))

        def say(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
