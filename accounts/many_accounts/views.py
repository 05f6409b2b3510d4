"""Many accounts at once: a list is pasted, looked over, and made whole or not at all."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from accounts.area_accounts.views import for_keepers, refuse_far
from accounts.many_accounts import actions
from accounts.many_accounts.forms import ListForm, PeopleForm
from nrm_tracker.once import once, writing


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
@once
def many_new(request: SignedIn) -> HttpResponse:
    """The page to paste a list; its people to look over; then, made, their first passwords."""
    refuse_far(request)
    if "rows" not in request.POST:
        return _read(request)
    people = PeopleForm(request.POST, access=request.access)
    if not people.rows:
        return _read(request)
    if "make" not in request.POST or not people.is_valid:
        return _people_page(request, people)
    try:
        with writing():
            made = actions.create_all(people.roles(), by=request.user)
    except ValidationError as refused:
        # Read again: the row that somebody else took the name of says so.
        messages.error(request, refused.messages[0])
        return _people_page(request, PeopleForm(request.POST, access=request.access))
    count = len(made)
    said = ngettext("%(count)s account is made.", "%(count)s accounts are made.", count)
    messages.success(request, said % {"count": count})
    return redirect(reverse("accounts:first-passwords", query=request.GET))


def _read(request: SignedIn) -> HttpResponse:
    form = ListForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_bound and form.is_valid():
        names_by = form.cleaned_data["names_by"]
        people = PeopleForm.of(form.rows, names_by, access=request.access)
        return _people_page(request, people)
    context = {"nav": "accounts", "form": form}
    return render(request, "accounts/many_accounts/list.html", context)


def _people_page(request: SignedIn, people: PeopleForm) -> HttpResponse:
    context = {"nav": "accounts", "people": people}
    return render(request, "accounts/many_accounts/people.html", context)
