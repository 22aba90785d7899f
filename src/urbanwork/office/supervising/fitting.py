"""Whether what stands in the ledger fits the tables that the office works by now.

Histories stay as they were recorded, whatever a table says by now. But a task in a state that the
lifecycle has no more could go nowhere, and an order of a step that is gone would lead to nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, QuerySet

from urbanwork.errors import ManyFaultsError
from urbanwork.office.ledger.models import Task
from urbanwork.office.place import office_place
from urbanwork.office.rules import FOLDER, ladder, lifecycle
from urbanwork.office.supervising.models import Order


def check_tables() -> None:
    """Hold tasks and standing orders against lifecycle and ladder; writes nothing.

    Raises:
        ManyFaultsError: states or steps that the tables have no more, with what to do.
    """
    tasks = Task.objects.exclude(state__in=lifecycle().states)
    orders = Order.objects.filter(is_standing=True, task__is_open=True)
    gone = orders.exclude(step__in=ladder().steps)
    folder = office_place().folder / FOLDER
    faults = [
        f"{folder / 'lifecycle.yaml'}: {count} tasks (the first is {first}) stand in the state "
        f"'{state}', which the table does not have; give it this state again, with an action that "
        "leads on, or go back to the table as it was and move these tasks first"
        for state, count, first in _counted(tasks, "state", "number")
    ] + [
        f"{folder / 'ladder.yaml'}: {count} orders (the first is {first}) stand on the step "
        f"'{step}', which the table does not have; give it this step again, or go back to the "
        "table as it was and answer or void these orders first"
        for step, count, first in _counted(gone, "step", "code")
    ]
    if faults:
        raise ManyFaultsError(faults)


def _counted(rows: QuerySet[Any], by: str, named: str) -> list[tuple[str, int, str]]:
    """Each value with how many rows have it, and the name of the first."""
    grouped = rows.order_by(by).values_list(by)
    return list(grouped.annotate(Count("pk"), Min(named)))
