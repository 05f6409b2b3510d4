from django.db import migrations

from criteria.models import append_only

TABLES = (
    "criteria_assessment",
    "criteria_measurement",
    "criteria_claimdecision",
    "criteria_comment",
    "criteria_dossierstep",
)


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("criteria", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
