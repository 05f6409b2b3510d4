"""The verbs by which somebody acts in another's place for a time: each is kept in the log."""

import datetime as dt

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import acted_for
from accounts.models import Acting, Membership, Role, User
from nrm_tracker import clock, revision

# Who only looks on does nothing that another would have to do.
NOT_ACTED = (Role.OBSERVER, Role.INSPECTOR)


@transaction.atomic
def let_act(
    post: Membership, user: User, *, from_on: dt.date, until_on: dt.date, reason: str, by: User
) -> Acting:
    """Let `user` act in the post of another, from one day to another; from now on, where that is
    today: what was done before today's entry was done in nobody's place."""
    people = User.objects.select_for_update().order_by("pk").in_bulk({post.user_id, user.pk})
    begin = clock.now() if from_on == clock.today() else clock.at(from_on, 0)
    end = clock.end_of(until_on)
    _check(post, people[post.user_id], people[user.pk], from_on, until_on, by)
    _check_free(post, people[user.pk], begin, end)
    acting = Acting.objects.create(
        post=post,
        user=user,
        begins_at=begin,
        ends_at=end,
        reason=reason,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    why = _("Reason")
    _finish(acting, f"{_told(acting)}. {why}: {reason}", by)
    return acting


@transaction.atomic
def end(acting: Acting, *, by: User) -> Acting:
    """End it now; what does not run yet will not begin. What was done meanwhile stays as it was."""
    User.objects.select_for_update().get(pk=acting.user_id)
    acting.refresh_from_db()
    if acting.is_over:
        raise ValidationError(_("It is over already."))
    before = _told(acting)
    acting.ends_at = max(acting.begins_at, clock.now())
    acting.save(update_fields=["ends_at"])
    _finish(acting, _("Ended early: %s") % before, by)
    return acting


def _check(
    post: Membership, absent: User, user: User, from_on: dt.date, until_on: dt.date, by: User
) -> None:
    if user == absent:
        raise ValidationError({"user": _("Nobody acts for themselves.")})
    if user == by:
        raise ValidationError({"user": _("Nobody gives themselves the role of another.")})
    if any(one.is_staff or one.is_superuser for one in (user, absent)):
        raise ValidationError({"user": _("Nobody acts for an administrator, or as one.")})
    if not user.is_active:
        raise ValidationError({"user": _("This account is locked.")})
    if post.role in NOT_ACTED:
        raise ValidationError({"post": _("Who only looks on is not stood in for.")})
    if from_on < clock.today():
        raise ValidationError({"from_on": _("It begins today or later: the past stays as it was.")})
    if until_on < from_on:
        raise ValidationError({"until_on": _("The last day cannot come before the first.")})
    if from_on < post.from_on or (post.until_on and until_on > post.until_on):
        raise ValidationError({"post": _("The role does not last for all of this time.")})


def _check_free(post: Membership, user: User, begin: dt.datetime, end: dt.datetime) -> None:
    there = Acting.objects.overlapping(begin, end).select_related("user", "post__user")
    if other := there.filter(user=user).first():
        raise ValidationError({"user": _("In that time there is already: %s.") % _told(other)})
    if other := there.filter(post=post).first():
        raise ValidationError({"post": _("In that time there is already: %s.") % _told(other)})


def _told(acting: Acting) -> str:
    days = f"{acting.from_on:%d/%m/%Y} – {acting.until_on:%d/%m/%Y}"
    return f"{acting}, {acting.post}, {days}"


def _finish(acting: Acting, said: str, by: User) -> None:
    """Names say it from the account of the acting person, which the times are written into."""
    times = acting.user.actings.exclude(ends_at=F("begins_at")).order_by("begins_at", "pk")
    rows = times.values_list("begins_at", "ends_at", "post__user__full_name")
    acting.user.acted_for = acted_for.written(rows)
    acting.user.save(update_fields=["acted_for"])
    people = [acting.user, acting.post.user]
    LogEntry.objects.log_actions(by.pk, people, CHANGE, said)
    revision.bump()
