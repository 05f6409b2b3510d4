"""The button that makes the district for training, for who sets up."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn, for_administrators
from criteria.enrolments.queries import is_in_use
from nrm_tracker import clock
from nrm_tracker.once import once, writing
from training import loading, places


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@once
def training(request: SignedIn) -> HttpResponse:
    problem = str(loading.IN_USE) if is_in_use() else ""
    if request.method == "POST" and not problem:
        try:
            with writing():
                area = loading.load(clock.today())
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, _("Made for training: %(area)s.") % {"area": area})
            return redirect("accounts:area")
    context = {"nav": "setup", "problem": problem, "communes": len(places.COURSES)}
    return render(request, "training/training.html", context)
