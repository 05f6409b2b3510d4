"""Whether a row was checked becomes what it was compared with: so far copies and lists."""

from django.db import migrations, models

MODELS = ("agency", "area", "commune", "workinggroup")
STATES = ["law", "quoted", "unread"]


def say_with_what(apps, schema_editor):
    for name in MODELS:
        apps.get_model("communes", name).objects.filter(is_checked=True).update(checked="quoted")


def say_whether(apps, schema_editor):
    for name in MODELS:
        rows = apps.get_model("communes", name).objects.exclude(checked="unread")
        rows.update(is_checked=True)


class Migration(migrations.Migration):
    dependencies = [("communes", "0004_units_of_vietnam")]

    operations = [
        *(
            migrations.AddField(
                name,
                "checked",
                models.CharField(
                    choices=[
                        ("law", "Checked against the document itself"),
                        ("quoted", "Checked against a copy that quotes it"),
                        ("unread", "Not checked against the document"),
                    ],
                    default="unread",
                    max_length=10,
                    verbose_name="compared with",
                ),
            )
            for name in MODELS
        ),
        migrations.RunPython(say_with_what, say_whether),
        *(migrations.RemoveField(name, "is_checked") for name in MODELS),
        *(
            migrations.AddConstraint(
                name,
                models.CheckConstraint(
                    condition=models.Q(("checked__in", STATES)), name=f"{name}_checked_known"
                ),
            )
            for name in MODELS
        ),
    ]
