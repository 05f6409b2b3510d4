import django.db.models.deletion
from django.db import migrations, models

import nrm_tracker.text


class Migration(migrations.Migration):
    dependencies = [("criteria", "0007_compared_with")]

    operations = [
        migrations.AddField(
            model_name="criteriaset",
            name="thresholds_by",
            field=models.CharField(
                choices=[("region", "Region"), ("group", "Commune group")],
                default="region",
                max_length=10,
                verbose_name="thresholds by",
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriaset",
            constraint=models.CheckConstraint(
                condition=models.Q(("thresholds_by__in", ["region", "group"])),
                name="criteriaset_thresholds_by_known",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="note",
            field=nrm_tracker.text.ProseField(blank=True, default="", verbose_name="note"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="bracket",
            name="criteria_set",
            field=models.ForeignKey(
                blank=True,
                help_text="A set with brackets of its own takes these alone; empty: of any other set.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="brackets",
                to="criteria.criteriaset",
                verbose_name="criteria set",
            ),
        ),
    ]
