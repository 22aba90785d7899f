"""What views of the map share: who asks, in which language, and faults as pages say them."""

from __future__ import annotations

import hashlib
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from urbanwork.errors import Fault, UserError, in_chinese
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights

Response = TypeVar("Response", bound=HttpResponseBase)


def rights_in(request: HttpRequest) -> Rights:
    """The rights of who asks; views that are open to roles have them always."""
    return cast(Rights, request.rights)  # type: ignore[attr-defined]


def faults_of(error: UserError) -> list[str]:
    """What is wrong, a sentence each in the language of the page, without paths of the server."""
    return [said(each) for each in plain_faults(error)]


def plain_faults(error: UserError) -> list[Fault]:
    """What is wrong in both languages, without paths of the server."""
    return [
        Fault(_without_paths(str(each)), _without_paths(in_chinese(each))) for each in error.faults
    ]


def _without_paths(sentence: str) -> str:
    """People of the office need not know where the server keeps its files."""
    from urbanwork.office.place import office_place

    city = office_place().city
    return sentence.replace(f"{city}/", "").replace(str(city), city.name)


def lasting(response: Response) -> Response:
    """For what stands under a digest in its address: a device need not ask again."""
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def fresh(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For what depends on who asks: nobody else may keep it, and what is the same is not sent."""
    response["Cache-Control"] = "private, no-cache"
    digest = hashlib.sha256(response.content).hexdigest()[:32]
    response["ETag"] = f'"{digest}"'
    if request.headers.get("If-None-Match") == response["ETag"]:
        same = HttpResponse(status=304)
        same["ETag"], same["Cache-Control"] = response["ETag"], response["Cache-Control"]
        return same
    return response
