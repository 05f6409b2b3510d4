"""The steps of setting up an area, each with how far it has come."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Role
from communes.models import Agency, Area, Commune, CommuneQuerySet
from criteria.enrolments.queries import usual_set
from criteria.models import CriteriaSet, Criterion, Enrolment, Responsibility, Standing


@dataclass(frozen=True)
class Way:
    """Where a step is done: a page, with the words of its link."""

    label: str
    address: str
    # Who does not do the step may look at it there.
    is_to_read: bool = False


@dataclass(frozen=True)
class SetupStep:
    """One step. `done` of `of`: what there is of what there should be; `of` of 0 where nobody can
    say yet."""

    key: str
    title: str
    why: str
    said: str
    done: int
    of: int
    ways: list[Way] = field(default_factory=list)
    # Only the administration does it.
    is_for_administrators: bool = False

    @property
    def is_done(self) -> bool:
        return 0 < self.of <= self.done

    @property
    def is_begun(self) -> bool:
        return self.done > 0


def steps_of(area: Area | None, day: dt.date) -> list[SetupStep]:
    """Nine queries at most, however many communes there are."""
    communes = Commune.objects.filter(area=area).existing_on(day)
    count = communes.count()
    sets = list(CriteriaSet.objects.annotate(size=Count("criteria")).filter(size__gt=0))
    runs = Enrolment.objects.open_on(day).filter(commune__in=communes)
    run_sets = set(runs.order_by().values_list("criteria_set", flat=True))
    if not run_sets and (usual := usual_set(sets)):
        run_sets = {usual.pk}
    return [
        _areas(area),
        _communes(area, count),
        _sets(sets),
        _agencies(area, run_sets, day),
        _accounts(area, communes, count, day),
        _enrolments(area, communes, count, day),
        _picture(area, communes, count, day),
    ]


def _areas(area: Area | None) -> SetupStep:
    count = Area.objects.count()
    said = ngettext("%(n)s area: %(area)s.", "%(n)s areas; shown: %(area)s.", count)
    return SetupStep(
        "area",
        _("The area"),
        _("The district of before 01/07/2025, or the province that supervises its communes."),
        said % {"n": count, "area": area} if area else _("None yet."),
        done=min(count, 1),
        of=1,
        ways=[Way(_("Choose or enter the area"), reverse("setup-area"))],
        is_for_administrators=True,
    )


def _communes(area: Area | None, count: int) -> SetupStep:
    query = f"?area={area.pk}" if area else ""
    return SetupStep(
        "communes",
        _("Its communes"),
        _("Name, code and day of founding; from the lists of units, one by one or from a file."),
        ngettext("%(n)s commune.", "%(n)s communes.", count) % {"n": count},
        done=count,
        of=max(count, 1) if area else 0,
        ways=[
            Way(_("Communes of the area"), f"{reverse('setup-communes')}{query}", is_to_read=True),
            Way(_("Villages from a list"), f"{reverse('setup-villages')}{query}"),
            Way(_("Import from a file"), reverse("admin:communes_commune_import")),
        ],
        is_for_administrators=True,
    )


def _sets(sets: Sequence[CriteriaSet]) -> SetupStep:
    each = _("%(name)s (%(n)s criteria)")
    names = "; ".join(
        each % {"name": one.name, "n": one.size}  # type: ignore[attr-defined]
        for one in sets
    )
    return SetupStep(
        "sets",
        _("The criteria set"),
        _("The national set with the province's own criteria; each row says how it was checked."),
        f"{names}." if names else _("None yet."),
        done=len(sets),
        of=max(len(sets), 1),
        ways=[
            Way(_("Criteria sets"), reverse("setup-sets")),
            Way(_("Import criteria"), reverse("admin:criteria_criterion_import")),
        ],
        is_for_administrators=True,
    )


def _agencies(area: Area | None, run_sets: set[int], day: dt.date) -> SetupStep:
    criteria = Criterion.objects.filter(criteria_set__in=run_sets)
    answered = Responsibility.objects.on(day).filter(criterion__in=criteria, agency__area=area)
    found = criteria.aggregate(
        all=Count("pk"), answered=Count("pk", filter=Q(pk__in=answered.values("criterion")))
    )
    agencies = Agency.objects.filter(area=area).count() if area else 0
    query = f"?area={area.pk}" if area else ""
    said = _("%(agencies)s agencies; they answer for %(answered)s of %(all)s criteria.")
    return SetupStep(
        "agencies",
        _("Agencies, and who answers for what"),
        _("A claim goes to the agencies that answer for its criterion."),
        said % {"agencies": agencies, "answered": found["answered"], "all": found["all"]},
        done=found["answered"],
        of=found["all"],
        ways=[
            Way(_("Agencies and their criteria"), f"{reverse('setup-agencies')}{query}"),
            Way(_("Import from a file"), reverse("admin:criteria_responsibility_import")),
        ],
        is_for_administrators=True,
    )


def _accounts(area: Area | None, communes: CommuneQuerySet, count: int, day: dt.date) -> SetupStep:
    held = Membership.objects.valid_on(day).filter(user__is_active=True)
    here = held.filter(Q(commune__in=communes))
    if area:
        here = held.filter(Q(area=area) | Q(commune__in=communes) | Q(agency__area=area))
    found = here.aggregate(
        coordinators=Count("user", filter=Q(role=Role.COORDINATOR), distinct=True),
        leaders=Count("user", filter=Q(role=Role.LEADER), distinct=True),
        communes=Count("commune", filter=Q(role=Role.COMMUNE_LEADER), distinct=True),
        officers=Count("user", filter=Q(role=Role.AGENCY_OFFICER), distinct=True),
    )
    query = f"?area={area.pk}" if area else ""
    said = _(
        "%(leaders)s leaders, %(coordinators)s coordinators, %(officers)s officers; "
        "%(communes)s of %(all)s communes have somebody who submits."
    )
    return SetupStep(
        "accounts",
        _("People and accounts"),
        _("A leader, a coordinator, an officer for each agency, a leader for each commune."),
        said % {**found, "all": count},
        done=found["communes"],
        of=count,
        ways=[
            Way(_("Accounts from a list"), f"{reverse('accounts:many-new')}{query}"),
            Way(_("First passwords"), f"{reverse('accounts:first-passwords')}{query}"),
            Way(_("Accounts of the area"), f"{reverse('accounts:area')}{query}"),
        ],
    )


def _enrolments(
    area: Area | None, communes: CommuneQuerySet, count: int, day: dt.date
) -> SetupStep:
    runs = Enrolment.objects.open_on(day).filter(commune__in=communes)
    found = runs.aggregate(
        communes=Count("commune", distinct=True),
        targets=Count("commune", filter=Q(target_on__isnull=False), distinct=True),
    )
    query = f"?area={area.pk}" if area else ""
    said = _("%(communes)s of %(all)s communes are in a set; %(targets)s have a target day.")
    return SetupStep(
        "enrolments",
        _("Enrolments and targets"),
        _("Which commune runs at which set, and by when it is to reach it."),
        said % {**found, "all": count},
        done=found["communes"],
        of=count,
        ways=[
            Way(_("Enrol communes in a set"), f"{reverse('enrol')}{query}"),
            Way(_("Enrolments and targets"), f"{reverse('enrolments')}{query}"),
        ],
    )


def _picture(area: Area | None, communes: CommuneQuerySet, count: int, day: dt.date) -> SetupStep:
    known = Standing.objects.filter(enrolment__commune__in=communes, on_day__lte=day)
    assessed = known.aggregate(n=Count("enrolment__commune", distinct=True))["n"]
    said = _("%(assessed)s of %(all)s communes have a first result.")
    query = f"?area={area.pk}" if area else ""
    return SetupStep(
        "picture",
        _("The first picture"),
        _("Where each commune stands today, with its day and what it rests on."),
        said % {"assessed": assessed, "all": count},
        done=assessed,
        of=count,
        ways=[
            Way(_("From a table in Excel"), f"{reverse('imports')}{query}"),
            Way(_("By commune: assess several criteria at once"), reverse("communes")),
            Way(_("By criterion: assess many communes at once"), reverse("criteria")),
        ],
    )
