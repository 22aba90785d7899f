"""What programs send in JSON is taken as it is said: `true` is no number, `"5"` neither."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Strict

Moment = Annotated[AwareDatetime, Strict(False)]
"""A moment with its offset from UTC, as text, since JSON has no other way to say it."""
Identifier = Annotated[UUID, Strict(False)]
"""A UUID as text."""


class Given(Schema):
    """A body in JSON, with no member that is not described."""

    model_config = ConfigDict(extra="forbid", strict=True)
