"""The guards of history (rule 5); holidays and usual steps, once."""

from django.db import migrations

from criteria.models import append_only
from plans.first_rows import calendar_days, usual_steps

TABLES = ("plans_planversion", "plans_approvedstep", "plans_progressreport")


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, TABLES)


def bring(apps, schema_editor):
    for name, rows in (("CalendarDay", calendar_days()), ("UsualStep", usual_steps())):
        model = apps.get_model("plans", name)
        model.objects.bulk_create(model(**row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(bring, migrations.RunPython.noop),
    ]
