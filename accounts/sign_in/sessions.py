"""Sessions in the database, as Django's, looked for by a query that is built once."""

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from nrm_tracker import clock
from nrm_tracker.prepared import prepared


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _running(self.session_key, clock.machine_now()) if self.session_key else []
        if not found:
            self._session_key = None
        return found[0] if found else None


@prepared
def _running(key: str, now: dt.datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
