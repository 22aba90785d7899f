"""Lists as files, for programs."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponseBase
from ninja import Path, Query, Router, Schema
from pydantic import Field, StringConstraints

from urbanwork.office.lists.contents import LISTS
from urbanwork.office.lists.views import taken_out

router = Router()
ListName = Annotated[str, Field(json_schema_extra={"enum": list(LISTS)})]
Word = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]


class ListWanted(Schema):
    """The filters that some lists have."""

    q: Word = Field("", description="words, of people and bodies")
    state: Word = Field("", description="of deliveries")


@router.get("/{name}.{kind}", operation_id="take_list_out")
def take_list_out(
    request: HttpRequest,
    name: Annotated[ListName, Path()],
    kind: Literal["csv", "xlsx", "geojson"],
    given: Query[ListWanted],
) -> HttpResponseBase:
    """A list of the pages as CSV or XLSX, and as GeoJSON where it is of tasks."""
    rights = request.rights  # type: ignore[attr-defined]
    return taken_out(rights, name, kind, given.dict())
