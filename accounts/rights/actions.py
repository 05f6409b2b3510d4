"""The verb by which the administration gives an ability to a role, or takes it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts import abilities
from accounts.models import Ability, Right, Role, User
from nrm_tracker import change_log, revision


@transaction.atomic
def change(ability: Ability, role: Role, *, is_given: bool, reason: str, by: User) -> Right:
    """Give or take, and keep in the log what was before, and why."""
    rule = abilities.RULES[ability]
    if role not in rule.open_to:
        raise ValidationError(_("This right is fixed and is not changed here."))
    is_default = role in rule.default
    Right.objects.get_or_create(ability=ability, role=role, defaults={"is_given": is_default})
    rows = {(row.ability, row.role): row for row in Right.objects.select_for_update()}
    row = rows[ability, role]
    changed = abilities.changed()
    if row.is_given == is_given:
        raise ValidationError(_("Somebody else changed it meanwhile: it is so already."))
    (_check_giving if is_given else _check_taking)(ability, role, changed)
    row.is_given = is_given
    row.save(update_fields=["is_given"])
    label = str(capfirst(Right._meta.get_field("is_given").verbose_name))
    why = _("Reason")
    said = f"{change_log.in_words(label, not is_given, is_given)}. {why}: {reason}"
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, said, single_object=True)
    revision.bump()
    return row


def _check_giving(ability: Ability, role: Role, changed: abilities.Changed) -> None:
    needs = abilities.RULES[ability].needs
    if needs and not abilities.belongs(needs, role, changed):
        raise ValidationError(_("First give the right “%(right)s”.") % {"right": needs.label})


def _check_taking(ability: Ability, role: Role, changed: abilities.Changed) -> None:
    """Something else may stand on it; and somebody has to be left who can do it."""
    for other in Ability:
        if abilities.RULES[other].needs == ability and abilities.belongs(other, role, changed):
            message = _("First take the right “%(right)s”.")
            raise ValidationError(message % {"right": other.label})
    others = (one for one in Role if one != role)
    is_held = any(abilities.belongs(ability, one, changed) for one in others)
    if not (is_held or abilities.RULES[ability].is_administrators):
        raise ValidationError(_("Nobody could do this any more: give it to another role first."))
