"""Who acts, and the health of the office, for programs."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router, Schema

from urbanwork.office.operation.health import signs
from urbanwork.version import __version__

router = Router()


class Acting(Schema):
    """The person and the post in which a request acts."""

    person: str
    username: str
    role: str
    body: str
    areas: list[str]
    fields: list[str]
    version: str


class SignOut(Schema):
    """One thing that was looked at."""

    en: str
    zh: str
    is_well: bool


@router.get("/me", response=Acting, operation_id="who_acts")
def who_acts(request: HttpRequest) -> Acting:
    """The person and the post of this session or key."""
    rights = request.rights  # type: ignore[attr-defined]
    return Acting(
        person=rights.person.name, username=rights.person.username, role=rights.role,
        body=rights.body.name, areas=rights.areas, fields=rights.fields, version=__version__,
    )  # fmt: skip


@router.get("/health", response=list[SignOut], operation_id="health")
def health(request: HttpRequest) -> list[SignOut]:
    """What an administrator sees on the page of health."""
    if request.rights.role != "administrator":  # type: ignore[attr-defined]
        raise PermissionDenied
    return [
        SignOut(
            en=f"{sign.title.en}: {sign.found.en}", zh=f"{sign.title.zh}：{sign.found.zh}",
            is_well=sign.is_well,
        )
        for sign in signs()
    ]  # fmt: skip
