"""An area or a commune that somebody enters by hand; what contradicts the lists is refused."""

import datetime as dt

from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from communes.models import Area, Commune
from communes.units import resolver
from communes.units.directory import CHANGE, directory
from communes.units.making import free_slug
from communes.units.names import marked_key
from nrm_tracker import revision
from nrm_tracker.forms import refuse_together

# Of a commune in the lists, before and after 01/07/2025.
DIGITS = 5


@transaction.atomic
def add_area(area: Area, *, by: models.Model) -> Area:
    revision.bump()
    refuse_together(lambda: _refuse_taken(area), lambda: _refuse_own_level(area))
    area.full_clean()
    area.save()
    _log(area, by)
    return area


@transaction.atomic
def add_commune(commune: Commune, *, by: models.Model) -> Commune:
    # Whoever adds at the same moment waits here, and then finds what was added.
    revision.bump()
    refuse_together(lambda: _refuse_doubles(commune), lambda: _refuse_code(commune))
    commune.slug = free_slug(commune)
    commune.full_clean()
    commune.save()
    _log(commune, by)
    return commune


def day_of(commune: Commune) -> dt.date:
    """By which list a new commune is looked at: by default that of its area."""
    if commune.established_on:
        return commune.established_on
    return CHANGE - dt.timedelta(days=1) if commune.area.kind == Area.Kind.DISTRICT else CHANGE


def _refuse_taken(area: Area) -> None:
    taken = Area.objects.filter(code=area.code, established_on=area.established_on).first()
    if taken:
        message = _("%(area)s has this code. Say since which day another area bears it.")
        raise ValidationError({"code": message % {"area": taken}})


def _refuse_own_level(area: Area) -> None:
    if area.parent and area.kind == Area.Kind.PROVINCE:
        raise ValidationError({"parent": _("A province is part of no other area.")})


def _refuse_doubles(commune: Commune) -> None:
    """Two of one code or name in an area at the same time; one that has ended leaves both free."""
    day = day_of(commune)
    there = commune.area.communes.filter(
        models.Q(dissolved_on__isnull=True) | models.Q(dissolved_on__gt=day)
    )
    for row in there:
        if row.code == commune.code:
            message = _("%(commune)s has this code.")
            raise ValidationError({"code": message % {"commune": row.full_name}})
        if row.kind == commune.kind and marked_key(row.name) == marked_key(commune.name):
            message = _("%(commune)s is there already, with the code %(code)s.")
            said = {"commune": row.full_name, "code": row.code}
            raise ValidationError({"name": message % said})


def _refuse_code(commune: Commune) -> None:
    """A code whose name does not fit its day. What came after the lists they do not know."""
    code, day = commune.code, day_of(commune)
    if not (code.isascii() and code.isdecimal() and len(code) == DIGITS):
        meant = code.zfill(DIGITS) if code.isascii() and code.isdecimal() else ""
        message = _("The code of a commune has five digits.")
        if len(meant) == DIGITS:
            message += " " + _("Is %(code)s meant?") % {"code": meant}
        raise ValidationError({"code": message})
    if day > CHANGE:
        return
    unit = resolver.code_named(code, day)
    if unit and not resolver.code_fits(code, commune.name, day):
        message = _("On %(day)s the code %(code)s was that of %(unit)s.")
        said = {"day": f"{day:%d/%m/%Y}", "code": code, "unit": directory().where(unit)}
        raise ValidationError({"code": message % said})


def _log(row: models.Model, by: models.Model) -> None:
    LogEntry.objects.log_actions(by.pk, [row], ADDITION, [{"added": {}}], single_object=True)
