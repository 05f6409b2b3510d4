"""Resources and what is owed for construction; the guards of their history (rule 5)."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nrm_tracker.text
from criteria.models import append_only

TABLES = ("plans_contribution", "plans_constructiondebt")


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("communes", "0008_nearly_counts"),
        ("criteria", "0016_indicators_counted_from"),
        ("plans", "0005_villages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConstructionItem",
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
                ("name", nrm_tracker.text.NameField(max_length=300, verbose_name="item")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="construction_items",
                        to="communes.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="construction_items",
                        to="criteria.criterion",
                        verbose_name="criterion",
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
                "verbose_name": "item of construction",
                "verbose_name_plural": "items of construction",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ConstructionDebt",
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
                ("stated_on", models.DateField(verbose_name="stated on")),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=3,
                        max_digits=14,
                        verbose_name="value of what was built (million đồng)",
                    ),
                ),
                (
                    "paid",
                    models.DecimalField(
                        decimal_places=3, max_digits=14, verbose_name="paid (million đồng)"
                    ),
                ),
                (
                    "settled_by",
                    nrm_tracker.text.ProseField(
                        blank=True, verbose_name="how and until when it is to be paid"
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debts",
                        to="plans.constructionitem",
                        verbose_name="item",
                    ),
                ),
            ],
            options={
                "verbose_name": "debt of construction",
                "verbose_name_plural": "debts of construction",
                "ordering": ["stated_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Contribution",
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
                    "stage",
                    models.CharField(
                        choices=[
                            ("asked", "Applied for"),
                            ("promised", "Promised"),
                            ("allotted", "Allotted"),
                            ("spent", "Spent"),
                        ],
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("central", "Central budget"),
                            ("province", "Provincial budget"),
                            ("district", "District budget"),
                            ("commune", "Commune budget"),
                            ("combined", "Combined from other programmes"),
                            ("credit", "Credit"),
                            ("enterprises", "Enterprises"),
                            ("people", "People of the commune"),
                            ("other", "People away from home, other"),
                        ],
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("money", "Money (million đồng)"),
                            ("goods", "Goods (worth, million đồng)"),
                            ("labour", "Labour (days)"),
                            ("land", "Land given (m²)"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=3,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="amount",
                    ),
                ),
                (
                    "worth",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="worth in money (million đồng)",
                    ),
                ),
                ("given_on", models.DateField(verbose_name="day")),
                (
                    "purpose",
                    nrm_tracker.text.NameField(blank=True, max_length=300, verbose_name="what for"),
                ),
                (
                    "document",
                    nrm_tracker.text.NameField(blank=True, max_length=300, verbose_name="document"),
                ),
                ("voids", models.BooleanField(default=False, verbose_name="voids it")),
                (
                    "reason",
                    nrm_tracker.text.ProseField(
                        blank=True, verbose_name="reason for the correction"
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="communes.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="plans.contribution",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="criteria.criterion",
                        verbose_name="criterion",
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
                "verbose_name": "contribution",
                "verbose_name_plural": "contributions",
                "ordering": ["-given_on", "-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="constructionitem",
            constraint=models.UniqueConstraint(
                fields=("commune", "name"), name="constructionitem_once_in_a_commune"
            ),
        ),
        migrations.AddConstraint(
            model_name="constructiondebt",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid__gte", 0), ("value__gte", models.F("paid"))),
                name="constructiondebt_paid_of_value",
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(fields=["commune", "given_on"], name="contribution_day"),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["asked", "promised", "allotted", "spent"])),
                name="contribution_stage_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "source__in",
                        [
                            "central",
                            "province",
                            "district",
                            "commune",
                            "combined",
                            "credit",
                            "enterprises",
                            "people",
                            "other",
                        ],
                    )
                ),
                name="contribution_source_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["money", "goods", "labour", "land"])),
                name="contribution_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="contribution_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("worth__isnull", True),
                    models.Q(("kind__in", ["labour", "land"]), ("worth__gte", 0)),
                    _connector="OR",
                ),
                name="contribution_worth_of_no_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(("voids", False), ("corrects__isnull", False), _connector="OR"),
                name="contribution_voids_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("corrects__isnull", True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="contribution_corrected_why",
            ),
        ),
        migrations.RunPython(install, remove),
    ]
