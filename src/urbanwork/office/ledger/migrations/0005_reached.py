"""Events keep the state that they led to, so that a changed lifecycle table changes no history.

Of events that are there it is taken from the chain, where it stood from the first day.
"""

from itertools import islice
from typing import Any

from django.db import migrations, models

BLOCK = 2_000


def taken_from_the_chain(apps: Any, editor: Any) -> None:
    entries = apps.get_model("audit", "Entry").objects.filter(
        action__startswith="task.", facts__has_key="event"
    )
    rows = entries.values_list("subject", "facts").iterator(BLOCK)
    with editor.connection.cursor() as cursor:
        while some := list(islice(rows, BLOCK)):
            cursor.executemany(
                "UPDATE ledger_taskevent SET reached = %s WHERE task_id = %s AND number = %s",
                [
                    (facts["to"], int(subject.removeprefix("task:")), facts["event"])
                    for subject, facts in some
                ],
            )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_order_of_all_states"), ("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            "taskevent", "reached", models.CharField(blank=True, max_length=20, null=True)
        ),
        migrations.RunPython(taken_from_the_chain, migrations.RunPython.noop),
    ]
