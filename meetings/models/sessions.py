"""A working session: who sat in it, what was said, what was frozen, and its papers."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Area, Commune
from criteria.models import Assessment, Criterion
from nrm_tracker.models import StoredFile
from nrm_tracker.text import (
    NameField,
    ProseField,
    SearchKeyField,
    SearchQuerySet,
    SortKeyField,
)


class Form(models.TextChoices):
    """Whose paper it is: each has its own rules of form."""

    PARTY = "party", _("Party")
    GOVERNMENT = "government", _("Government")


class Theme(models.Model):
    """What an entry or a task is about where it is about no criterion."""

    name = NameField(_("name"), max_length=120, unique=True)
    sort_key = SortKeyField(sources=("name",))

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.name


class WorkingSessionQuerySet(SearchQuerySet):
    def within(self, area_ids: Collection[int]) -> "WorkingSessionQuerySet":
        return self.filter(area__in=area_ids)

    def held_by(self, day: dt.date) -> "WorkingSessionQuerySet":
        """The sessions that had taken place by `day`, newest first."""
        taken_place = self.filter(held_on__lte=day, state__in=WorkingSession.TAKEN_PLACE)
        return taken_place.order_by("-held_on", "-pk")


class WorkingSession(models.Model):
    """A meeting of leaders with communes, by which figures are recorded and tasks assigned.

    A draft becomes held, which freezes its briefings, and then published, which locks it: what
    is added later is an addendum. Or it is called off, and stays so.
    """

    Form = Form

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HELD = "held", _("Held")
        PUBLISHED = "published", _("Published")
        CALLED_OFF = "called_off", _("Called off")

    TAKEN_PLACE = [State.HELD, State.PUBLISHED]

    area = models.ForeignKey(Area, models.PROTECT, related_name="sessions", verbose_name=_("area"))
    communes = models.ManyToManyField(Commune, related_name="sessions", verbose_name=_("communes"))
    form = models.CharField(_("form"), max_length=20, choices=Form)
    title = NameField(_("title"))
    legal_basis = ProseField(_("legal basis"), blank=True)
    held_on = models.DateField(_("held on"))
    starts_at = models.TimeField(_("begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    place = NameField(_("place"), blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    minutes_number = NameField(_("number of the minutes"), max_length=60, blank=True)
    notice_number = NameField(_("number of the notice"), max_length=60, blank=True)
    convened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="convened_sessions",
        verbose_name=_("convened by"),
    )
    convened_at = models.DateTimeField(_("recorded at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    search_key = SearchKeyField(sources=("title", "legal_basis", "place"))

    objects = WorkingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("working session")
        verbose_name_plural = _("working sessions")
        indexes = [models.Index(fields=["area", "held_on"], name="session_of_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=["party", "government"]), name="session_form_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "held", "published", "called_off"]),
                name="session_state_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_begins",
                violation_error_message=_("A session cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="session_published_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.held_on:%d/%m/%Y})"

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.pk])

    @property
    def secretary_title(self) -> str:
        """What papers of its form call who writes the minutes."""
        return gettext("Secretary (Party)") if self.form == Form.PARTY else gettext("Secretary")

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def is_called_off(self) -> bool:
        return self.state == self.State.CALLED_OFF

    @property
    def has_taken_place(self) -> bool:
        return self.state in self.TAKEN_PLACE


class SessionChange(models.Model):
    """That a session was moved from a day and hour to others, or called off, where there is no
    other day. Never changed, never deleted."""

    session = models.ForeignKey(
        WorkingSession, models.PROTECT, related_name="changes", verbose_name=_("working session")
    )
    from_on = models.DateField(_("from the day"))
    from_at = models.TimeField(_("from the hour"), null=True, blank=True)
    to_on = models.DateField(_("to the day"), null=True, blank=True)
    to_at = models.TimeField(_("to the hour"), null=True, blank=True)
    reason = ProseField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("session moved or called off")
        verbose_name_plural = _("sessions moved or called off")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="sessionchange_says_why"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=False) | Q(to_at__isnull=True),
                name="sessionchange_hour_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.reason[:80]}"


class Participant(models.Model):
    """A person or a group in a session, in order of rank."""

    class Part(models.TextChoices):
        CHAIR = "chair", _("Chair")
        SECRETARY = "secretary", _("Secretary")
        ATTENDEE = "attendee", _("Attends")

    class Presence(models.TextChoices):
        PRESENT = "present", _("Present")
        ABSENT = "absent", _("Absent")

    session = models.ForeignKey(
        WorkingSession,
        models.CASCADE,
        related_name="participants",
        verbose_name=_("working session"),
    )
    full_name = NameField(_("full name"), blank=True)
    group_name = NameField(_("group"), blank=True)
    position = NameField(_("position"), blank=True)
    organisation = NameField(_("organisation"), blank=True)
    part = models.CharField(_("part"), max_length=20, choices=Part, default=Part.ATTENDEE)
    rank = models.PositiveIntegerField(_("rank"), default=0)
    presence = models.CharField(
        _("presence"), max_length=20, choices=Presence, default=Presence.PRESENT
    )
    reason = NameField(_("reason of absence"), blank=True)

    class Meta:
        ordering = ["rank", "pk"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.CheckConstraint(
                condition=(~Q(full_name="") & Q(group_name=""))
                | (Q(full_name="") & ~Q(group_name="")),
                name="participant_is_a_person_or_a_group",
                violation_error_message=_("Give the name of a person, or of a group."),
            ),
            models.CheckConstraint(
                condition=Q(part__in=["chair", "secretary", "attendee"]),
                name="participant_part_known",
            ),
            models.CheckConstraint(
                condition=Q(presence="present", reason="") | (Q(presence="absent") & ~Q(reason="")),
                name="participant_absent_says_why",
                violation_error_message=_("An absence needs its reason."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.position, self.organisation]))

    @property
    def name(self) -> str:
        return self.full_name or self.group_name

    @property
    def name_and_position(self) -> str:
        return ", ".join(filter(None, [self.name, self.position]))


class SessionFile(models.Model):
    """A report that was heard, a photo, another paper of a session."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        PHOTO = "photo", _("Photo")
        OTHER = "other", _("Other paper")

    session = models.ForeignKey(
        WorkingSession, models.PROTECT, related_name="files", verbose_name=_("working session")
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commune"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.REPORT)
    caption = NameField(_("caption"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("paper of a session")
        verbose_name_plural = _("papers of sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["report", "photo", "other"]), name="sessionfile_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.caption


class EntryQuerySet(SearchQuerySet):
    def within(self, area_ids: Collection[int]) -> "EntryQuerySet":
        return self.filter(session__area__in=area_ids)


class Entry(models.Model):
    """One thing said in a session. `client_id` is given by who typed it: a save repeated over a
    bad line makes no second entry."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report of the commune")
        OPINION = "opinion", _("Opinion")
        DIRECTION = "direction", _("Direction")
        CONCLUSION = "conclusion", _("Conclusion")
        GUIDELINE = "guideline", _("Guideline")

    # A guideline is printed and never chased (rule 14).
    BECOMING_TASKS = [Kind.DIRECTION, Kind.CONCLUSION]

    session = models.ForeignKey(
        WorkingSession, models.PROTECT, related_name="entries", verbose_name=_("working session")
    )
    client_id = models.UUIDField(_("key of who typed it"), unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    speaker = NameField(_("speaker"), blank=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="session_entries",
        verbose_name=_("commune"),
    )
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="session_entries",
        verbose_name=_("criterion"),
    )
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("theme"),
    )
    text = ProseField(_("text"), blank=True)
    position = models.PositiveIntegerField(_("place in the minutes"))
    version = models.PositiveIntegerField(_("version"), default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    # As long as an entry may be, with its speaker.
    search_key = SearchKeyField(sources=("speaker", "text"), longest=21_000)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("entry of the minutes")
        verbose_name_plural = _("entries of the minutes")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["report", "opinion", "direction", "conclusion", "guideline"]),
                name="entry_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:80]}"

    @property
    def may_become_tasks(self) -> bool:
        return self.kind in self.BECOMING_TASKS


class Briefing(models.Model):
    """The page that leaders had of a commune when the session was held, as it was then."""

    session = models.ForeignKey(
        WorkingSession, models.PROTECT, related_name="briefings", verbose_name=_("working session")
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="briefings", verbose_name=_("commune")
    )
    frozen_at = models.DateTimeField(_("frozen at"))
    content = models.JSONField(_("content"))

    class Meta:
        ordering = ["session", "commune__sort_key"]
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")
        constraints = [
            models.UniqueConstraint(fields=["session", "commune"], name="briefing_one_a_commune")
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.commune}"


class SessionAssessment(models.Model):
    """An assessment that was recorded from a session."""

    session = models.ForeignKey(
        WorkingSession,
        models.PROTECT,
        related_name="assessments",
        verbose_name=_("working session"),
    )
    assessment = models.OneToOneField(
        Assessment, models.PROTECT, related_name="in_session", verbose_name=_("assessment")
    )

    class Meta:
        verbose_name = _("assessment in a session")
        verbose_name_plural = _("assessments in sessions")

    def __str__(self) -> str:
        return f"{self.session}: {self.assessment}"


class AddendumQuerySet(models.QuerySet):
    def scans(self) -> "AddendumQuerySet":
        """Those that brought the signed paper, the newest first: that one counts."""
        return self.filter(scan__isnull=False).order_by("-at", "-pk")

    def corrections(self) -> "AddendumQuerySet":
        """Those that say something else than the minutes."""
        return self.filter(scan__isnull=True).exclude(text="")


class Addendum(models.Model):
    """What published minutes received later: a correction, their number, the signed paper. Never
    changed, never deleted: of two numbers or scans the newer counts."""

    session = models.ForeignKey(
        WorkingSession, models.PROTECT, related_name="addenda", verbose_name=_("working session")
    )
    # Of a scan: why it takes the place of the one before.
    text = ProseField(_("text"), blank=True)
    minutes_number = NameField(_("number of the minutes"), max_length=60, blank=True)
    notice_number = NameField(_("number of the notice"), max_length=60, blank=True)
    scan = models.ForeignKey(
        StoredFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed scan"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded at"))

    objects = AddendumQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="", minutes_number="", notice_number="", scan__isnull=True),
                name="addendum_says_something",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80] or self.minutes_number or self.notice_number or str(self.scan)


class CalendarAddress(models.Model):
    """The private address at which a person's calendar reads the sessions; renewed at will."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="calendar_address",
        verbose_name=_("user"),
    )
    key = models.CharField(_("key"), max_length=64, unique=True)
    renewed_at = models.DateTimeField(_("renewed at"))

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def secret(self) -> str:
        """What the address carries: the key, and a mark of the password, with which it ends."""
        mark = salted_hmac("calendar", self.user.password, algorithm="sha256").hexdigest()
        return f"{self.key}.{mark[:16]}"
