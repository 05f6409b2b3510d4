"""For whom somebody acted, and when: a text that stands in the account, one line a time.

So a page that names who wrote something says too in whose place, and asks nothing further.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from nrm_tracker import clock

BETWEEN = "\t"


def written(times: Iterable[tuple[dt.datetime, dt.datetime, str]]) -> str:
    """Each time: from when, until when it was no longer so, for whom."""
    return "\n".join(
        BETWEEN.join([begin.isoformat(), end.isoformat(), " ".join(name.split())])
        for begin, end, name in times
    )


def at(text: str, moment: dt.date | dt.datetime | None) -> str:
    """For whom at a moment, or on a day of which no more is known; nothing where for nobody."""
    if not text or moment is None:
        return ""
    return next((name for begin, end, name in _read(text) if _falls(moment, begin, end)), "")


def named(full_name: str, other: str) -> str:
    """Who did it, in whose place: "Trần Văn B (thay Nguyễn Văn A)"."""
    if not other:
        return full_name
    return _("%(name)s (for %(other)s)") % {"name": full_name, "other": other}


def _falls(moment: dt.date | dt.datetime, begin: dt.datetime, end: dt.datetime) -> bool:
    if isinstance(moment, dt.datetime):
        return begin <= moment < end
    last = end - dt.timedelta.resolution
    return clock.local_day(begin) <= moment <= clock.local_day(last)


def _read(text: str) -> Iterable[tuple[dt.datetime, dt.datetime, str]]:
    for line in text.split("\n"):
        begin, end, name = line.split(BETWEEN)
        yield dt.datetime.fromisoformat(begin), dt.datetime.fromisoformat(end), name
