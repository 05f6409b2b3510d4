"""By what a file is known again: of which plan it is, and as of which of its versions."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from plans.forecasts.reckoning import WrittenPlan
from plans.models import Plan

MARK = "nrm-tracker-plan 1"


class Identity(NamedTuple):
    """`last_key`: the newest step when the file went out. What is newer is not missing in it."""

    version: int
    last_key: int


def written(plan: WrittenPlan) -> list[str]:
    run = plan.plan.enrolment
    last = plan.plan.activities.order_by("-pk").values_list("pk", flat=True).first()
    return [
        MARK,
        run.criteria_set.code,
        run.commune.slug,
        run.commune.name,
        str(plan.plan.version),
        str(last or 0),
    ]


def read(said: list[str], plan: Plan) -> Identity:
    """Raises ValidationError with a sentence where it is a file of something else."""
    if said[:1] != [MARK] or len(said) < 6 or not (said[4].isdecimal() and said[5].isdecimal()):
        raise ValidationError(not_from_here())
    _mark, code, slug, name, version, last = said[:6]
    run = plan.enrolment
    if slug != run.commune.slug:
        message = _("This is the plan of %(other)s, not of %(commune)s.")
        named = {"other": name[:100] or slug[:100], "commune": run.commune.name}
        raise ValidationError(message % named)
    if code != run.criteria_set.code:
        raise ValidationError(_("This is a plan at another set: %(code)s.") % {"code": code[:40]})
    return Identity(int(version[:12]), int(last[:18]))


def not_from_here() -> str:
    return _(
        "This file was not downloaded here: nobody knows which of its rows are which steps."
        " Download the plan anew, or paste new steps from Excel."
    )
