"""The forms beside the figures: difficulties, who is in charge, comments."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from accounts.models import COMMUNE_ROLES, Ability, Role, User
from accounts.notifications.notices import holders, tell
from communes.models import Commune, WorkingGroup
from criteria import permissions
from criteria.followup import actions
from criteria.followup.forms import (
    ChargeForm,
    CommentForm,
    DifficultyForm,
    EndChargeForm,
    ResolveForm,
    TakeBackForm,
    VersionForm,
)
from criteria.models import Charge, Comment, Criterion, CriterionStatus, Difficulty
from criteria.progress.lookups import address_of, commune_within, status_within, typed
from criteria.standards.responsible_agencies import responsibilities
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once, writing

both = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class FollowupPlace:
    """What something is said of: a commune, or one of its cells. `section` of its page shows it."""

    commune: Commune
    status: CriterionStatus | None
    section: str

    @property
    def criterion(self) -> Criterion | None:
        return self.status.criterion if self.status else None

    @property
    def name(self) -> str:
        return self.status.name if self.status else self.commune.full_name

    @cached_property
    def address(self) -> str:
        page = self.commune.get_absolute_url()
        if self.status:
            page = address_of(self.status.enrolment, self.status.get_absolute_url())
        return f"{page}#{self.section}"


@both
@once
def new_difficulty(request: SignedIn, slug: str) -> HttpResponse:
    place = _place(request, slug, "difficulties")
    if not permissions.may_state_difficulty(request.access, place.commune):
        raise PermissionDenied
    form = DifficultyForm(typed(request), commune=place.commune)
    form.acting = permissions.works_as(request.access, place.commune, Ability.DIFFICULTY)
    if form.submit(lambda given: _state(form, place, by=request.user)):
        return _written(request, place, _("Difficulty stated: %(place)s."))
    return _page(request, form, place, "difficulty_new", _("State a difficulty"))


@both
@once
def resolve(request: SignedIn, pk: int) -> HttpResponse:
    access = request.access
    found = Difficulty.objects.filter(commune__area__in=access.areas)
    difficulty = get_object_or_404(
        found.select_related("commune", "criterion", "stated_by", "asked_agency"), pk=pk
    )
    place = _place_of(difficulty, "difficulties")
    if not permissions.may_answer(access, place.commune, difficulty.asked_agency_id):
        raise PermissionDenied
    form = ResolveForm(typed(request))
    form.acting = permissions.answers_as(access, place.commune, difficulty.asked_agency_id)
    if form.submit(lambda given: _resolve(difficulty, given, place, by=request.user)):
        return _written(request, place, _("Difficulty resolved: %(place)s."))
    heading = _("Record how it was resolved")
    return _page(request, form, place, "difficulty_resolve", heading, difficulty=difficulty)


@both
@once
def new_charge(request: SignedIn, slug: str) -> HttpResponse:
    place = _place(request, slug, "charge")
    if not permissions.may_put_in_charge(request.access, place.commune):
        raise PermissionDenied
    form = ChargeForm(typed(request), commune=place.commune, criterion=place.criterion)
    form.acting = permissions.charges_as(request.access, place.commune)
    if form.is_bound and _charge(form, place, by=request.user):
        return _written(request, place, _("Put in charge: %(place)s."))
    of_cell, of_commune = _("Name the person in charge"), _("Name the head of the commune")
    return _page(request, form, place, "charge_new", of_cell if place.status else of_commune)


@both
@once
def end_charge(request: SignedIn, pk: int) -> HttpResponse:
    access = request.access
    found = Charge.objects.filter(commune__area__in=access.areas)
    charge = get_object_or_404(
        found.select_related("commune", "criterion", "person", "village"), pk=pk
    )
    place = _place_of(charge, "charge")
    if not permissions.may_put_in_charge(access, place.commune):
        raise PermissionDenied
    form = EndChargeForm(typed(request))
    form.acting = permissions.charges_as(access, place.commune)
    if form.submit(lambda given: actions.end(charge, on=given["until_on"])):
        return _written(request, place, _("End of the charge recorded: %(place)s."))
    return _page(request, form, place, "charge_end", _("End a charge"), charge=charge)


@both
@once
def new_comment(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    acting = _commenting(access, status)
    place = FollowupPlace(status.enrolment.commune, status, "comments")
    form = CommentForm(typed(request))
    form.acting = acting
    if form.submit(lambda given: _comment(status, given["text"], place, by=request.user)):
        return redirect(place.address)
    return _page(request, form, place, "comment", _("Write a comment"))


@both
@once
def edit_comment(request: SignedIn, pk: int) -> HttpResponse:
    old, place, acting = _own_comment(request, pk)
    form = CommentForm(typed(request), initial={"text": old.text})
    form.acting = acting
    if form.submit(lambda given: actions.edit(old, given["text"])):
        return redirect(place.address)
    return _version_page(request, form, place, "comment", _("Edit the comment"), old)


@both
@once
def take_back_comment(request: SignedIn, pk: int) -> HttpResponse:
    old, place, acting = _own_comment(request, pk)
    form = TakeBackForm(typed(request))
    form.acting = acting
    if form.submit(lambda given: actions.take_back(old)):
        return redirect(place.address)
    heading = _("Take the comment back")
    return _version_page(request, form, place, "comment_take_back", heading, old)


# What is recorded, and who is told of it


def _state(form: DifficultyForm, place: FollowupPlace, *, by: User) -> None:
    stated = actions.state(form.difficulty(place.criterion), by=by)
    if stated.asked_agency:
        asked = holders(Role.AGENCY_OFFICER, agency=stated.asked_agency)
        text = _("%(place)s asks to have a difficulty solved: %(cause)s")
        said = {"place": place.name, "cause": stated.cause[:200]}
        tell(asked, text % said, place.address, but=by)


def _resolve(
    difficulty: Difficulty, given: dict[str, Any], place: FollowupPlace, *, by: User
) -> None:
    settled = actions.resolve(
        difficulty, on=given["resolved_on"], resolution=given["resolution"], by=by
    )
    text = _("A difficulty of %(place)s was resolved: %(how)s")
    said = {"place": place.name, "how": settled.resolution[:200]}
    people = {*_own_people(place.commune), difficulty.stated_by}
    tell(people, text % said, place.address, but=by)


def _charge(form: ChargeForm, place: FollowupPlace, *, by: User) -> bool:
    """Whether it is written. Whom the name finds must still be so by then."""
    with writing():
        Commune.objects.select_for_update().get(pk=place.commune.pk)
        is_written = form.submit(lambda given: _put_in_charge(form, place, by=by))
        if not is_written:
            transaction.set_rollback(True)
    return is_written


def _put_in_charge(form: ChargeForm, place: FollowupPlace, *, by: User) -> None:
    charge = actions.put_in_charge(form.charge(), by=by)
    if charge.person.user:
        text = _("Put in charge of %(place)s from %(day)s.")
        said = {"place": place.name, "day": f"{charge.from_on:%d/%m/%Y}"}
        tell([charge.person.user], text % said, place.address, but=by)


def _comment(status: CriterionStatus, text: str, place: FollowupPlace, *, by: User) -> None:
    said = actions.comment(status, text, by=by)
    earlier = User.objects.filter(is_active=True, comments__status=status)
    told = _("%(who)s commented on %(place)s: %(text)s")
    people = {*_own_people(place.commune), *earlier}
    values = {"who": by, "place": place.name, "text": said.text[:200]}
    tell(people, told % values, place.address, but=by)


def _own_people(commune: Commune) -> set[User]:
    return set(holders(*COMMUNE_ROLES, commune=commune))


# Inside


def _place(request: SignedIn, slug: str, section: str) -> FollowupPlace:
    """The commune, or its cell where the address names a criterion."""
    access = request.access
    number = request.GET.get("criterion", "")
    if not number:
        return FollowupPlace(commune_within(access, slug), None, section)
    if not (number.isascii() and number.isdecimal() and len(number) <= 4):
        raise Http404
    status = status_within(access, slug, int(number), request.GET.get("set", ""))
    return FollowupPlace(status.enrolment.commune, status, section)


def _place_of(said: Difficulty | Charge, section: str) -> FollowupPlace:
    status = None
    if said.criterion:
        cells = CriterionStatus.objects.with_all().filter(enrolment__commune=said.commune)
        status = cells.filter(criterion=said.criterion).first()
    return FollowupPlace(said.commune, status, section)


def _own_comment(request: SignedIn, pk: int) -> tuple[Comment, FollowupPlace, str]:
    """One's own comment, in any of its versions, and as whom one writes it; 403 for that of
    another."""
    access = request.access
    within = Comment.objects.filter(status__enrolment__commune__area__in=access.areas)
    found = get_object_or_404(within.select_related("by"), pk=pk)
    found.status = CriterionStatus.objects.with_all().get(pk=found.status_id)
    if found.by != request.user:
        raise PermissionDenied
    acting = _commenting(access, found.status)
    place = FollowupPlace(found.status.enrolment.commune, found.status, "comments")
    return found, place, acting


def _commenting(access: Access, status: CriterionStatus) -> str:
    """As whom a person with several roles comments; 403 for who may not."""
    commune = status.enrolment.commune
    directing = WorkingGroup.objects.filter(communes=commune, pk__in=access.joins)
    group_ids = list(directing.values_list("pk", flat=True))
    answering = responsibilities(status)
    if not permissions.may_comment(access, commune, answering, group_ids):
        raise PermissionDenied
    return permissions.comments_as(access, commune, answering, group_ids)


def _written(request: SignedIn, place: FollowupPlace, said: str) -> HttpResponse:
    messages.success(request, said % {"place": place.name})
    return redirect(place.address)


def _version_page(
    request: SignedIn,
    form: VersionForm,
    place: FollowupPlace,
    template: str,
    heading: str,
    old: Comment,
) -> HttpResponse:
    newest = actions.newest_version(old)
    shown = newest if newest != old else None
    return _page(request, form, place, template, heading, old=old, newest=shown)


def _page(
    request: SignedIn,
    form: EntryForm,
    place: FollowupPlace,
    template: str,
    heading: str,
    **context: Any,
) -> HttpResponse:
    context |= {
        "nav": "communes",
        "form": form,
        "heading": heading,
        "commune": place.commune,
        "status": place.status,
        "address": place.address,
    }
    code = 409 if form.conflict else 200
    return render(request, f"criteria/followup/{template}.html", context, status=code)
