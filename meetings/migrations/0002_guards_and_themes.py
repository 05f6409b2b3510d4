from django.db import migrations

from criteria.models import append_only

TABLES = ("meetings_taskupdate", "meetings_addendum")

# What the sessions of a district speak of beside criteria; an administrator keeps the list.
THEMES = (
    "An ninh chính trị, trật tự an toàn xã hội",
    "An sinh xã hội",
    "Huy động nguồn lực",
    "Kế hoạch đường găng",
    "Kiểm tra, giám sát",
    "Phát triển sản xuất",
    "Trách nhiệm của người đứng đầu",
    "Tuyên truyền, vận động",
)


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, TABLES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, TABLES)


def fill(apps, schema_editor):
    theme_model = apps.get_model("meetings", "Theme")
    for name in THEMES:
        if not theme_model.objects.filter(name=name).exists():
            theme_model(name=name).save()


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [
        migrations.RunPython(install, remove),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
