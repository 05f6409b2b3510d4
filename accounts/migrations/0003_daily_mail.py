import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import nrm_tracker.text


def keep_the_last(apps, schema_editor):
    """Who was sent an e-mail today gets no second one after the update."""
    sent = apps.get_model("accounts", "User").objects.exclude(digest_sent_on=None)
    DailyMail = apps.get_model("accounts", "DailyMail")
    DailyMail.objects.bulk_create(
        DailyMail(user=user, day=user.digest_sent_on, state="sent", at=timezone.now())
        for user in sent
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sort_keys_bytewise"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Refused, tried again by the next run"),
                        ],
                        default="sending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("reason", nrm_tracker.text.ProseField(blank=True, verbose_name="reason")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="daily_mails",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "daily e-mail",
                "verbose_name_plural": "daily e-mails",
                "ordering": ["-day", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "day"), name="dailymail_one_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["sending", "sent", "failed"])),
                        name="dailymail_state_known",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_the_last, migrations.RunPython.noop),
        migrations.RemoveField(model_name="user", name="digest_sent_on"),
    ]
