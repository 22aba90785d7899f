"""Texts from data made harmless for a terminal: they are read, and steer nothing.

A name in a map or a table can hold control characters, which colour a terminal, retitle its window
or turn what follows around. Each is shown as its code point instead.
"""

from __future__ import annotations

import json
from typing import Any

_TURNING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Bidirectional controls (Unicode 9, UAX #9): they make a name look like another."""
_STEERING = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *_TURNING)
_SHOWN = {code: f"<U+{code:04X}>" for code in _STEERING}
_LINES_SHOWN = {code: shown for code, shown in _SHOWN.items() if code not in (0x09, 0x0A)}
_JSON_SHOWN = {code: f"\\u{code:04x}" for code in _STEERING if code >= 0x7F}


def plain(text: str) -> str:
    """One line without control characters.

    >>> plain("Red \\x1b[31mLion")
    'Red <U+001B>[31mLion'
    """
    return text.translate(_SHOWN)


def plain_lines(text: str) -> str:
    """The same for a text of several lines, which stay."""
    return text.translate(_LINES_SHOWN)


def plain_markup(text: str) -> str:
    """The same for rich, which takes nothing in it for markup."""
    from rich.markup import escape

    return escape(plain(text))


def json_text(data: Any) -> str:
    """JSON for people and programs, with every control character escaped.

    >>> json_text({"name": "南\\x9b"})
    '{\\n "name": "南\\\\u009b"\\n}'
    """
    return json.dumps(data, ensure_ascii=False, indent=1, default=str).translate(_JSON_SHOWN)
