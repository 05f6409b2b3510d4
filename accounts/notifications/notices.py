"""Telling people what concerns them: in the application now, by e-mail once a day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from django.db.models import Q, QuerySet

from accounts.models import Acting, DailyMail, Membership, Notice, Role, User
from nrm_tracker import clock
from nrm_tracker.text import one_stop


def tell(
    people: Iterable[User],
    text: str,
    address: str,
    *,
    but: User | None = None,
    at: dt.datetime | None = None,
) -> None:
    """A notice for each of `people` once, less the one who did it, who knows.

    `at` is the moment of the deed, where it may be undone: see `take_back`.
    """
    now, text = at or clock.now(), one_stop(text)
    Notice.objects.bulk_create(
        Notice(user=person, text=text, address=address, at=now)
        for person in set(people)
        if person != but
    )


def take_back(address: str, at: dt.datetime, text: str) -> None:
    """Of a deed that was undone: what nobody saw of it yet goes, as it tells what is not so; who
    read it, or may have got it by e-mail, is told `text`, that it was undone."""
    told = Notice.objects.filter(address=address, at=at)
    mailed = DailyMail.objects.filter(day=clock.today(), state=DailyMail.State.SENDING)
    may_be_seen = (
        Q(read_at__isnull=False) | Q(mailed_on__isnull=False) | Q(user__in=mailed.values("user"))
    )
    seen = list(told.filter(may_be_seen).select_related("user"))
    told.exclude(pk__in=[notice.pk for notice in seen]).delete()
    tell([notice.user for notice in seen], text, address)


def holders(*roles: Role, **place: object) -> QuerySet[User]:
    """Who holds one of these roles at this place today: `commune=…`, `agency__in=…`, `area=…`;
    and who acts for one who does."""
    held = Membership.objects.valid_on(clock.today()).filter(role__in=roles, **place)
    acting = Acting.objects.running(clock.now()).filter(post__in=held)
    who = Q(pk__in=held.values("user")) | Q(pk__in=acting.values("user"))
    return User.objects.filter(who, is_active=True)


@dataclass
class NoticeGroup:
    """What a person was told about one thing, the newest first."""

    address: str
    text: str
    at: dt.datetime
    is_new: bool = False
    count: int = 0
    earlier: list[Notice] = field(default_factory=list)


def subject(address: str) -> str:
    """What a notice is about: the page, whatever part of it is meant."""
    return address.partition("#")[0]


def grouped(notices: Iterable[Notice]) -> list[NoticeGroup]:
    """Notices, of which the newest come first, by what they are about."""
    found: dict[str, NoticeGroup] = {}
    for notice in notices:
        about = subject(notice.address)
        if about in found:
            found[about].earlier.append(notice)
        else:
            found[about] = NoticeGroup(notice.address, notice.text, notice.at)
        found[about].is_new |= notice.read_at is None
        found[about].count += 1
    return list(found.values())


def see(unread: Iterable[tuple[int, str]], path: str, asked: Mapping[str, str]) -> None:
    """Whoever opens a page has seen the notices about it; nothing is written where there are none.

    A page of one criteria set shows nothing of another, one of another day nothing of today.
    """
    if asked.get("as_of") or asked.get("known"):
        return
    seen = [pk for pk, address in unread if _is_about(address, path, asked)]
    if seen:
        Notice.objects.unread().filter(pk__in=seen).update(read_at=clock.now())


def _is_about(address: str, path: str, asked: Mapping[str, str]) -> bool:
    about = urlsplit(address)
    if about.path != path:
        return False
    return all(asked.get(name, value) == value for name, value in parse_qsl(about.query))
