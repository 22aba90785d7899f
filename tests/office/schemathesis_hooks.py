"""What schemathesis must know of our interface beyond its description; read by its command."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece_of_a_file(ctx: Any, value: Any) -> bytes:
    """A piece of an upload is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
