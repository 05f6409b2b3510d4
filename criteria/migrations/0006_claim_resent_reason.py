from django.db import migrations

import nrm_tracker.text


class Migration(migrations.Migration):
    dependencies = [
        ("criteria", "0005_targets"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="resent_reason",
            field=nrm_tracker.text.ProseField(
                blank=True, verbose_name="why it is sent again unchanged"
            ),
        ),
    ]
