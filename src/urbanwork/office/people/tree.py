"""Where a body may stand in the tree of bodies; looked at while nobody else moves one."""

from __future__ import annotations

from typing import Final

from urbanwork.office.people.models import Body
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

MOST_LEVELS: Final = 16
"""So deep no government is; a path of so many ids fits its column."""
IN_ITSELF: Final = Bilingual("A body cannot lie below itself.", "机构不能隶属于自身或其下级。")
TOO_DEEP: Final = Bilingual(
    f"The tree of bodies would have more than {MOST_LEVELS} levels; choose a body further up.",
    f"机构层级将超过{MOST_LEVELS}级，请选择更高层级的上级机构。",
)
ABOVE_CLOSED: Final = Bilingual(
    "The body above it is closed; open that first.", "上级机构已停用，请先启用。"
)


def hold() -> None:
    """Let nobody else change the tree until the end of this transaction.

    The oldest body stands for the tree: whoever changes any body takes that row first, so that
    two never wait for each other. Rows that name bodies can be written meanwhile.
    """
    list(Body.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])


def settle(body: Body, *, is_moved: bool) -> None:
    """Take the parent of a body as it is now, and look whether a moved one may stand below it.

    Call it where the tree is held.

    Raises:
        RefusedError: it would lie below itself, below a closed body, or too deep.
    """
    if body.parent_id is not None:
        body.parent = Body.objects.get(pk=body.parent_id)
    if not is_moved:
        return
    below = _below(body)
    if body.parent_id in below:
        raise RefusedError(IN_ITSELF)
    if body.parent is not None and body.parent.is_closed and not body.is_closed:
        raise RefusedError(ABOVE_CLOSED)
    above = _level(body.parent.path) if body.parent is not None else 0
    if above + max(below.values(), default=1) > MOST_LEVELS:
        raise RefusedError(TOO_DEEP)


def _below(body: Body) -> dict[int, int]:
    """Ids of a body and of those below it, with levels from 1; a new one has none."""
    if body.pk is None:
        return {}
    own = Body.objects.values_list("path", flat=True).get(pk=body.pk)
    first = _level(own) - 1
    below = Body.objects.filter(path__startswith=own).values_list("pk", "path")
    return {pk: _level(path) - first for pk, path in below}


def _level(path: str) -> int:
    return path.count("/") - 1
