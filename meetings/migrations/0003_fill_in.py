import datetime as dt

from django.db import migrations
from django.utils import timezone

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


def fill(apps, schema_editor):
    """Sessions known so far took place; whoever loaded them is not known: an administrator did."""
    session_model = apps.get_model("meetings", "WorkingSession")
    user_model = apps.get_model("accounts", "User")
    by = user_model.objects.order_by("-is_superuser", "pk").first()
    for session in session_model.objects.all():
        session.convened_by = by
        session.convened_at = timezone.make_aware(dt.datetime.combine(session.held_on, dt.time(17)))
        session.state = "held"
        session.save()
    theme_model = apps.get_model("meetings", "Theme")
    for name in THEMES:
        if not theme_model.objects.filter(name=name).exists():
            theme_model(name=name).save()


class Migration(migrations.Migration):
    dependencies = [("meetings", "0002_sessions_tasks_visits")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
