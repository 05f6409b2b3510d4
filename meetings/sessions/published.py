"""Minutes keep for good what stood when they were published."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from meetings.models import WorkingSession
from nrm_tracker import clock


def published_since(
    commune_ids: Collection[int], since: dt.datetime, session_id: int | None = None
) -> str:
    """Which minutes of these communes, or of this session, were published since; "" for none."""
    about = Q(communes__in=commune_ids) | Q(pk=session_id)
    found = WorkingSession.objects.filter(about, published_at__gte=since).first()
    if found is None or found.published_at is None:
        return ""
    message = _("It can no longer be undone: minutes were published at %(time)s (%(session)s).")
    said = {"time": f"{clock.local(found.published_at):%H:%M}", "session": found.title}
    return message % said
