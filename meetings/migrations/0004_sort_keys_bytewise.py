from functools import partial

from django.db import migrations

from nrm_tracker.text import compare_bytewise


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_yearly_tasks")]

    operations = [
        migrations.RunPython(
            partial(compare_bytewise, app_label="meetings"), migrations.RunPython.noop
        )
    ]
