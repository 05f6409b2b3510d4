"""What day and what time it is. Nothing else in the project asks.

In demo mode the date stands at `DEMO_DAY` while the time of day runs.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_standing: ContextVar[dt.datetime | None] = ContextVar("standing", default=None)


@contextmanager
def standing_at(moment: dt.datetime) -> Iterator[None]:
    """Within it is that moment: what is made up of a time gone by is written as if then."""
    before = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(before)


def now() -> dt.datetime:
    """This moment, aware, in the local time zone."""
    if standing := _standing.get():
        return standing
    moment = machine_now()
    if settings.DEMO_MODE:
        return dt.datetime.combine(_demo_day(), moment.time(), tzinfo=moment.tzinfo)
    return moment


def machine_now() -> dt.datetime:
    """This moment by the machine's clock, also in demo mode: to compare with files and servers."""
    return timezone.localtime(timezone.now())


def today() -> dt.date:
    """The local day."""
    return now().date()


def local(moment: dt.datetime) -> dt.datetime:
    """`moment` by the local clock."""
    return timezone.localtime(moment)


def local_day(moment: dt.datetime) -> dt.date:
    """The local day on which `moment` fell."""
    return local(moment).date()


def end_of(day: dt.date) -> dt.datetime:
    """The first moment that is no longer `day`, aware."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min)
    return timezone.make_aware(midnight)


def end_if_past(day: dt.date) -> dt.datetime | None:
    """The end of a day that is over; None while it lasts, or where it is still to come."""
    return end_of(day) if day < today() else None


def at(day: dt.date, hour: int) -> dt.datetime:
    """`hour` o'clock on `day`, aware."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def _demo_day() -> dt.date:
    return dt.date.fromisoformat(settings.DEMO_DAY)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)
