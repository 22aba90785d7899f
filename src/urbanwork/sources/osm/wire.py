"""Just enough of the protocol buffer format to look at the outside of a message.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Field(NamedTuple):
    """One field: a whole number, or content that is not decoded any deeper."""

    key: int
    number: int  # 0 where the field has content
    content: bytes  # empty where the field is a number


class Message:
    """The fields of one message; a field that is missing is 0 or empty.

    >>> message = Message(bytes([0x08, 0x96, 0x01, 0x12, 0x02, 0x68, 0x69]))
    >>> message.number(1), message.content(2), 3 in message
    (150, b'hi', False)
    """

    def __init__(self, content: bytes) -> None:
        self._fields = list(fields(content))

    def __contains__(self, key: int) -> bool:
        return any(field.key == key for field in self._fields)

    def number(self, key: int, *, default: int = 0) -> int:
        """The last number of that key."""
        return next((field.number for field in reversed(self._fields) if field.key == key), default)

    def content(self, key: int) -> bytes:
        """The first content of that key."""
        return next(iter(self.contents(key)), b"")

    def contents(self, key: int) -> list[bytes]:
        """All contents of that key."""
        return [field.content for field in self._fields if field.key == key]


def fields(content: bytes) -> Iterator[Field]:
    """The fields in their order; the last one may be cut short, as the start of a blob is.

    Raises:
        ValueError: content that is no message.
        IndexError: content that ends within a number.
    """
    at = 0
    while at < len(content):
        key, at = varint(content, at)
        if key & 7 == 0:
            value, at = varint(content, at)
            yield Field(key >> 3, value, b"")
        elif key & 7 == 2:
            length, at = varint(content, at)
            yield Field(key >> 3, 0, content[at : at + length])
            at += length
        else:
            raise ValueError(f"wire type {key & 7}")


def varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of 7 bits a byte, and where the next one begins.

    >>> varint(bytes([0x96, 0x01]), 0)
    (150, 2)
    """
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def signed(code: int) -> int:
    """The number behind a zigzag code.

    >>> [signed(code) for code in (0, 1, 2, 3)]
    [0, -1, 1, -2]
    """
    return (code >> 1) ^ -(code & 1)
