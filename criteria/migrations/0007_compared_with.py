"""Whether a row was checked becomes what it was compared with.

What came with the application was read in copies and press, never in the decision itself; what
people ticked was said to be compared with the document.
"""

from django.db import migrations, models

# How a row is known among those that were loaded.
LOADED = {
    "criteriaset": ("code",),
    "criterion": ("criteria_set__code", "number"),
    "indicator": ("criterion__criteria_set__code", "code"),
    "threshold": (
        "indicator__criterion__criteria_set__code",
        *("indicator__code", "region", "commune_group", "valid_from"),
    ),
    "responsibility": (
        *("criterion__criteria_set__code", "criterion__number"),
        *("indicator__code", "agency__key"),
    ),
    "evidencerequirement": ("criterion__criteria_set__code", "criterion__number", "name"),
    "dossierrequirement": ("criteria_set__code", "number"),
    "bracket": ("name",),
    "levelname": ("level", "valid_from"),
}
MODELS = (*LOADED, "recognition")
STATES = ["law", "quoted", "unread"]


def say_with_what(apps, schema_editor):
    loaded = set(
        apps.get_model("criteria", "LoadedReference").objects.values_list("key", flat=True)
    )
    for name in MODELS:
        rows = apps.get_model("criteria", name).objects.filter(is_checked=True)
        rows.update(checked="law")
        if name not in LOADED:
            continue
        from_files = rows.filter(province=None) if name == "threshold" else rows
        found = [
            pk
            for pk, *parts in from_files.values_list("pk", *LOADED[name])
            if f"{name}:{_key(parts)}" in loaded
        ]
        for start in range(0, len(found), 500):
            rows.filter(pk__in=found[start : start + 500]).update(checked="quoted")


def _key(parts):
    return "/".join("" if part is None else str(part) for part in parts)


def say_whether(apps, schema_editor):
    for name in MODELS:
        rows = apps.get_model("criteria", name).objects.exclude(checked="unread")
        rows.update(is_checked=True)


class Migration(migrations.Migration):
    dependencies = [
        ("communes", "0005_compared_with"),
        ("criteria", "0006_claim_resent_reason"),
    ]

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
