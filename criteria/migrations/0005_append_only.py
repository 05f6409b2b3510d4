from django.db import migrations

from criteria import append_only

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
    append_only.remove(schema_editor.connection, TABLES[1:])


class Migration(migrations.Migration):
    dependencies = [("criteria", "0004_life_of_a_criterion")]

    operations = [migrations.RunPython(install, remove)]
