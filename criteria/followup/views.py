"""The forms beside the figures: difficulties, who is in charge, comments."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Access, SignedIn
from accounts.models import COMMUNE_ROLES, Role, User
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
)
from criteria.models import Charge, Comment, Criterion, CriterionStatus, Difficulty
from criteria.progress.lookups import address_of, commune_within, status_within, typed
from criteria.standards.responsible_agencies import responsibilities
from nrm_tracker.forms import Conflict, EntryForm

both = require_http_methods(["GET", "HEAD", "POST"])


@both
def new_difficulty(request: SignedIn, slug: str) -> HttpResponse:
    commune, status = _place(request, slug)
    if not permissions.may_work_on(request.access, commune):
        raise PermissionDenied
    form = DifficultyForm(typed(request), commune=commune)
    address = _address(commune, status, "difficulties")

    def write() -> None:
        stated = actions.state(form.difficulty(_criterion(status)), by=request.user)
        if stated.asked_agency:
            asked = holders(Role.AGENCY_OFFICER, agency=stated.asked_agency)
            text = _("%(place)s asks to have a difficulty solved: %(cause)s")
            said = {"place": _named(commune, status), "cause": stated.cause[:200]}
            tell(asked, text % said, address, but=request.user)

    if _written(form, write):
        _tell_written(request, _("Difficulty stated: %(place)s."), commune, status)
        return redirect(address)
    heading = _("State a difficulty")
    return _page(request, form, "difficulty_new", heading, commune, status, address)


@both
def resolve(request: SignedIn, pk: int) -> HttpResponse:
    access = request.access
    found = Difficulty.objects.filter(commune__area__in=access.areas)
    difficulty = get_object_or_404(
        found.select_related("commune", "criterion", "stated_by", "asked_agency"), pk=pk
    )
    commune, status = difficulty.commune, _cell_of(difficulty.commune, difficulty.criterion)
    if not permissions.may_work_on(access, commune):
        raise PermissionDenied
    form = ResolveForm(typed(request))
    address = _address(commune, status, "difficulties")

    def write() -> None:
        data = form.cleaned_data
        settled = actions.resolve(
            difficulty, on=data["resolved_on"], resolution=data["resolution"], by=request.user
        )
        text = _("A difficulty of %(place)s was resolved: %(how)s")
        said = {"place": _named(commune, status), "how": settled.resolution[:200]}
        people = {*_own_people(commune), difficulty.stated_by}
        tell(people, text % said, address, but=request.user)

    if _written(form, write):
        _tell_written(request, _("Difficulty resolved: %(place)s."), commune, status)
        return redirect(address)
    heading = _("Record how it was resolved")
    return _page(
        request, form, "difficulty_resolve", heading, commune, status, address,
        difficulty=difficulty,
    )  # fmt: skip


@both
def new_charge(request: SignedIn, slug: str) -> HttpResponse:
    commune, status = _place(request, slug)
    if not permissions.may_put_in_charge(request.access, commune):
        raise PermissionDenied
    address = _address(commune, status, "charge")
    with transaction.atomic():
        if request.method == "POST":
            # Whom the name finds must still be so when it is written.
            Commune.objects.select_for_update().get(pk=commune.pk)
        form = ChargeForm(typed(request), commune=commune, criterion=_criterion(status))

        def write() -> None:
            charge = actions.put_in_charge(form.charge(), by=request.user)
            if charge.person.user:
                text = _("Put in charge of %(place)s from %(day)s.")
                said = {"place": _named(commune, status), "day": f"{charge.from_on:%d/%m/%Y}"}
                tell([charge.person.user], text % said, address, but=request.user)

        is_written = _written(form, write)
    if is_written:
        _tell_written(request, _("Put in charge: %(place)s."), commune, status)
        return redirect(address)
    heading = _("Name the person in charge") if status else _("Name the head of the commune")
    return _page(request, form, "charge_new", heading, commune, status, address)


@both
def end_charge(request: SignedIn, pk: int) -> HttpResponse:
    access = request.access
    found = Charge.objects.filter(commune__area__in=access.areas)
    charge = get_object_or_404(
        found.select_related("commune", "criterion", "person", "village"), pk=pk
    )
    commune, status = charge.commune, _cell_of(charge.commune, charge.criterion)
    if not permissions.may_put_in_charge(access, commune):
        raise PermissionDenied
    form = EndChargeForm(typed(request))
    address = _address(commune, status, "charge")
    if _written(form, lambda: actions.end(charge, on=form.cleaned_data["until_on"])):
        _tell_written(request, _("End of the charge recorded: %(place)s."), commune, status)
        return redirect(address)
    heading = _("End a charge")
    return _page(request, form, "charge_end", heading, commune, status, address, charge=charge)


@both
def new_comment(request: SignedIn, slug: str, number: int) -> HttpResponse:
    access = request.access
    status = status_within(access, slug, number, request.GET.get("set", ""))
    _check_may_comment(access, status)
    form = CommentForm(typed(request))
    address = _address(status.enrolment.commune, status, "comments")

    def write() -> None:
        said = actions.comment(status, form.cleaned_data["text"], by=request.user)
        earlier = User.objects.filter(is_active=True, comments__status=status)
        people = {*_own_people(status.enrolment.commune), *earlier}
        text = _("%(who)s commented on %(place)s: %(text)s") % {
            "who": request.user,
            "place": _named(status.enrolment.commune, status),
            "text": said.text[:200],
        }
        tell(people, text, address, but=request.user)

    return _comment(request, form, write, status, address, _("Write a comment"))


@both
def edit_comment(request: SignedIn, pk: int) -> HttpResponse:
    old = _own_comment(request, pk)
    form = CommentForm(typed(request), initial={"text": old.text})
    address = _address(old.status.enrolment.commune, old.status, "comments")

    def write() -> None:
        actions.edit(old, form.cleaned_data["text"])

    return _comment(request, form, write, old.status, address, _("Edit the comment"), old=old)


@both
def take_back_comment(request: SignedIn, pk: int) -> HttpResponse:
    old = _own_comment(request, pk)
    form = TakeBackForm(typed(request))
    address = _address(old.status.enrolment.commune, old.status, "comments")

    def write() -> None:
        actions.take_back(old)

    heading = _("Take the comment back")
    return _comment(request, form, write, old.status, address, heading, old=old)


def _place(request: SignedIn, slug: str) -> tuple[Commune, CriterionStatus | None]:
    """The commune, and the cell where the address names a criterion."""
    access = request.access
    number = request.GET.get("criterion", "")
    if not number:
        return commune_within(access, slug), None
    if not (number.isascii() and number.isdecimal() and len(number) <= 4):
        raise Http404
    status = status_within(access, slug, int(number), request.GET.get("set", ""))
    return status.enrolment.commune, status


def _cell_of(commune: Commune, criterion: Criterion | None) -> CriterionStatus | None:
    if criterion is None:
        return None
    return (
        CriterionStatus.objects.with_all()
        .filter(enrolment__commune=commune, criterion=criterion)
        .first()
    )


def _criterion(status: CriterionStatus | None) -> Criterion | None:
    return status.criterion if status else None


def _address(commune: Commune, status: CriterionStatus | None, section: str) -> str:
    """Where it is shown: on the page of the cell, or of the commune."""
    if status is None:
        return f"{reverse('commune', args=[commune.slug])}#{section}"
    number = status.criterion.number
    page = address_of(status.enrolment, "cell", slug=commune.slug, number=number)
    return f"{page}#{section}"


def _named(commune: Commune, status: CriterionStatus | None) -> str:
    return status.name if status else commune.full_name


def _own_people(commune: Commune) -> set[User]:
    return set(holders(*COMMUNE_ROLES, commune=commune))


def _own_comment(request: SignedIn, pk: int) -> Comment:
    """One's own comment, in any of its versions; 403 for that of another."""
    access = request.access
    within = Comment.objects.filter(status__enrolment__commune__area__in=access.areas)
    found = get_object_or_404(within.select_related("by"), pk=pk)
    found.status = CriterionStatus.objects.with_all().get(pk=found.status_id)
    if found.by != request.user:
        raise PermissionDenied
    _check_may_comment(access, found.status)
    return found


def _check_may_comment(access: Access, status: CriterionStatus) -> None:
    commune = status.enrolment.commune
    directing = WorkingGroup.objects.filter(communes=commune, pk__in=access.joins)
    group_ids = directing.values_list("pk", flat=True)
    if not permissions.may_comment(access, commune, responsibilities(status), group_ids):
        raise PermissionDenied


def _written(form: EntryForm, write: Callable[[], object]) -> bool:
    """Whether the form was sent and written, all or nothing. If it was refused, it says why."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        with transaction.atomic():
            write()
    except Conflict as conflict:
        form.meet(conflict.current)
        return False
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


def _tell_written(
    request: SignedIn, said: str, commune: Commune, status: CriterionStatus | None
) -> None:
    messages.success(request, said % {"place": _named(commune, status)})


def _comment(
    request: SignedIn,
    form: EntryForm,
    write: Callable[[], object],
    status: CriterionStatus,
    address: str,
    heading: str,
    old: Comment | None = None,
) -> HttpResponse:
    if _written(form, write):
        return redirect(address)
    template = "comment_take_back" if isinstance(form, TakeBackForm) else "comment"
    newest = actions.newest_version(old) if old else None
    return _page(
        request, form, template, heading, status.enrolment.commune, status, address,
        old=old,
        newest=newest if newest != old else None,
    )  # fmt: skip


def _page(
    request: SignedIn,
    form: EntryForm,
    template: str,
    heading: str,
    commune: Commune,
    status: CriterionStatus | None,
    address: str,
    **context: Any,
) -> HttpResponse:
    context |= {
        "nav": "communes",
        "form": form,
        "heading": heading,
        "commune": commune,
        "status": status,
        "address": address,
    }
    code = 409 if form.conflict else 200
    return render(request, f"criteria/followup/{template}.html", context, status=code)
