"""What a commune asks to have verified, and the word of each body that answers for it (rule 9)."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communes.models import Agency
from criteria.models.history import SAYABLE, Assessment, CriterionStatus
from criteria.models.yardstick import Indicator
from nrm_tracker import clock
from nrm_tracker.models import StoredFile
from nrm_tracker.text import NameField, ProseField


class ClaimQuerySet(models.QuerySet):
    def open(self) -> "ClaimQuerySet":
        """Drafts, and those that wait for a decision."""
        return self.filter(state__in=Claim.OPEN)

    def waiting(self) -> "ClaimQuerySet":
        """Submitted and not yet decided, the longest waiting first."""
        return self.filter(state=Claim.State.SUBMITTED).order_by("submitted_at", "pk")

    def written_by(self, user: User | int) -> "ClaimQuerySet":
        """Those that the person sent, or drafted at any time, though others saved later."""
        return self.filter(Q(submitted_by=user) | Q(drafters=user))


class Claim(models.Model):
    """A commune's request to have one criterion verified: one open claim a cell.

    The commune sees its draft; from the moment it is submitted everybody who reaches the commune
    does. A returned claim is closed; the commune acts by drafting the next one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being written, not sent")
        SUBMITTED = "submitted", _("Waits for verification")
        DECIDED = "decided", _("Verified")
        RETURNED = "returned", _("Returned, please complete")
        WITHDRAWN = "withdrawn", _("Withdrawn by the commune")

    OPEN = [State.DRAFT, State.SUBMITTED]

    status = models.ForeignKey(
        CriterionStatus, models.PROTECT, related_name="claims", verbose_name=_("cell")
    )
    result = models.CharField(
        _("result claimed"),
        max_length=20,
        choices=[(result.value, result.label) for result in SAYABLE],
        blank=True,
    )
    explanation = ProseField(_("explanation"), blank=True)
    no_evidence_reason = ProseField(_("why there is no evidence"), blank=True)
    resent_reason = ProseField(_("why it is sent again unchanged"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by")
    )
    drafters = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("all who drafted")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    outcome = models.OneToOneField(
        Assessment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claim",
        verbose_name=_("what was found"),
    )
    version = models.PositiveIntegerField(_("version"), default=0)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-drafted_at", "-pk"]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        indexes = [models.Index(fields=["state", "submitted_at"], name="claim_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(state__in=["draft", "submitted"]),
                name="claim_one_open_a_cell",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "decided", "returned", "withdrawn"]),
                name="claim_state_known",
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(result__in=SAYABLE), name="claim_result_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | (~Q(state="draft") & Q(submitted_at__isnull=False) & ~Q(result="")),
                name="claim_submitted_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"], closed_at__isnull=True)
                | Q(state__in=["decided", "returned", "withdrawn"], closed_at__isnull=False),
                name="claim_closed_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status}: {self.get_state_display()}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.SUBMITTED

    def reopen(self) -> None:
        """It waits again: what was said to it last was undone."""
        self.state, self.closed_at, self.closed_by = self.State.SUBMITTED, None, None
        self.outcome = None
        self.version += 1
        self.save()

    def close(self, state: str, *, by: User) -> None:
        """Nothing is said to it any more: it was settled, returned or withdrawn."""
        self.state, self.closed_at, self.closed_by = state, clock.now(), by
        self.version += 1
        self.save()


class ClaimDecisionQuerySet(models.QuerySet):
    def in_force(self, known_before: dt.datetime | None = None) -> "ClaimDecisionQuerySet":
        """Those neither undone nor undoing, as far as was known before a moment."""
        undone = ClaimDecision.objects.filter(undoes=OuterRef("pk"))
        if known_before:
            undone = undone.filter(at__lt=known_before)
        return self.filter(~Exists(undone), undoes=None)


class ClaimDecision(models.Model):
    """One body's word on a claim, whole or on one indicator. Never changed, never deleted.

    Without an agency it is a leader's, and settles the claim. An agency may speak again while the
    claim is open: its latest word counts. What undoes a word repeats it.
    """

    class Verdict(models.TextChoices):
        MET = "met", _("Met")
        NEARLY = "nearly", _("Nearly met")
        NOT_MET = "not_met", _("Not met")
        RETURNED = "returned", _("Returned to be completed")

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="decisions", verbose_name=_("claim")
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("agency"),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("indicator"),
    )
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    reason = ProseField(_("reason"), blank=True)
    add_by = models.DateField(_("complete by"), null=True, blank=True)
    document_number = NameField(_("document number"), max_length=100, blank=True)
    document_file = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("document"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="claim_decisions",
        verbose_name=_("recorded by"),
    )
    at = models.DateTimeField(_("recorded at"))
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
    )

    objects = ClaimDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("word on a claim")
        verbose_name_plural = _("words on claims")
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["met", "nearly", "not_met", "returned"]),
                name="claimdecision_verdict_known",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="returned") | (~Q(reason="") & Q(add_by__isnull=False)),
                name="claimdecision_returned_says_why_and_by_when",
                violation_error_message=_("A return needs a reason and a day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency or self.by}: {self.get_verdict_display()}"
