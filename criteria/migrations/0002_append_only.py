from django.db import migrations

from criteria import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, ("criteria_assessment",))


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, ("criteria_assessment",))


class Migration(migrations.Migration):
    dependencies = [("criteria", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
