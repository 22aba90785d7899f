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


def settle(body: Body, *, is_moved: bool) -> None:
    """Take the parent of a body as it is now, and look whether a moved one may stand below it.

    Call it in the transaction that saves the body: rows of the tree are locked until its end.

    Raises:
        RefusedError: it would lie below itself, below a closed body, or too deep.
    """
    if body.parent_id is not None:
        body.parent = Body.objects.select_for_update().get(pk=body.parent_id)
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
    paths = dict(Body.objects.select_for_update().order_by("pk").values_list("pk", "path"))
    own = paths[body.pk]
    first = _level(own) - 1
    return {pk: _level(path) - first for pk, path in paths.items() if path.startswith(own)}


def _level(path: str) -> int:
    return path.count("/") - 1
