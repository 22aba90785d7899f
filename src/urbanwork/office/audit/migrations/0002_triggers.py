"""The triggers that keep chain and events as they are."""

from django.db import migrations

from urbanwork.office.audit.triggers import install, remove


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("ledger", "0002_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema: install(schema.connection),
            lambda apps, schema: remove(schema.connection),
        )
    ]
