"""Versions keep all that was planned; what a plan came to is kept by day."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import nrm_tracker.text
from criteria.models import append_only

KEPT = ("finish_on", "chance", "safe_on", "step_count", "critical_count")


def bring(apps, schema_editor):
    """What is known of each plan is its forecast of the day on which it was last reckoned."""
    plans = apps.get_model("plans", "Plan").objects.exclude(forecast_on=None)
    found = plans.select_related("enrolment", "deciding__person", "deciding__agency")
    apps.get_model("plans", "PlanForecast").objects.bulk_create(map(_forecast(apps), found))


def _forecast(apps):
    model = apps.get_model("plans", "PlanForecast")

    def made(plan):
        step = plan.deciding
        return model(
            plan=plan,
            on=plan.forecast_on,
            state=plan.state,
            target_on=plan.enrolment.target_on,
            problem=plan.forecast_problem,
            deciding=f"{step.number}. {step.name}" if step else "",
            person=step.person.full_name if step and step.person else "",
            agency=step.agency.name if step and step.agency else "",
            **{name: getattr(plan, name) for name in KEPT},
        )

    return made


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, ("plans_planversion", "plans_approvedstep"))


class Migration(migrations.Migration):
    dependencies = [
        ("communes", "0008_nearly_counts"),
        ("criteria", "0015_undoing"),
        ("plans", "0006_resources"),
    ]

    operations = [
        migrations.AddField(
            model_name="activity",
            name="is_critical",
            field=models.BooleanField(default=False, verbose_name="critical"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communes.agency",
                verbose_name="agency that directs",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="chain_place",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="place in the chain"
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_central",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="Central",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_commune",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="Commune",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_district",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="District",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_enterprises",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="Enterprises",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_other",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="Other",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_people",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="The people",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="cost_province",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=12,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="Province",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="criterion",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.criterion",
                verbose_name="criterion",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="evidence",
            field=nrm_tracker.text.NameField(blank=True, max_length=300, verbose_name="evidence"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="indicator",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="criteria.indicator",
                verbose_name="indicator",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="is_critical",
            field=models.BooleanField(blank=True, null=True, verbose_name="critical"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="least_days",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="fewest days"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="most_days",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="most days"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="not_before",
            field=models.DateField(blank=True, null=True, verbose_name="not before"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="place",
            field=nrm_tracker.text.NameField(blank=True, max_length=200, verbose_name="place"),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="quantity_required",
            field=models.DecimalField(
                blank=True,
                decimal_places=3,
                max_digits=14,
                null=True,
                verbose_name="quantity required",
            ),
        ),
        migrations.AddField(
            model_name="approvedstep",
            name="unit",
            field=nrm_tracker.text.NameField(blank=True, max_length=40, verbose_name="unit"),
        ),
        migrations.AddField(
            model_name="plan",
            name="is_stale",
            field=models.BooleanField(default=False, verbose_name="to be reckoned anew"),
        ),
        migrations.AddField(
            model_name="planversion",
            name="target_on",
            field=models.DateField(blank=True, null=True, verbose_name="target day"),
        ),
        migrations.AlterField(
            model_name="approvedstep",
            name="needs",
            field=nrm_tracker.text.ProseField(blank=True, verbose_name="needs"),
        ),
        migrations.AlterField(
            model_name="approvedstep",
            name="working_days",
            field=models.PositiveIntegerField(
                validators=[django.core.validators.MaxValueValidator(10000)],
                verbose_name="working days",
            ),
        ),
        migrations.CreateModel(
            name="PlanForecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="reckoned on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being drafted"),
                            ("submitted", "Sent for approval"),
                            ("approved", "Approved"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("target_on", models.DateField(blank=True, null=True, verbose_name="target day")),
                (
                    "finish_on",
                    models.DateField(blank=True, null=True, verbose_name="forecast finish"),
                ),
                (
                    "problem",
                    nrm_tracker.text.NameField(
                        blank=True, max_length=300, verbose_name="why it cannot be reckoned"
                    ),
                ),
                (
                    "chance",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="chance of the target"
                    ),
                ),
                (
                    "safe_on",
                    models.DateField(blank=True, null=True, verbose_name="day safe with 80 %"),
                ),
                (
                    "deciding",
                    nrm_tracker.text.NameField(
                        blank=True, max_length=320, verbose_name="deciding step"
                    ),
                ),
                (
                    "person",
                    nrm_tracker.text.NameField(
                        blank=True, max_length=300, verbose_name="person in charge"
                    ),
                ),
                (
                    "agency",
                    nrm_tracker.text.NameField(
                        blank=True, max_length=300, verbose_name="agency that directs"
                    ),
                ),
                ("step_count", models.PositiveIntegerField(default=0, verbose_name="steps")),
                (
                    "critical_count",
                    models.PositiveIntegerField(default=0, verbose_name="critical steps"),
                ),
                (
                    "late_count",
                    models.PositiveIntegerField(
                        default=0, verbose_name="steps later than approved"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecasts",
                        to="plans.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "forecast of a plan",
                "verbose_name_plural": "forecasts of plans",
                "ordering": ["on"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "on"), name="planforecast_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "submitted", "approved"])),
                        name="planforecast_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("chance__isnull", True), ("chance__lte", 100), _connector="OR"
                        ),
                        name="planforecast_chance_of_hundred",
                    ),
                ],
            },
        ),
        migrations.RunPython(bring, migrations.RunPython.noop),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
