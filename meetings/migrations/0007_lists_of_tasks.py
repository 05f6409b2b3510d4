from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_tour_steps"),
        ("communes", "0008_nearly_counts"),
        ("criteria", "0014_tables_of_values"),
        ("meetings", "0006_sessions_moved"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="task",
            name="task_of_area_by_day",
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                fields=["area", "state", "due_on", "title"], name="task_of_area_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["area", "assigned_at"], name="task_of_area_by_assignment"),
        ),
    ]
