from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_areas_and_reports")]

    operations = [
        migrations.AddIndex("task", models.Index(fields=["deadline", "id"], name="task_deadline")),
        migrations.AddIndex(
            "taskbody",
            models.Index(fields=["body", "deadline", "task"], name="body_deadline"),
        ),
    ]
