"""What was recorded of many cells in one go."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from criteria.models.history import Assessment


class BulkEntry(models.Model):
    """Results that one person recorded under one conclusion: they can be undone together."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    entries = models.ManyToManyField(
        Assessment, related_name="bulk_entries", verbose_name=_("entries")
    )

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("bulk entry")
        verbose_name_plural = _("bulk entries")

    def __str__(self) -> str:
        return f"{self.by}, {self.at:%d/%m/%Y}"
