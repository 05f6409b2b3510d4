"""The villages of a whole list: all of them, or none."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from communes.models import Commune, Village
from nrm_tracker import revision


@transaction.atomic
def add_all(choose: Callable[[], Sequence[Village]], *, by: models.Model) -> list[Village]:
    """Add those that `choose` finds missing. What is there is never changed."""
    # Whoever adds at the same moment waits here, and then finds what was added.
    revision.bump()
    villages = choose()
    if not villages:
        raise ValidationError(_("The list says nothing new."))
    made = Village.objects.bulk_create(villages)
    names: dict[Commune, list[str]] = defaultdict(list)
    for village in made:
        names[village.commune].append(village.name)
    for commune, added in names.items():
        said = _("Villages added: %(names)s.") % {"names": "; ".join(added)}
        LogEntry.objects.log_actions(by.pk, [commune], CHANGE, said, single_object=True)
    return made
