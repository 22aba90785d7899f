"""The network address of who asks."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from django.conf import settings
from django.http import HttpRequest

HERE: Final = "127.0.0.1"
NETWORK: Final = 64
"""Bits of an address of IPv6 that tell one from another: who has one has all that begin so."""
_WITH_PORT: Final = re.compile(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


def address_of(request: HttpRequest) -> str:
    """The address; behind our proxy, which a public office has, the one that the proxy saw last.

    What stands before the last entry was written by whoever asks and proves nothing. Ports go, and
    of IPv6 the network counts: with either, who tries passwords would be somebody else each time.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.PUBLIC:
        return _plain(direct) or HERE
    passed = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _plain(passed) or _plain(direct) or HERE


def _plain(written: str) -> str:
    """An address as limits count it; empty where it is none."""
    if (found := _WITH_PORT.fullmatch(written)) is not None:
        written = found[1] or found[2]
    try:
        address = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        if not address.is_loopback:
            return str(ipaddress.ip_network((address, NETWORK), strict=False).network_address)
    return str(address)
