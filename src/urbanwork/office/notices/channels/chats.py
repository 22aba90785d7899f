"""Robots of groups in WeCom (企业微信) and DingTalk (钉钉), by their webhooks.

Neither takes a key that makes sending twice do once, so what may have gone out is not sent again.
Source: developer.work.weixin.qq.com, document 91770; open.dingtalk.com, "custom robot access".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Final
from urllib.parse import urlencode

from urbanwork.office.notices.channels.sending import NotSentError, RefusedForGoodError, post
from urbanwork.office.notices.declared import Chat

BUSY: Final = frozenset({-1, 45009, 45033, 130101, 410100})
"""Codes of both that mean: too many at once, or try again later."""
LONGEST: Final = {"wecom": 2048, "dingtalk": 20_000}
"""Bytes of a text."""


def send(chat: Chat, text: str) -> None:
    """Send a text to a group.

    Raises:
        NotSentError: it did not go out; RefusedForGoodError: and it never will.
        UnsureError: it may have gone out.
        UserError: a secret is missing.
    """
    content = {"msgtype": "text", "text": {"content": cut(text, LONGEST[chat.kind])}}
    body = json.dumps(content, ensure_ascii=False).encode()
    answer = post(address(chat), body, {"Content-Type": "application/json; charset=utf-8"})
    code = answer.json().get("errcode")
    if code in BUSY:
        raise NotSentError(f"errcode {code}")
    if code != 0:
        raise RefusedForGoodError(f"errcode {code}")


def address(chat: Chat, now: float | None = None) -> str:
    """The whole address with its key, and for DingTalk with time and signature where it signs."""
    if chat.kind == "wecom":
        return f"{chat.url}?{urlencode({'key': chat.key.read()})}"
    query = {"access_token": chat.key.read()}
    if chat.secret is not None:
        stamp = str(round((time.time() if now is None else now) * 1000))
        query |= {"timestamp": stamp, "sign": signature(chat.secret.read(), stamp)}
    return f"{chat.url}?{urlencode(query)}"


def signature(secret: str, stamp: str) -> str:
    """DingTalk's: base64 of HMAC-SHA-256 under the secret of time, line end, secret.

    >>> signature("SEC1", "1700000000000")
    'ukR4+WoOOBTGaOauYqugxVrMSFyr92q4hPxJxuOkiio='
    """
    text = f"{stamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


def cut(text: str, most: int) -> str:
    """A text of so many bytes at most, cut between signs.

    >>> cut("督办单", 7)
    '督…'
    """
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore") + "…"
