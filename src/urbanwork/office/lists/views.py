"""The address of a list as a file."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from urbanwork.errors import UserError
from urbanwork.office.access import EVERYONE, page
from urbanwork.office.lists.contents import LISTS, listed
from urbanwork.office.lists.files import list_file
from urbanwork.office.people.rights import Rights


@page(*EVERYONE)
@require_safe
def take_out(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """A list as the post sees it, filtered as its page is."""
    rights: Rights = request.rights  # type: ignore[attr-defined]
    try:
        return taken_out(rights, name, kind, request.GET.dict())
    except UserError as fault:
        return HttpResponse(str(fault), status=422, content_type="text/plain; charset=utf-8")


def taken_out(rights: Rights, name: str, kind: str, query: dict[str, str]) -> HttpResponseBase:
    """The file of a list.

    Raises:
        Http404: no such list, or no such kind of file of it.
        PermissionDenied: the post may not open it.
        UserError: it is too long for a sheet.
    """
    if name not in LISTS:
        raise Http404
    if rights.role not in LISTS[name].who:
        raise PermissionDenied
    return list_file(kind, listed(name, rights, query))
