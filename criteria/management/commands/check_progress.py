from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from criteria.assessments.actions import rebuild
from criteria.models import Enrolment
from nrm_tracker import revision


class Command(BaseCommand):
    help = (
        "Rebuilds what is stored of every enrolment from its history; fails if anything differed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        enrolments = list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))
        differences = sum(_mend(pk) for pk in enrolments)
        self.stdout.write(
            ngettext(
                "%(count)s enrolment checked.", "%(count)s enrolments checked.", len(enrolments)
            )
            % {"count": len(enrolments)}
        )
        found = ngettext("%(count)s difference.", "%(count)s differences.", differences)
        if differences:
            message = found % {"count": differences}
            raise CommandError(_("%(found)s The stored figures were mended.") % {"found": message})
        self.stdout.write(found % {"count": 0})


@transaction.atomic
def _mend(pk: int) -> int:
    """Nobody writes to the enrolment meanwhile."""
    enrolment = Enrolment.lock(pk)
    differences = rebuild(enrolment)
    if differences:
        revision.bump(enrolment.commune.area_id)
    return differences
