"""Model villages and gardens, with what is asked of them; the guards of their history (rule 5)."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nrm_tracker.text
from criteria.models import append_only
from plans.first_rows import model_criteria

TABLES = (
    "plans_villagestep",
    "plans_modelresult",
    "plans_villagefigures",
    "plans_villagetarget",
)


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, TABLES)


def bring(apps, schema_editor):
    model = apps.get_model("plans", "ModelCriterion")
    model.objects.bulk_create(model(**row) for row in model_criteria())


class Migration(migrations.Migration):
    dependencies = [
        ("communes", "0008_nearly_counts"),
        ("plans", "0004_who_wrote_a_step"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Garden",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "is_illustrative",
                    models.BooleanField(default=False, verbose_name="illustrative, not real"),
                ),
                ("name", nrm_tracker.text.NameField(max_length=120, verbose_name="household")),
                ("registered_on", models.DateField(verbose_name="registered on")),
                (
                    "left_on",
                    models.DateField(blank=True, null=True, verbose_name="left the list on"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gardens",
                        to="communes.village",
                        verbose_name="village",
                    ),
                ),
            ],
            options={
                "verbose_name": "garden",
                "verbose_name_plural": "gardens",
                "ordering": ["registered_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ModelCriterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", nrm_tracker.text.ProseField(blank=True, verbose_name="source")),
                (
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
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("village", "Model village"), ("garden", "Model garden")],
                        max_length=10,
                        verbose_name="of what",
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="number",
                    ),
                ),
                ("name", nrm_tracker.text.NameField(max_length=300, verbose_name="name")),
                ("note", nrm_tracker.text.ProseField(blank=True, verbose_name="what it asks for")),
            ],
            options={
                "verbose_name": "criterion of model villages and gardens",
                "verbose_name_plural": "criteria of model villages and gardens",
                "ordering": ["-kind", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("checked__in", ["law", "quoted", "unread"])),
                        name="modelcriterion_checked_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["village", "garden"])),
                        name="modelcriterion_kind_known",
                    ),
                    models.UniqueConstraint(
                        fields=("kind", "number"), name="modelcriterion_number_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "is_illustrative",
                    models.BooleanField(default=False, verbose_name="illustrative, not real"),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("met", "Met"),
                            ("nearly", "Nearly met"),
                            ("not_met", "Not met"),
                            ("not_assessed", "Not assessed"),
                        ],
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                ("assessed_on", models.DateField(verbose_name="assessed on")),
                (
                    "note",
                    nrm_tracker.text.NameField(blank=True, max_length=300, verbose_name="remarks"),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="plans.modelcriterion",
                        verbose_name="criterion",
                    ),
                ),
                (
                    "garden",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="plans.garden",
                        verbose_name="garden",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="communes.village",
                        verbose_name="village",
                    ),
                ),
            ],
            options={
                "verbose_name": "result of a village or garden",
                "verbose_name_plural": "results of villages and gardens",
                "ordering": ["assessed_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VillageFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "is_illustrative",
                    models.BooleanField(default=False, verbose_name="illustrative, not real"),
                ),
                ("counted_on", models.DateField(verbose_name="counted on")),
                (
                    "households",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100000)],
                        verbose_name="households",
                    ),
                ),
                (
                    "mixed_gardens",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100000)],
                        verbose_name="mixed gardens left",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="communes.village",
                        verbose_name="village",
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of a village",
                "verbose_name_plural": "figures of villages",
                "ordering": ["counted_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VillageStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_day", models.DateField(verbose_name="day")),
                (
                    "begun",
                    models.PositiveIntegerField(default=0, verbose_name="villages that began"),
                ),
                (
                    "planned",
                    models.PositiveIntegerField(default=0, verbose_name="with an approved plan"),
                ),
                (
                    "nearly",
                    models.PositiveIntegerField(default=0, verbose_name="nearly model villages"),
                ),
                ("met", models.PositiveIntegerField(default=0, verbose_name="model villages")),
                ("recognised", models.PositiveIntegerField(default=0, verbose_name="recognised")),
                (
                    "gardens",
                    models.PositiveIntegerField(default=0, verbose_name="gardens registered"),
                ),
                (
                    "gardens_met",
                    models.PositiveIntegerField(default=0, verbose_name="model gardens"),
                ),
                (
                    "mixed_gardens",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="mixed gardens left"
                    ),
                ),
                (
                    "is_illustrative",
                    models.BooleanField(default=False, verbose_name="illustrative, not real"),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="village_standings",
                        to="communes.commune",
                        verbose_name="commune",
                    ),
                ),
            ],
            options={
                "verbose_name": "villages in figures",
                "verbose_name_plural": "villages in figures",
                "ordering": ["commune", "on_day"],
            },
        ),
        migrations.CreateModel(
            name="VillageStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "is_illustrative",
                    models.BooleanField(default=False, verbose_name="illustrative, not real"),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("planned", "Plan and estimate approved"),
                            ("nearly", "Nearly a model village"),
                            ("met", "Meets the criteria, confirmed"),
                            ("recognised", "Recognised by decision"),
                        ],
                        max_length=12,
                        verbose_name="step",
                    ),
                ),
                ("taken_on", models.DateField(verbose_name="day")),
                (
                    "document",
                    nrm_tracker.text.NameField(blank=True, max_length=300, verbose_name="document"),
                ),
                ("reason", nrm_tracker.text.ProseField(blank=True, verbose_name="reason")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="communes.village",
                        verbose_name="village",
                    ),
                ),
                (
                    "voids",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voided_by",
                        to="plans.villagestep",
                        verbose_name="takes back",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a village",
                "verbose_name_plural": "steps of villages",
                "ordering": ["taken_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VillageTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "is_illustrative",
                    models.BooleanField(default=False, verbose_name="illustrative, not real"),
                ),
                ("from_on", models.DateField(verbose_name="counts from")),
                (
                    "villages",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(200)],
                        verbose_name="model villages",
                    ),
                ),
                (
                    "gardens",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(2000)],
                        verbose_name="model gardens",
                    ),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="share of villages that began, %",
                    ),
                ),
                (
                    "source",
                    nrm_tracker.text.NameField(
                        max_length=500, verbose_name="document that says so"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="village_targets",
                        to="communes.area",
                        verbose_name="area",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for all communes of the area that have no target of their own.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="village_targets",
                        to="communes.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "target of villages and gardens",
                "verbose_name_plural": "targets of villages and gardens",
                "ordering": ["from_on", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="garden",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_on__isnull", True)),
                fields=("village", "name"),
                name="garden_once_in_a_village",
            ),
        ),
        migrations.AddIndex(
            model_name="modelresult",
            index=models.Index(fields=["village", "assessed_on"], name="modelresult_day"),
        ),
        migrations.AddConstraint(
            model_name="modelresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["met", "nearly", "not_met", "not_assessed"])),
                name="modelresult_result_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="villagestanding",
            constraint=models.UniqueConstraint(
                fields=("commune", "on_day"), name="villagestanding_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="villagestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("step__in", ["registered", "planned", "nearly", "met", "recognised"])
                ),
                name="villagestep_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="villagestep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voids__isnull", True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="villagestep_voided_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="villagetarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__isnull", True), ("share__lte", 100), _connector="OR"),
                name="villagetarget_share_of_hundred",
            ),
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(bring, migrations.RunPython.noop),
    ]
