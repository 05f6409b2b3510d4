"""The coordinator's pages of the area's accounts. Administrators keep those of every area."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from axes.models import AccessAttempt
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedIn
from accounts.area_accounts import actions
from accounts.area_accounts.forms import (
    EndMembershipForm,
    FirstPasswordForm,
    MembershipForm,
    NewUserForm,
    UserForm,
)
from accounts.area_accounts.queries import accounts_kept, only_here, roles_kept
from accounts.models import Acting, Membership, User
from nrm_tracker import change_log, clock
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once
from nrm_tracker.page_cache import not_stored

ROWS_A_PAGE = 50
ACTINGS_SHOWN = 20
PLACES = ("area", "commune", "agency__area", "working_group")
View = Callable[..., HttpResponse]
both = require_http_methods(["GET", "HEAD", "POST"])


def for_keepers(view: View) -> View:
    """403 for whoever keeps no area's accounts. No browser stores what they see."""

    @not_stored
    @wraps(view)
    def inner(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.access.manages:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


@require_safe
@for_keepers
def user_list(request: SignedIn) -> HttpResponse:
    refuse_far(request)
    words = request.GET.get("q", "").strip()[:100]
    here = Membership.objects.at_places_of(request.access.manages_here).values("user")
    users = accounts_kept(request.access).filter(pk__in=here).search(words)
    users = users.prefetch_related(
        Prefetch("memberships", roles_kept(request.access).order_by("-from_on"), to_attr="roles")
    )
    context = {
        "nav": "accounts",
        "words_here": words,
        "today": clock.today(),
        "page": Paginator(users, ROWS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/area_accounts/user_list.html", context)


@sensitive_post_parameters("first_password")
@both
@for_keepers
def user_new(request: SignedIn) -> HttpResponse:
    """A person and a first role together: an account without a place would reach nothing."""
    refuse_far(request)
    data = _typed(request)
    form = NewUserForm(data)
    role_form = MembershipForm(data, access=request.access)
    password_form = FirstPasswordForm(data, user=form.instance)
    # In this order: the password is compared with the names just read.
    are_valid = all([form.is_valid(), role_form.is_valid(), password_form.is_valid()])
    if are_valid and password_form.work_out():
        form.instance.password, role = password_form.hashed, role_form.instance
        if form.submit(lambda given: actions.create(form.instance, role, by=request.user)):
            return _password_page(request, form.made, password_form)
    context = {
        "nav": "accounts",
        "form": form,
        "role_form": role_form,
        "password_form": password_form,
    }
    return render(request, "accounts/area_accounts/user_new.html", context)


@require_safe
@for_keepers
def user(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    context = {
        "nav": "accounts",
        "account": found,
        "is_self": found == request.user,
        "is_elsewhere": _is_elsewhere(request, found),
        "today": clock.today(),
        "memberships": roles_kept(request.access).filter(user=found).order_by("-from_on"),
        "actings": Acting.objects.filter(Q(post__user=found) | Q(user=found)).select_related(
            "user", "recorded_by", "post__user", *(f"post__{place}" for place in PLACES)
        )[:ACTINGS_SHOWN],
        "wrong_passwords": AccessAttempt.objects.filter(username=found.username),
    }
    return render(request, "accounts/area_accounts/user.html", context)


@both
@for_keepers
@once
def user_edit(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    _refuse_elsewhere(request, found)
    seen = found.naming
    form = UserForm(_typed(request), instance=found)
    if form.submit(
        lambda given: actions.change(
            found, seen=seen, changed=change_log.of_form(form), by=request.user
        )
    ):
        messages.success(request, _("The account of %(name)s is saved.") % {"name": found})
        return redirect("accounts:user", found.pk)
    return _form_page(request, found, form, _("Edit the account"))


@sensitive_post_parameters("first_password")
@both
@for_keepers
def user_password(request: SignedIn, pk: int) -> HttpResponse:
    """A new first password; every device of the person is signed out."""
    found = _others(request, pk)
    form = FirstPasswordForm(_typed(request), user=found)
    if form.is_bound and form.is_valid() and form.work_out():
        hashes = {found: form.hashed}
        is_given = form.submit(lambda given: actions.give_first_passwords(hashes, by=request.user))
        if is_given or form.made:
            return _password_page(request, found, form)
    return _form_page(request, found, form, _("Give a new first password"))


@require_POST
@for_keepers
def user_lock(request: SignedIn, pk: int) -> HttpResponse:
    found = actions.lock(_others(request, pk), by=request.user)
    messages.success(request, _("Account %(name)s is locked.") % {"name": found.username})
    return redirect("accounts:user", found.pk)


@require_POST
@for_keepers
def user_unlock(request: SignedIn, pk: int) -> HttpResponse:
    found = actions.unlock(_others(request, pk), by=request.user)
    messages.success(request, _("Account %(name)s is open.") % {"name": found.username})
    return redirect("accounts:user", found.pk)


@both
@for_keepers
@once
def membership_new(request: SignedIn, pk: int) -> HttpResponse:
    found = _user(request, pk)
    _refuse_own(request, found)
    form = MembershipForm(_typed(request), access=request.access, user=found)
    if form.submit(lambda given: actions.add_role(form.instance, by=request.user)):
        messages.success(request, _("The role is added."))
        return redirect("accounts:user", found.pk)
    return _form_page(request, found, form, _("Add a role"))


@both
@for_keepers
@once
def membership_end(request: SignedIn, pk: int) -> HttpResponse:
    """A role ends on a day; that it was held stays known."""
    running = roles_kept(request.access).not_ended_by(clock.today()).select_related("user")
    membership = get_object_or_404(running, pk=pk, user__in=accounts_kept(request.access))
    _refuse_own(request, membership.user)
    form = EndMembershipForm(_typed(request), of=membership)
    if form.submit(
        lambda given: actions.end_role(membership, until_on=given["until_on"], by=request.user)
    ):
        day = f"{form.made.until_on:%d/%m/%Y}"
        messages.success(request, _("The role ends on %(day)s.") % {"day": day})
        return redirect("accounts:user", membership.user_id)
    return _form_page(request, membership.user, form, _("End the role: %s") % membership)


def _typed(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def refuse_far(request: SignedIn) -> None:
    """The area looked at may be none of those whose accounts the person keeps."""
    if not request.access.may_manage_accounts:
        raise PermissionDenied


def _user(request: SignedIn, pk: int) -> User:
    return get_object_or_404(accounts_kept(request.access), pk=pk)


def _others(request: SignedIn, pk: int) -> User:
    """An account whose password and lock the person may change."""
    found = _user(request, pk)
    _refuse_own(request, found)
    _refuse_elsewhere(request, found)
    return found


def _refuse_own(request: SignedIn, account: User) -> None:
    """Nobody locks themselves out, nor gives themselves a role."""
    if account == request.user:
        raise PermissionDenied


def _refuse_elsewhere(request: SignedIn, account: User) -> None:
    """Who gives a password can sign in with it: not into what lies outside their own areas."""
    if _is_elsewhere(request, account):
        raise PermissionDenied


def _is_elsewhere(request: SignedIn, account: User) -> bool:
    """Whether the person holds, or will hold, a role outside these areas."""
    return not only_here(accounts_kept(request.access), request.access).contains(account)


def _password_page(request: SignedIn, user: User, form: FirstPasswordForm) -> HttpResponse:
    """The one time that a first password is shown: no redirect, for it is kept nowhere."""
    password = form.cleaned_data["first_password"]
    context = {"nav": "accounts", "account": user, "password": password}
    return render(request, "accounts/area_accounts/first_password.html", context)


def _form_page(request: SignedIn, user: User, form: EntryForm, title: str) -> HttpResponse:
    context = {"nav": "accounts", "account": user, "form": form, "heading": title}
    status = 409 if form.conflict else 200
    return render(request, "accounts/area_accounts/user_form.html", context, status=status)
