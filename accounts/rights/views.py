"""Who may do what: everybody reads it, the administration changes it within limits."""

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import abilities
from accounts.access import SignedIn, for_administrators
from accounts.models import Ability, Right, Role
from accounts.rights import actions, matrix
from accounts.rights.forms import RightForm
from nrm_tracker.once import once
from nrm_tracker.page_cache import cached_until_written

# So many changes are listed, the newest first.
LISTED = 50


@require_safe
@cached_until_written
def rights(request: SignedIn) -> HttpResponse:
    found = matrix.groups(abilities.changed())
    return render(
        request,
        "accounts/rights/rights.html",
        {
            "nav": "accounts",
            "roles": [(role, abilities.SCOPES[role]) for role in matrix.ROLES],
            "groups": found,
            "differing": list(matrix.differing(found)),
            "changes": _log(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@once
@for_administrators
def right_change(request: SignedIn, ability: str, role: str) -> HttpResponse:
    if ability not in Ability.values or role not in Role.values:
        raise Http404
    cell = matrix.cell_of(Ability(ability), Role(role), abilities.changed())
    if not cell.is_open:
        raise Http404
    offered = "no" if cell.is_given else "yes"
    form = RightForm(request.POST if request.method == "POST" else None)
    form.initial = {"is_given": offered}
    if form.submit(
        lambda given: actions.change(
            cell.ability,
            cell.role,
            is_given=given["is_given"],
            reason=given["reason"],
            by=request.user,
        )
    ):
        said = _("Given: %(right)s.") if form.made.is_given else _("Taken: %(right)s.")
        messages.success(request, said % {"right": form.made})
        return redirect("accounts:rights")
    context = {"nav": "accounts", "cell": cell, "form": form, "changes": _log(cell)}
    return render(request, "accounts/rights/right.html", context)


def _log(cell: matrix.RightCell | None = None) -> list[LogEntry]:
    """What was changed, by whom and why, the newest first."""
    found = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Right))
    if cell:
        rows = Right.objects.filter(ability=cell.ability, role=cell.role)
        found = found.filter(object_id__in=[str(pk) for pk in rows.values_list("pk", flat=True)])
    return list(found.select_related("user").order_by("-action_time", "-pk")[:LISTED])
