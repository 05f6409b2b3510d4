from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communes", "0007_for_training")]

    operations = [
        migrations.AddField(
            "area",
            "nearly_counts",
            models.BooleanField(
                default=False,
                help_text="Of a province that recognises communes with criteria nearly met.",
                verbose_name="“nearly met” counts towards recognition",
            ),
        ),
    ]
