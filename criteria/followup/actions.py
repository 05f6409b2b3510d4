"""Stating difficulties, putting people in charge, commenting: each verb is one transaction."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person, User
from communes.models import Commune
from criteria.models import Charge, Comment, CriterionStatus, Difficulty
from criteria.models.followup import ChargeQuerySet
from criteria.progress.assessment_log import future_day
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict


@transaction.atomic
def state(difficulty: Difficulty, *, by: User) -> Difficulty:
    """Record what blocks a commune."""
    _check_day(difficulty.commune, difficulty.stated_on, "stated_on")
    difficulty.stated_by, difficulty.stated_at = by, clock.now()
    difficulty.full_clean(exclude=["commune", "criterion", "asked_agency", "stated_by"])
    difficulty.save(force_insert=True)
    revision.bump(difficulty.commune.area_id)
    return difficulty


@transaction.atomic
def resolve(difficulty: Difficulty, *, on: dt.date, resolution: str, by: User) -> Difficulty:
    """Say when and how it was resolved. What was stated stays as it was.

    Raises Conflict with what was resolved already.
    """
    locked = Difficulty.objects.select_for_update(of=("self",)).select_related("commune")
    current = locked.get(pk=difficulty.pk)
    if current.resolved_on:
        raise Conflict(current)
    if not resolution.strip():
        raise ValidationError({"resolution": _("Say how it was resolved.")})
    if on > clock.today():
        raise ValidationError({"resolved_on": future_day(on, "resolved_on")})
    if on < current.stated_on:
        message = _("It was stated on %(day)s and cannot be resolved before.")
        raise ValidationError({"resolved_on": message % {"day": f"{current.stated_on:%d/%m/%Y}"}})
    current.resolved_on, current.resolution = on, resolution
    current.resolved_by, current.resolved_at = by, clock.now()
    current.save(update_fields=["resolved_on", "resolution", "resolved_by", "resolved_at"])
    revision.bump(current.commune.area_id)
    return current


@transaction.atomic
def put_in_charge(charge: Charge, *, by: User) -> Charge:
    """Record that a person answers for something from a day; a person not yet known is added.

    A commune has one head at a time: the one before ends the day before, and one put in before a
    later one ends the day before that.
    """
    commune = Commune.objects.select_for_update().get(pk=charge.commune_id)
    _check_day(charge.commune, charge.from_on, "from_on")
    if charge.due_on and charge.due_on < charge.from_on:
        raise ValidationError({"due_on": _("To be met by a day after the first.")})
    _keep(charge.person)
    same = Charge.objects.filter(
        commune=charge.commune, criterion=charge.criterion, village=charge.village
    )
    if same.running_on(charge.from_on).filter(person=charge.person).exists():
        raise ValidationError({"full_name": _("This person is in charge of it already.")})
    if charge.criterion is None and charge.village is None:
        _follow(same, charge)
    charge.recorded_by, charge.recorded_at = by, clock.now()
    charge.full_clean(exclude=["person", "commune", "criterion", "village", "recorded_by"])
    charge.save(force_insert=True)
    revision.bump(commune.area_id)
    return charge


@transaction.atomic
def end(charge: Charge, *, on: dt.date) -> Charge:
    """Say the last day of a charge. One that has passed stands: raises Conflict with the charge."""
    locked = Charge.objects.select_for_update(of=("self",)).select_related("commune")
    current = locked.get(pk=charge.pk)
    if current.until_on and current.until_on < clock.today():
        raise Conflict(current)
    if on < current.from_on:
        message = _("It began on %(day)s and cannot end before.")
        raise ValidationError({"until_on": message % {"day": f"{current.from_on:%d/%m/%Y}"}})
    current.until_on = on
    current.save(update_fields=["until_on"])
    revision.bump(current.commune.area_id)
    return current


@transaction.atomic
def comment(status: CriterionStatus, text: str, *, by: User) -> Comment:
    now = clock.now()
    said = Comment.objects.create(status=status, text=text, by=by, at=now, first_at=now)
    revision.bump(status.enrolment.commune.area_id)
    return said


@transaction.atomic
def edit(old: Comment, text: str) -> Comment:
    """Put a further version in the place of the newest one; the old one stays.

    Raises Conflict with the newest, if it is not the one to be changed.
    """
    return _replace(old, text=text)


@transaction.atomic
def take_back(old: Comment) -> Comment:
    """Withdraw a comment: a further version without a text. Raises Conflict as `edit` does."""
    return _replace(old, text="", is_taken_back=True)


def _replace(old: Comment, **said: object) -> Comment:
    locked = Comment.objects.select_for_update(of=("self",))
    current = locked.select_related("status__enrolment__commune").get(pk=old.pk)
    newer = newest_version(old)
    if newer.is_taken_back or newer.pk != old.pk:
        raise Conflict(newer)
    made = Comment.objects.create(
        status=old.status,
        by=old.by,
        at=clock.now(),
        first_at=old.first_at,
        replaces=old,
        **said,
    )
    revision.bump(current.status.enrolment.commune.area_id)
    return made


def newest_version(old: Comment) -> Comment:
    """The last of the versions of a comment: one query, whatever their number."""
    versions = Comment.objects.filter(status=old.status_id, by=old.by_id, first_at=old.first_at)
    return versions.newest().order_by("-pk").first() or old


def _check_day(commune: Commune, day: dt.date, name: str) -> None:
    if day > clock.today():
        raise ValidationError({name: future_day(day, name)})
    if commune.established_on and day < commune.established_on:
        message = _("The commune was established on %(day)s.")
        raise ValidationError({name: message % {"day": f"{commune.established_on:%d/%m/%Y}"}})
    if commune.last_day and day > commune.last_day:
        message = _("The commune's last day was %(day)s.")
        raise ValidationError({name: message % {"day": f"{commune.last_day:%d/%m/%Y}"}})


def _keep(person: Person) -> None:
    """Write a new person, or what was not known of one."""
    person.full_clean(exclude=["area", "user"])
    if person._state.adding:
        person.save(force_insert=True)
    else:
        person.save(update_fields=["position", "organisation", "phone", "search_key"])


def _follow(heads: ChargeQuerySet, new: Charge) -> None:
    """Make room for a head of the commune among those before and after."""
    if heads.filter(from_on=new.from_on).exists():
        message = _("The commune has another head from that very day. Choose another day.")
        raise ValidationError({"from_on": message})
    day = dt.timedelta(days=1)
    before = heads.running_on(new.from_on)
    before.update(until_on=new.from_on - day)
    after = heads.filter(from_on__gt=new.from_on).order_by("from_on").first()
    if after:
        new.until_on = after.from_on - day
