"""What programs send in JSON is taken as it is said: `true` is no number, `"5"` neither."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, Strict

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
"""The number of a row, as the database counts them."""
Role = Literal[
    "leader", "supervisor", "dispatcher", "handler", "inspector", "oversight", "administrator"
]
"""A role that a post gives."""
Moment = Annotated[AwareDatetime, Strict(False)]
"""A moment with its offset from UTC, as text, since JSON has no other way to say it."""
Identifier = Annotated[UUID, Strict(False)]
"""A UUID as text."""


def _as_a_day(value: Any) -> Any:
    """Nothing but `2026-11-23`: the library would take a number for seconds since 1970."""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("give a day as text, such as 2026-11-23")
    return value


Day = Annotated[date, Strict(False), BeforeValidator(_as_a_day)]
"""A day as text."""


class Given(Schema):
    """A body in JSON, with no member that is not described."""

    model_config = ConfigDict(extra="forbid", strict=True)
