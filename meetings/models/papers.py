"""What Word papers say at head and foot, the templates that people put, what was published."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communes.models import Area
from meetings.models.sessions import Form, WorkingSession
from nrm_tracker.models import StoredFile
from nrm_tracker.text import NameField, ProseField


class DocumentHead(models.Model):
    """What the papers of one body say at their head and foot: each area has its own."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="document_heads", verbose_name=_("area")
    )
    form = models.CharField(_("form"), max_length=20, choices=Form)
    superior = NameField(_("superior body"), blank=True)
    issuer = NameField(_("issuing body"))
    place = NameField(_("place in the date line"), max_length=100)
    symbol = NameField(
        _("symbol of the body"),
        max_length=30,
        help_text=_("What follows the kind of paper in a number, as HU or UBND."),
    )
    signed_for = NameField(
        _("signed for"), blank=True, help_text=_("As T/L BAN THƯỜNG VỤ or TL. CHỦ TỊCH.")
    )
    signer_position = NameField(_("signer's position"), blank=True)
    signer_name = NameField(_("signer's name"), blank=True)
    sent_to = ProseField(_("sent to"), blank=True, help_text=_("One receiver a line."))
    is_checked = models.BooleanField(_("checked against a paper of the body"), default=False)

    class Meta:
        ordering = ["area", "form"]
        verbose_name = _("head of documents")
        verbose_name_plural = _("heads of documents")
        constraints = [
            models.UniqueConstraint(fields=["area", "form"], name="documenthead_one_a_form"),
            models.CheckConstraint(
                condition=Q(form__in=["party", "government"]), name="documenthead_form_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} ({self.get_form_display()})"


class DocumentTemplate(models.Model):
    """A Word file that an administrator put in the place of the built-in one; the newest counts."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("Minutes")
        NOTICE = "notice", _("Notice of the conclusion")
        INVITATION = "invitation", _("Invitation")
        TASKS = "tasks", _("List of assigned tasks")
        REMINDER = "reminder", _("Reminder")
        OUTCOME = "outcome", _("Report on how a conclusion was carried out")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    form = models.CharField(_("form"), max_length=20, choices=Form)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("put by")
    )
    put_at = models.DateTimeField(_("put at"))

    class Meta:
        ordering = ["-put_at", "-pk"]
        verbose_name = _("document template")
        verbose_name_plural = _("document templates")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["minutes", "notice", "invitation", "tasks", "reminder", "outcome"]
                ),
                name="documenttemplate_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(form__in=["party", "government"]), name="documenttemplate_form_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_form_display()})"


class Publication(models.Model):
    """What the page of a session showed when its minutes were published, as plain values: figures,
    names, entries, tasks and days. Never changed, never deleted."""

    session = models.OneToOneField(
        WorkingSession,
        models.PROTECT,
        related_name="publication",
        verbose_name=_("working session"),
    )
    content = models.JSONField(_("content"))
    # Of the content as `meetings.publication.content.digest` writes it.
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return str(self.session)


class PublishedPaper(models.Model):
    """A Word paper of a session as it was published, byte by byte. Never changed, never deleted.

    It lies in the database, where the guards of history hold it too.
    """

    session = models.ForeignKey(
        WorkingSession,
        models.PROTECT,
        related_name="published_papers",
        verbose_name=_("working session"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DocumentTemplate.Kind)
    content = models.BinaryField(_("file"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("published paper")
        verbose_name_plural = _("published papers")
        constraints = [
            models.UniqueConstraint(fields=["session", "kind"], name="publishedpaper_one_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["minutes", "notice", "invitation", "tasks"]),
                name="publishedpaper_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.get_kind_display()}"
