"""What is recorded of villages and gardens. Each verb is one transaction that locks the commune.

Nothing is rewritten: what is recorded of a later day, or later of the same day, counts.
"""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Area, Commune, Village
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict
from plans.models import (
    Garden,
    ModelCriterion,
    ModelResult,
    VillageFigures,
    VillageStanding,
    VillageStep,
    VillageTarget,
)
from plans.recorded_days import check_day
from plans.villages import queries, standings
from plans.villages.standings import VillageRows

# What only the body above the commune says, with its document.
CONFIRMED = (VillageStep.Step.MET, VillageStep.Step.RECOGNISED)
# Its gardens stand in one form.
MOST_IN_A_VILLAGE = 400
# A result is found of a village and a criterion, or of a garden and one.
Subject = tuple[int, int | None, int]


@transaction.atomic
def record_results(
    commune: Commune,
    found: Mapping[Subject, str],
    *,
    assessed_on: dt.date,
    note: str = "",
    seen: int | None = None,
    by: User,
    is_illustrative: bool = False,
) -> list[ModelResult]:
    """Write these results of one day. `seen` is the newest that the writer saw, 0 for none.

    Raises Conflict with the newest where others wrote since.
    """
    commune = _locked(commune)
    check_day(commune, assessed_on, "assessed_on")
    newest = ModelResult.objects.filter(village__commune=commune).order_by("-pk").first()
    if newest and seen is not None and newest.pk != seen:
        raise Conflict(newest)
    _check_subjects(commune, found, assessed_on)
    made = ModelResult.objects.bulk_create(
        ModelResult(
            village_id=village,
            garden_id=garden,
            criterion_id=criterion,
            result=result,
            assessed_on=assessed_on,
            note=note,
            recorded_by=by,
            recorded_at=clock.now(),
            is_illustrative=is_illustrative,
        )
        for (village, garden, criterion), result in found.items()
    )
    rebuild(commune)
    return made


@transaction.atomic
def take_step(
    village: Village,
    step: str,
    *,
    taken_on: dt.date,
    document: str,
    by: User,
    is_illustrative: bool = False,
) -> VillageStep:
    """Record that a village took a step."""
    commune = _locked(village.commune)
    check_day(commune, taken_on, "taken_on")
    if step in CONFIRMED and not document.strip():
        raise ValidationError({"document": _("Name the document that says so.")})
    known = _steps_in_force(village)
    if step in known:
        message = _("This step was recorded with the day %(day)s: take that back first.")
        day = f"{known[step].taken_on:%d/%m/%Y}"
        raise ValidationError({"step": message % {"day": day}})
    _check_order(known, step, taken_on)
    made = VillageStep.objects.create(
        village=village,
        step=step,
        taken_on=taken_on,
        document=document,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=is_illustrative,
    )
    rebuild(commune)
    return made


@transaction.atomic
def take_back_step(step: VillageStep, *, reason: str, by: User) -> VillageStep:
    """Say that a step was recorded wrongly; it stays on record, with the reason."""
    commune = _locked(step.village.commune)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is taken back.")})
    newer = VillageStep.objects.filter(voids=step).select_related("recorded_by").first()
    if newer:
        raise Conflict(newer)
    made = VillageStep.objects.create(
        village=step.village,
        step=step.step,
        taken_on=step.taken_on,
        document=step.document,
        voids=step,
        reason=reason,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=step.is_illustrative,
    )
    rebuild(commune)
    return made


@transaction.atomic
def register_garden(
    village: Village,
    name: str,
    *,
    registered_on: dt.date,
    by: User,
    is_illustrative: bool = False,
) -> Garden:
    commune = _locked(village.commune)
    check_day(commune, registered_on, "registered_on")
    followed = Garden.objects.filter(village=village, left_on=None)
    if followed.count() >= MOST_IN_A_VILLAGE:
        message = _("A village follows at most %(n)s gardens.") % {"n": MOST_IN_A_VILLAGE}
        raise ValidationError({"name": message})
    if followed.filter(name=name).exists():
        message = _("The village has a garden of that household already.")
        raise ValidationError({"name": message})
    made = Garden.objects.create(
        village=village,
        name=name,
        registered_on=registered_on,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=is_illustrative,
    )
    rebuild(commune)
    return made


@transaction.atomic
def take_off_list(garden: Garden, *, on: dt.date, by: User) -> Garden:
    """A garden is followed no longer. Raises Conflict with it where that was said already."""
    commune = _locked(garden.village.commune)
    current = Garden.objects.select_for_update(of=("self",)).get(pk=garden.pk)
    if current.left_on:
        raise Conflict(current)
    check_day(commune, on, "left_on")
    if on < current.registered_on:
        message = _("It was registered on %(day)s and cannot leave the list before.")
        raise ValidationError({"left_on": message % {"day": f"{current.registered_on:%d/%m/%Y}"}})
    current.left_on, current.left_by, current.left_at = on, by, clock.now()
    current.save(update_fields=["left_on", "left_by", "left_at"])
    rebuild(commune)
    return current


@transaction.atomic
def count(
    village: Village,
    *,
    counted_on: dt.date,
    households: int | None,
    mixed_gardens: int | None,
    by: User,
    is_illustrative: bool = False,
) -> VillageFigures:
    """Record how many households, and how many mixed gardens are left."""
    commune = _locked(village.commune)
    check_day(commune, counted_on, "counted_on")
    if households is None and mixed_gardens is None:
        raise ValidationError({"mixed_gardens": _("Give at least one of the two numbers.")})
    known, left = _counted(village, counted_on, households, mixed_gardens)
    if known is not None and left is not None and left > known:
        message = _("More gardens than households (%(n)s).")
        raise ValidationError({"mixed_gardens": message % {"n": known}})
    made = VillageFigures.objects.create(
        village=village,
        counted_on=counted_on,
        households=households,
        mixed_gardens=mixed_gardens,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=is_illustrative,
    )
    rebuild(commune)
    return made


def _counted(
    village: Village, day: dt.date, households: int | None, mixed_gardens: int | None
) -> tuple[int | None, int | None]:
    """Both numbers: those given now, or else as they stood on the day."""
    rows = queries.rows_of([village.commune_id], village=village.pk)
    stood = standings.state_on(rows, day).get(village.pk)
    if households is None:
        households = stood.households if stood else None
    if mixed_gardens is None:
        mixed_gardens = stood.mixed_gardens if stood else None
    return village.households if households is None else households, mixed_gardens


@transaction.atomic
def set_target(
    area: Area,
    *,
    commune: Commune | None = None,
    from_on: dt.date,
    villages: int | None,
    gardens: int | None,
    share: int | None,
    source: str,
    by: User,
    is_illustrative: bool = False,
) -> VillageTarget:
    """Say what the communes of an area, or one of them, must reach from a day on."""
    Area.objects.select_for_update().get(pk=area.pk)
    if villages is None and gardens is None and share is None:
        raise ValidationError({"villages": _("Give at least one of the three numbers.")})
    made = VillageTarget.objects.create(
        area=area,
        commune=commune,
        from_on=from_on,
        villages=villages,
        gardens=gardens,
        share=share,
        source=source,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=is_illustrative,
    )
    # What lies in the area follows its target too.
    inside = Area.objects.filter(parent=area).values_list("pk", flat=True)
    revision.bump(area.pk, *inside)
    return made


def rebuild(commune: Commune) -> None:
    """Reckon the figures of a commune's villages anew from history, and count the write."""
    rows = queries.rows_of([commune.pk])
    wanted = standing_rows(commune, rows, queries.model_criteria().garden_keys)
    values = queries.COUNTS
    known = {one.on_day: one for one in VillageStanding.objects.filter(commune=commune)}
    VillageStanding.objects.filter(
        commune=commune, on_day__in=known.keys() - wanted.keys()
    ).delete()
    VillageStanding.objects.bulk_create(
        [one for day, one in wanted.items() if day not in known or _says(known[day]) != _says(one)],
        update_conflicts=True,
        unique_fields=["commune", "on_day"],
        update_fields=values,
    )
    revision.bump(commune.area_id)


def standing_rows(
    commune: Commune, rows: VillageRows, garden_criteria: list[int]
) -> dict[dt.date, VillageStanding]:
    """What history comes to on each day on which it changed."""
    return {
        day: VillageStanding(
            commune=commune,
            on_day=day,
            **standings.counts(states.values(), garden_criteria)._asdict(),
        )
        for day, states in standings.over_time(rows)
    }


def _says(one: VillageStanding) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in queries.COUNTS)


def _locked(commune: Commune) -> Commune:
    return Commune.objects.select_for_update(of=("self",)).get(pk=commune.pk)


def _steps_in_force(village: Village) -> dict[str, VillageStep]:
    found = list(VillageStep.objects.filter(village=village))
    voided = {one.voids_id for one in found}
    return {one.step: one for one in found if one.voids_id is None and one.pk not in voided}


def _check_order(known: Mapping[str, VillageStep], step: str, day: dt.date) -> None:
    """A step is not before one that comes earlier on the way, nor after one that comes later."""
    place = standings.STEPS.index(VillageStep.Step(step))
    for name, other in known.items():
        there = standings.STEPS.index(VillageStep.Step(name))
        if (there < place and other.taken_on > day) or (there > place and other.taken_on < day):
            message = _("“%(step)s” was on %(day)s: the days do not follow one another.")
            said = {"step": other.get_step_display(), "day": f"{other.taken_on:%d/%m/%Y}"}
            raise ValidationError({"taken_on": message % said})


def _check_subjects(commune: Commune, found: Mapping[Subject, str], assessed_on: dt.date) -> None:
    """Each is of the commune, its criterion of its kind, its garden on the list by that day."""
    if not found:
        raise ValidationError(_("No result was chosen."))
    kinds = dict(ModelCriterion.objects.values_list("pk", "kind"))
    villages = set(commune.villages.values_list("pk", flat=True))
    gardens = {one.pk: one for one in Garden.objects.filter(village__commune=commune, left_on=None)}
    kind_of = {True: ModelCriterion.Kind.GARDEN, False: ModelCriterion.Kind.VILLAGE}
    for village, garden, criterion in found:
        is_garden = garden is not None
        if village not in villages or kinds.get(criterion) != kind_of[is_garden]:
            raise ValidationError(
                _("The form came back incomplete. Look it over, then send again.")
            )
        if garden is None:
            continue
        if garden not in gardens or gardens[garden].village_id != village:
            raise ValidationError(_("A garden was taken off the list meanwhile."))
        if assessed_on < gardens[garden].registered_on:
            message = _("%(garden)s was registered on %(day)s: the result cannot be before.")
            day = f"{gardens[garden].registered_on:%d/%m/%Y}"
            said = {"garden": gardens[garden].name, "day": day}
            raise ValidationError({"assessed_on": message % said})
