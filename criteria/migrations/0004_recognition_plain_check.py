from django.conf import settings
from django.db import migrations, models

import criteria.models.history


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0003_thresholds_of_provinces"),
        ("nrm_tracker", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="recognition",
            name="recognition_known_by_year_counts_from_its_end",
        ),
        migrations.AddConstraint(
            model_name="recognition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("precision", "day"),
                    models.Q(
                        criteria.models.history.LastOfYear("decided_on"), ("precision", "year")
                    ),
                    _connector="OR",
                ),
                name="recognition_known_by_year_counts_from_its_end",
                violation_error_message="Known only by year, it counts from 31/12.",
            ),
        ),
    ]
