import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Commune
from nrm_tracker.text import NameField, ProseField


class WorkingSessionQuerySet(models.QuerySet):
    def within(self, area_ids: frozenset[int]) -> "WorkingSessionQuerySet":
        return self.filter(area_id__in=area_ids)

    def held_by(self, day: dt.date) -> "WorkingSessionQuerySet":
        """The sessions that had taken place by `day`, newest first."""
        return self.filter(held_on__lte=day).order_by("-held_on", "pk")


class WorkingSession(models.Model):
    """A meeting of leaders with communes, by which figures are recorded."""

    class Form(models.TextChoices):
        PARTY = "party", _("Party")
        GOVERNMENT = "government", _("Government")

    area = models.ForeignKey(Area, models.PROTECT, related_name="sessions", verbose_name=_("area"))
    communes = models.ManyToManyField(Commune, related_name="sessions", verbose_name=_("communes"))
    form = models.CharField(_("form"), max_length=20, choices=Form)
    title = NameField(_("title"))
    legal_basis = ProseField(_("legal basis"), blank=True)
    held_on = models.DateField(_("held on"))
    place = NameField(_("place"), blank=True)

    objects = WorkingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "pk"]
        verbose_name = _("working session")
        verbose_name_plural = _("working sessions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(form__in=["party", "government"]), name="session_form_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.held_on:%d/%m/%Y})"
