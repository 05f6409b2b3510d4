"""Who wrote a row, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Recorded(models.Model):
    """A row of history: append-only. Made up to show what it is like where `is_illustrative`."""

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    is_illustrative = models.BooleanField(_("illustrative, not real"), default=False)

    class Meta:
        abstract = True
