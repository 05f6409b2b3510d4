from django.db import models
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """How often anything was written: one row, by which an unchanged page is recognised."""

    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return str(self.number)
