"""The last character of each Chinese run becomes a word, so that one character alone is found; the
index over lights begins with what is open.
"""

from typing import Any

from django.db import migrations, models

from urbanwork.office.ledger.searching import search_words

BLOCK = 2_000


def sought_anew(apps: Any, editor: Any) -> None:
    connection = editor.connection
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS ledger_words")  # made anew after this migration
    tasks = apps.get_model("ledger", "Task").objects.order_by("id")
    last = 0
    with connection.cursor() as cursor:
        while some := list(tasks.filter(id__gt=last).only("number", "title", "text")[:BLOCK]):
            cursor.executemany(
                "UPDATE ledger_task SET sought = %s WHERE id = %s",
                [(search_words(task), task.pk) for task in some],
            )
            last = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_reached")]

    operations = [
        migrations.RunPython(sought_anew, migrations.RunPython.noop),
        migrations.RemoveIndex("task", "task_light_deadline"),
        migrations.AddIndex(
            "task",
            models.Index(fields=["is_open", "light", "deadline", "id"], name="task_open_light"),
        ),
    ]
