import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from criteria import append_only

TABLES = ("meetings_taskupdate", "meetings_addendum")


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_fill_in")]

    operations = [
        migrations.AlterField(
            model_name="workingsession",
            name="convened_at",
            field=models.DateTimeField(verbose_name="recorded at"),
        ),
        migrations.AlterField(
            model_name="workingsession",
            name="convened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="convened_sessions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="convened by",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
