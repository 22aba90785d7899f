from typing import Any

import django.db.models.deletion
from django.db import migrations, models

def areas_of_tasks(apps: Any, schema_editor: Any) -> None:
    task_area = apps.get_model("ledger", "TaskArea")
    for task in apps.get_model("ledger", "Task").objects.exclude(area="").iterator():
        names = dict.fromkeys([task.area, *task.areas])
        task_area.objects.bulk_create(task_area(task=task, area=name) for name in names)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_initial")]

    operations = [
        migrations.AddField("task", "edition", models.PositiveIntegerField(default=0)),
        migrations.AddField("task", "report_due", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex("task", models.Index(fields=["ask"], name="task_ask")),
        migrations.AddIndex("task", models.Index(fields=["report_due"], name="task_report_due")),
        migrations.CreateModel(
            name="TaskArea",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                )),
                ("area", models.CharField(max_length=80)),
                ("task", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="in_areas",
                    to="ledger.task",
                )),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "task"), name="area_once_a_task")
                ],
            },
        ),
        migrations.RunPython(areas_of_tasks, migrations.RunPython.noop),
    ]
