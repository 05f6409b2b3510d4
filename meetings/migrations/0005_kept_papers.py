import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nrm_tracker.text
from criteria.models import append_only

TABLES = (
    "meetings_taskupdate",
    "meetings_addendum",
    "meetings_publication",
    "meetings_publishedpaper",
)


def move_scans(apps, schema_editor):
    """A signed scan becomes an addendum of who attached it, when it was attached."""
    session_model = apps.get_model("meetings", "WorkingSession")
    addendum_model = apps.get_model("meetings", "Addendum")
    for session in session_model.objects.exclude(scan=None).select_related("scan").order_by("pk"):
        scan = session.scan
        addendum_model(session=session, scan=scan, by=scan.stored_by, at=scan.stored_at).save()
    if schema_editor.connection.vendor == "postgresql":
        # PostgreSQL alters no table of whose rows something is still to be checked.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def install_those_before(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES[:2])


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0004_sort_keys_bytewise"),
        ("nrm_tracker", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Taken back, this comes last, when SQLite has dropped the guards of what it rebuilt.
        migrations.RunPython(migrations.RunPython.noop, install_those_before),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField(verbose_name="content")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication",
                        to="meetings.workingsession",
                        verbose_name="working session",
                    ),
                ),
            ],
            options={"verbose_name": "publication", "verbose_name_plural": "publications"},
        ),
        migrations.CreateModel(
            name="PublishedPaper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("minutes", "Minutes"),
                            ("notice", "Notice of the conclusion"),
                            ("invitation", "Invitation"),
                            ("tasks", "List of assigned tasks"),
                            ("reminder", "Reminder"),
                            ("outcome", "Report on how a conclusion was carried out"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("content", models.BinaryField(verbose_name="file")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published_papers",
                        to="meetings.workingsession",
                        verbose_name="working session",
                    ),
                ),
            ],
            options={
                "verbose_name": "published paper",
                "verbose_name_plural": "published papers",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "kind"), name="publishedpaper_one_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["minutes", "notice", "invitation", "tasks"])
                        ),
                        name="publishedpaper_kind_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="addendum",
            name="minutes_number",
            field=nrm_tracker.text.NameField(
                blank=True, max_length=60, verbose_name="number of the minutes"
            ),
        ),
        migrations.AddField(
            model_name="addendum",
            name="notice_number",
            field=nrm_tracker.text.NameField(
                blank=True, max_length=60, verbose_name="number of the notice"
            ),
        ),
        migrations.AddField(
            model_name="addendum",
            name="scan",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="nrm_tracker.storedfile",
                verbose_name="signed scan",
            ),
        ),
        migrations.AlterField(
            model_name="addendum",
            name="text",
            field=nrm_tracker.text.ProseField(blank=True, verbose_name="text"),
        ),
        migrations.AddConstraint(
            model_name="addendum",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes_number", ""),
                    ("notice_number", ""),
                    ("scan__isnull", True),
                    ("text", ""),
                    _negated=True,
                ),
                name="addendum_says_something",
            ),
        ),
        migrations.RunPython(move_scans, migrations.RunPython.noop),
        migrations.RemoveField(model_name="workingsession", name="scan"),
        # SQLite dropped the guards of the table that it rebuilt.
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
