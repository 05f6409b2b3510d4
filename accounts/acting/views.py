"""Who acts for whom, as those who keep the accounts of an area record it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedIn
from accounts.acting import actions
from accounts.acting.forms import ActingForm, EndActingForm
from accounts.area_accounts.queries import accounts_kept, only_here, roles_kept
from accounts.area_accounts.views import for_keepers
from accounts.models import Acting
from nrm_tracker import clock
from nrm_tracker.forms import EntryForm
from nrm_tracker.once import once

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@for_keepers
@once
def acting_new(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody is away: who acts for them. Who acts holds no role elsewhere, which would rest."""
    access = request.access
    absent = get_object_or_404(accounts_kept(access), pk=pk)
    posts = roles_kept(access).filter(user=absent).not_ended_by(clock.today())
    people = only_here(accounts_kept(access), access).filter(is_active=True, is_staff=False)
    form = ActingForm(
        request.POST if request.method == "POST" else None,
        posts=posts.exclude(role__in=actions.NOT_ACTED),
        people=people.exclude(pk__in={absent.pk, request.user.pk}),
    )
    if form.submit(
        lambda given: actions.let_act(
            given["post"],
            given["user"],
            from_on=given["from_on"],
            until_on=given["until_on"],
            reason=given["reason"],
            by=request.user,
        )
    ):
        messages.success(request, _("Recorded: %(acting)s.") % {"acting": form.made})
        return redirect("accounts:user", absent.pk)
    return _page(request, absent.pk, form, _("Let somebody act for %s") % absent, "")


@both
@for_keepers
@once
def acting_end(request: SignedIn, pk: int) -> HttpResponse:
    kept = roles_kept(request.access).filter(user__in=accounts_kept(request.access))
    running = Acting.objects.filter(post__in=kept, ends_at__gt=clock.now())
    acting = get_object_or_404(running.select_related("user", "post__user"), pk=pk)
    form = EndActingForm(request.POST if request.method == "POST" else None)
    if form.submit(lambda given: actions.end(acting, by=request.user)):
        messages.success(request, _("It is over: %(acting)s.") % {"acting": acting})
        return redirect("accounts:user", acting.post.user_id)
    heading = _("End now: %s") % acting
    return _page(request, acting.post.user_id, form, heading, _("End now"))


def _page(request: SignedIn, pk: int, form: EntryForm, title: str, send: str) -> HttpResponse:
    account = get_object_or_404(accounts_kept(request.access), pk=pk)
    context = {"nav": "accounts", "account": account, "form": form, "heading": title, "send": send}
    return render(request, "accounts/area_accounts/user_form.html", context)
