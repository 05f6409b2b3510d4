"""The day that a page shows, read from its address (rule 6)."""

import datetime as dt
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext as _

from criteria.progress.moment import Moment
from nrm_tracker import clock, reading
from nrm_tracker.forms import FIRST_DAY, OUTSIDE_DAYS

DAYS = ("as_of", "compare", "known")


class NotADay(ValueError):
    """The address names a day that cannot be shown; the text says why."""


@dataclass(frozen=True)
class PageDate:
    """A page's moment, with what its templates say and link."""

    moment: Moment
    today: dt.date
    set_code: str = ""
    problems: tuple[str, ...] = ()

    @property
    def day(self) -> dt.date:
        return self.moment.day

    @property
    def is_now(self) -> bool:
        """Whether the page shows today as known today, so that it may be written to."""
        return self.moment.day == self.today and self.moment.known is None

    @property
    def query(self) -> str:
        """What links carry on, beginning with "?" unless it is empty."""
        days = {"known": self.moment.known, "compare": self.moment.compare}
        values = {"as_of": self.moment.day.isoformat()} if self.moment.day != self.today else {}
        values |= {name: day.isoformat() for name, day in days.items() if day}
        if self.set_code:
            values["set"] = self.set_code
        return f"?{urlencode(values)}" if values else ""

    @property
    def as_of(self) -> str:
        """The day up to which a past page tells what was said, as addresses name it; else ""."""
        return "" if self.is_now else self.moment.said_until.isoformat()

    def compared(self, day: dt.date | None) -> "PageDate":
        """The same page, compared with another day or with none."""
        return replace(self, moment=replace(self.moment, compare=day))


def read(request: HttpRequest) -> PageDate:
    """The moment of the request. What cannot be shown becomes a problem, and today is shown."""
    today = clock.today()
    problems = []
    days: dict[str, dt.date | None] = {}
    for name in DAYS:
        try:
            days[name] = _day(request.GET.get(name, ""), today)
        except NotADay as problem:
            days[name] = None
            problems.append(str(problem))
    moment = Moment(days["as_of"] or today, known=days["known"], compare=days["compare"])
    # Not yesterday: what is written at midnight may still be on its way.
    if max(moment.day, moment.compare or moment.day) < today - dt.timedelta(days=1):
        reading.shows_only_the_past(request)
    return PageDate(moment, today, request.GET.get("set", ""), tuple(problems))


def to_iso(request: HttpRequest) -> HttpResponseRedirect | None:
    """A redirect to the one address of a page whose days came as a form sends them."""
    values = request.GET.copy()
    for name in DAYS:
        given = values.get(name)
        if given is None:
            continue
        day = parse(given)
        if day:
            values[name] = day.isoformat()
        elif not given.strip():
            del values[name]
    if values == request.GET:
        return None
    query = values.urlencode()
    return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)


def parse(text: str) -> dt.date | None:
    """A day as dd/mm/yyyy or ISO, None where it is neither."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def _day(text: str, today: dt.date) -> dt.date | None:
    if not text.strip():
        return None
    day = parse(text)
    if day is None:
        raise NotADay(_("Not a day: “%(text)s”. Write it as 08/09/2020.") % {"text": text[:40]})
    if day < FIRST_DAY:
        raise NotADay(OUTSIDE_DAYS)
    if day > today:
        raise NotADay(
            _("%(day)s is after today. Figures of today are shown.") % {"day": f"{day:%d/%m/%Y}"}
        )
    return day
