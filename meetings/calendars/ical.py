"""Sessions as a calendar program reads them (iCalendar, RFC 5545)."""

import datetime as dt
from collections.abc import Callable, Iterable
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from meetings.models import Participant, WorkingSession
from nrm_tracker import clock

# How long sessions that were held stay in the feed.
KEPT = dt.timedelta(days=365)
# The most that a calendar program is given at once.
MOST = 1000

AddressOf = Callable[[WorkingSession], str]


def calendar_of(
    sessions: Iterable[WorkingSession], address_of: AddressOf, *, name: str = ""
) -> bytes:
    """The sessions as one calendar. `address_of` gives the page of a session."""
    return _calendar(sessions, address_of, "PUBLISH", name)


def invitation_to(session: WorkingSession, address_of: AddressOf) -> bytes:
    """One session, to be put into a calendar; or to be taken off it, where it was called off."""
    method = "CANCEL" if session.is_called_off else "PUBLISH"
    return _calendar([session], address_of, method)


def _calendar(
    sessions: Iterable[WorkingSession], address_of: AddressOf, method: str, name: str = ""
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//NRM Tracker//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", settings.TIME_ZONE)
    for session in sessions:
        calendar.add_component(_event(session, address_of(session)))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def uid_of(session: WorkingSession) -> str:
    """The same whatever is changed, and at whatever host it is asked for."""
    moment = session.convened_at.astimezone(dt.UTC)
    return f"session-{session.pk}-{moment:%Y%m%dT%H%M%SZ}@nrm-tracker"


def _event(session: WorkingSession, address: str) -> Event:
    event = Event()
    event.add("uid", uid_of(session))
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    # Each change of a session counts its version up: a program takes the newer.
    event.add("sequence", session.version)
    event.add("status", "CANCELLED" if session.is_called_off else "CONFIRMED")
    event.add("organizer", _organizer(session))
    event.add("summary", session.title)
    _add_time(event, session)
    if session.place:
        event.add("location", session.place)
    event.add("description", _description(session))
    event.add("url", address)
    return event


def _organizer(session: WorkingSession) -> vCalAddress:
    """The area, at the address from which e-mails come: what has a method names who sent it."""
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    address.params["CN"] = vText(session.area.name)
    return address


def _add_time(event: Event, session: WorkingSession) -> None:
    """The whole day where no hour is known; no end where none is, nor after the last day of all."""
    day = session.held_on
    if session.starts_at is None:
        event.add("dtstart", day)
        if day < dt.date.max:
            event.add("dtend", day + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    event.add("dtstart", _local(day, session.starts_at))
    if session.ends_at:
        event.add("dtend", _local(day, session.ends_at))


def _local(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _description(session: WorkingSession) -> str:
    chairs = [str(one) for one in session.participants.all() if one.part == Participant.Part.CHAIR]
    communes = [commune.full_name for commune in session.communes.all()]
    return "\n".join(
        [
            _("Chaired by: %(names)s") % {"names": "; ".join(chairs)},
            _("Communes: %(names)s") % {"names": ", ".join(communes)},
        ]
    )
