"""The working calendar: days off, days worked instead, and the orders that say so."""

from collections.abc import Collection

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Sourced, checked_known
from nrm_tracker.text import NameField


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def of(self, area_ids: Collection[int | None]) -> "CalendarDayQuerySet":
        """Those of the whole country, and those of areas."""
        known = [pk for pk in area_ids if pk is not None]
        return self.filter(Q(area__isnull=True) | Q(area__in=known))


class CalendarDay(Sourced):
    """A day that is not as its weekday is: off, or worked. Of an area, or of all."""

    class Kind(models.TextChoices):
        OFF = "off", _("Day off")
        WORKED = "worked", _("Worked")

    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name=_("area"),
        help_text=_("Empty: it counts for the whole country."),
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = NameField(_("name"), max_length=120)
    order = NameField(
        _("document that says so"),
        blank=True,
        help_text=_("Number, day and body, as on the document."),
    )
    # Of a day off the one that is worked for it, and of that the day off.
    swapped_with = models.DateField(_("swapped with"), null=True, blank=True)
    is_expected = models.BooleanField(
        _("expected"), default=False, help_text=_("No document says so yet.")
    )

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = _("day of the working calendar")
        verbose_name_plural = _("days of the working calendar")
        constraints = [
            checked_known("calendarday"),
            models.CheckConstraint(
                condition=Q(kind__in=["off", "worked"]), name="calendarday_kind_known"
            ),
            models.UniqueConstraint(
                fields=["day"], condition=Q(area__isnull=True), name="calendarday_once"
            ),
            models.UniqueConstraint(
                fields=["area", "day"],
                condition=Q(area__isnull=False),
                name="calendarday_once_in_an_area",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.name}"
