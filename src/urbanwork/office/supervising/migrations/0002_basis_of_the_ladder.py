from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("supervising", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="advice", name="clause"),
        migrations.RemoveField(model_name="advice", name="source"),
    ]
