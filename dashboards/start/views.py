"""Where the work of the day begins: after signing in, and by the name of the site in the head."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import Access, SignedIn
from communes.models import Commune
from nrm_tracker import clock


@require_safe
def start(request: SignedIn) -> HttpResponse:
    return redirect(first_page(request.access))


def first_page(access: Access) -> Commune | str:
    """Where somebody waits for the person first of all.

    Who works for one commune begins on its page, once the commune is there. Who works for an agency
    or a working group, or for several communes, begins with the queue, which tells of all of them.
    All others look on from the overview, which leads the administrator of an empty database to the
    set-up. Of two roles the one that work waits for counts: an officer who also leads begins with
    the queue.
    """
    communes = access.heads | access.staffs
    if access.agencies or access.joins or len(communes) > 1:
        return "me"
    there = Commune.objects.exclude(established_on__gt=clock.today())
    return there.filter(pk__in=communes).first() or "home"
