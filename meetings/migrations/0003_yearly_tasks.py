from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("communes", "0001_initial"),
        ("criteria", "0002_guards"),
        ("meetings", "0002_guards_and_themes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="task",
            name="task_every_known",
        ),
        migrations.AlterField(
            model_name="task",
            name="every",
            field=models.CharField(
                blank=True,
                choices=[
                    ("week", "Every week"),
                    ("month", "Every month"),
                    ("quarter", "Every quarter"),
                    ("year", "Every year"),
                ],
                max_length=20,
                verbose_name="recurs",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__in", ["", "week", "month", "quarter", "year"])),
                name="task_every_known",
            ),
        ),
    ]
