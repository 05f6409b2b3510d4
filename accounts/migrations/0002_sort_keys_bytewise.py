from functools import partial

from django.db import migrations

from nrm_tracker.text import compare_bytewise


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(
            partial(compare_bytewise, app_label="accounts"), migrations.RunPython.noop
        )
    ]
