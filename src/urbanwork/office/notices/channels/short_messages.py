"""Short messages (SMS) through a gateway over HTTP."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from urbanwork.office.notices.channels.sending import RefusedForGoodError, post
from urbanwork.office.notices.declared import Sms


def send(gateway: Sms, phone: str, text: str, key: str) -> None:
    """Send a short message; `key` is the same in every attempt, so that the gateway sends once.

    Raises:
        NotSentError: it did not go out; RefusedForGoodError: and it never will.
        UnsureError: it may have gone out.
        UserError: a secret is missing.
    """
    values = {"{phone}": phone, "{text}": text}
    fields = {name: _filled(value, values) for name, value in gateway.body.items()}
    body = (urlencode(fields) if gateway.form else json.dumps(fields, ensure_ascii=False)).encode()
    kind = "application/x-www-form-urlencoded" if gateway.form else "application/json"
    headers = {"Content-Type": f"{kind}; charset=utf-8", "Idempotency-Key": key}
    if gateway.token is not None:
        headers[gateway.header] = f"{gateway.scheme}{gateway.token.read()}"
    answer = post(gateway.url, body, headers)
    if gateway.said is not None:
        name, wanted = gateway.said
        if str(answer.json().get(name)) != wanted:
            raise RefusedForGoodError(f"{name} is not {wanted}")


def _filled(value: str, values: dict[str, str]) -> str:
    """One of the places, or the text as it stands: what people wrote is never a template."""
    return values.get(value, value)
