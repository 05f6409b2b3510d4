"""The group of a commune is known by day; one that was there counts for every day."""

from django.db import migrations, models


def say_since_when(apps, schema_editor):
    for commune in apps.get_model("communes", "Commune").objects.exclude(group=""):
        commune.groups = f"1900-01-01 {commune.group}"
        commune.save(update_fields=["groups"])


def say_the_last(apps, schema_editor):
    for commune in apps.get_model("communes", "Commune").objects.exclude(groups=""):
        commune.group = commune.groups.splitlines()[-1][11:]
        commune.save(update_fields=["group"])


class Migration(migrations.Migration):
    dependencies = [("communes", "0005_compared_with")]

    operations = [
        migrations.AddField(
            "commune",
            "groups",
            models.TextField(
                blank=True, default="", editable=False, verbose_name="commune groups by day"
            ),
        ),
        migrations.RunPython(say_since_when, say_the_last),
        migrations.RemoveField("commune", "group"),
    ]
