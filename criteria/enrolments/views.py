"""Which communes of an area run at which sets, and by when they are to reach them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Access, SignedIn
from accounts.models import Ability
from criteria import permissions
from criteria.enrolments import actions, groups, queries
from criteria.enrolments.forms import CloseForm, EnrolForm, GroupForm, MoveTargetForm
from criteria.models import Enrolment, GroupDecision
from criteria.progress import board_page
from criteria.progress.lookups import commune_within, typed
from nrm_tracker import clock
from nrm_tracker.once import once
from nrm_tracker.page_cache import cached_until_written


@require_safe
@cached_until_written
def enrolment_list(request: SignedIn) -> HttpResponse:
    """Everybody reads where communes are enrolled; who enrols is offered to."""
    access = request.access
    rows = queries.rows_of(access.shown)
    return render(
        request,
        "criteria/enrolments/enrolments.html",
        {
            "nav": "communes",
            "page": Paginator(rows, board_page.ROWS_A_PAGE).get_page(request.GET.get("page")),
            "may_enrol": bool(access.areas_for(Ability.ENROL) & access.shown),
            "today": clock.today(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def enrol(request: SignedIn) -> HttpResponse:
    areas = request.access.areas_for(Ability.ENROL) & request.access.shown
    if not areas:
        raise PermissionDenied
    offer = queries.offer(areas, request.GET.get("set", ""))
    form = EnrolForm(typed(request), communes=offer.communes, enrolled=offer.enrolled)
    criteria_set = offer.criteria_set
    if criteria_set is None:
        if request.method == "POST":
            raise Http404
    elif form.submit(
        lambda data: actions.enrol_many(
            form.chosen(),
            criteria_set,
            opened_on=data["opened_on"],
            target=form.target(),
            by=request.user,
        )
    ):
        count = len(form.made)
        said = ngettext(
            "%(n)s commune enrolled: %(set)s.", "%(n)s communes enrolled: %(set)s.", count
        )
        messages.success(request, said % {"n": count, "set": criteria_set.name})
        return redirect("enrolments")
    return render(
        request,
        "criteria/enrolments/enrol.html",
        {"nav": "communes", "form": form, "offer": offer},
    )


@require_safe
@cached_until_written
def enrolment(request: SignedIn, pk: int) -> HttpResponse:
    found = _within(request.access, pk)
    return render(
        request,
        "criteria/enrolments/enrolment.html",
        {
            "nav": "communes",
            "enrolment": found,
            "changes": queries.changes_of(found),
            "may_change": found.closed_on is None
            and permissions.may_enrol(request.access, found.commune.area_id),
            "today": clock.today(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def move_target(request: SignedIn, pk: int) -> HttpResponse:
    found = _within(request.access, pk, to_change=True)
    form = MoveTargetForm(typed(request), enrolment=found)
    if form.submit(
        lambda data: actions.move_target(
            found, form.target(), seen=data["seen"], reason=data["reason"], by=request.user
        )
    ):
        said = _("Target changed: %(commune)s.")
        messages.success(request, said % {"commune": found.commune.name})
        return redirect(found)
    return render(
        request,
        "criteria/enrolments/target.html",
        {"nav": "communes", "form": form, "enrolment": found},
        status=409 if form.conflict else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def close(request: SignedIn, pk: int) -> HttpResponse:
    found = _within(request.access, pk, to_change=True)
    form = CloseForm(typed(request))
    if form.submit(
        lambda data: actions.close(
            found, on=data["closed_on"], reason=data["reason"], by=request.user
        )
    ):
        said = _("Run closed: %(commune)s, %(set)s.")
        names = {"commune": found.commune.name, "set": found.criteria_set.name}
        messages.success(request, said % names)
        return redirect(found)
    return render(
        request,
        "criteria/enrolments/close.html",
        {"nav": "communes", "form": form, "enrolment": found},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
def commune_group(request: SignedIn, slug: str) -> HttpResponse:
    """The groups of a commune by day, which everybody reads; the coordinator records another."""
    commune = commune_within(request.access, slug)
    may_change = permissions.may_enrol(request.access, commune.area_id)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    form = GroupForm(typed(request))
    if form.submit(
        lambda data: groups.put_into(GroupDecision(commune=commune, **data), by=request.user)
    ):
        said = _("Group recorded: %(commune)s, %(group)s.")
        names = {"commune": commune.name, "group": form.made.get_group_display()}
        messages.success(request, said % names)
        return redirect("commune-group", slug)
    decisions = commune.group_decisions.select_related("by").order_by("-from_on", "-pk")
    context = {
        "nav": "communes",
        "commune": commune,
        "form": form if may_change else None,
        "decisions": decisions,
        "group": commune.group_name_on(clock.today()),
    }
    return render(request, "criteria/enrolments/group.html", context)


def _within(access: Access, pk: int, *, to_change: bool = False) -> Enrolment:
    """With the number of criteria of its set as `size`."""
    reached = Enrolment.objects.filter(commune__area__in=access.areas)
    reached = reached.select_related("commune__area", "criteria_set", "opened_by", "closed_by")
    found: Enrolment = get_object_or_404(
        reached.annotate(size=Count("criteria_set__criteria")), pk=pk
    )
    if to_change and not permissions.may_enrol(access, found.commune.area_id):
        raise PermissionDenied
    return found
