import copy
import datetime as dt
from collections.abc import Collection
from typing import Any

from django.contrib.auth import models as auth_models
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import acted_for
from communes.models import Agency, Area, Commune, WorkingGroup
from nrm_tracker import clock
from nrm_tracker.dated_names import DatedNames
from nrm_tracker.prepared import prepared
from nrm_tracker.text import (
    NameField,
    ProseField,
    SearchKeyField,
    SearchQuerySet,
    SortKeyField,
    has_words,
)


class PeopleQuerySet(SearchQuerySet):
    is_found_run_together = True


_SearchingManager = auth_models.UserManager.from_queryset(PeopleQuerySet)


class UserManager(_SearchingManager):  # type: ignore[misc, valid-type]
    """Django's, with search. Each request asks for its person: by a query that is built once."""

    def get(self, *args: Any, **kwargs: Any) -> "User":
        # A relation's manager is of a class made from this one: it reaches fewer.
        is_plain = type(self) is UserManager and self.model is User and not args
        by_key = is_plain and kwargs.keys() == {"pk"} and isinstance(kwargs["pk"], int)
        found = _with_key(kwargs["pk"]) if by_key else []
        return found[0] if found else super().get(*args, **kwargs)


@prepared
def _with_key(pk: int) -> "models.QuerySet[User]":
    return User.objects.filter(pk=pk).order_by()


class User(DatedNames, auth_models.AbstractUser):
    """A person with an account; deactivated, never deleted, because history points here."""

    DATED = ("full_name", "position")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = NameField(_("full name"))
    position = NameField(_("position"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    must_change_password = models.BooleanField(
        _("must choose a new password"),
        default=False,
        help_text=_("Set when somebody else knows the password."),
    )
    wants_digest = models.BooleanField(
        _("daily e-mail"),
        default=True,
        help_text=_("One e-mail a day with what is new and what waits, on days when there is any."),
    )
    # All times of `Acting`, for names: see `accounts.acted_for`.
    acted_for = models.TextField(_("acted for"), blank=True, default="", editable=False)
    search_key = SearchKeyField(sources=("full_name", "position"))
    sort_key = SortKeyField(sources=("full_name",))

    REQUIRED_FIELDS = ["full_name", "email"]
    objects = UserManager()  # type: ignore[misc]

    class Meta:
        ordering = ["sort_key", "username"]
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    def named_on(self, moment: dt.date | dt.datetime | None) -> "User":
        """As the person was called then, and in whose place the person acted."""
        then = super().named_on(moment)
        if other := acted_for.at(self.acted_for, moment):
            then = copy.copy(then)
            then.full_name = acted_for.named(then.full_name, other)
        return then

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Role(models.TextChoices):
    """What a person is here for. *Administrator* is Django's staff, not a role of a place."""

    LEADER = "leader", _("Leader")
    COORDINATOR = "coordinator", _("Coordinator")
    AGENCY_OFFICER = "agency_officer", _("Agency officer")
    WORKING_GROUP_MEMBER = "working_group_member", _("Working-group member")
    COMMUNE_LEADER = "commune_leader", _("Commune leader")
    COMMUNE_STAFF = "commune_staff", _("Commune staff")
    OBSERVER = "observer", _("Observer")
    INSPECTOR = "inspector", _("Inspector")

    def named(self, kind: str) -> str:
        """Its name in an area of that kind: of a district, or of a province."""
        is_province = kind == Area.Kind.PROVINCE
        if self == Role.LEADER:
            return gettext("Province leader") if is_province else gettext("District leader")
        if self == Role.AGENCY_OFFICER and is_province:
            return gettext("Officer of a provincial agency")
        return str(self.label)


class Ability(models.TextChoices):
    """What people may do; `accounts.abilities` says to which roles each belongs."""

    READ = "read", _("Read the pages of the area")
    DRAFT = "draft", _("Enter values and draft a claim")
    SUBMIT = "submit", _("Send a claim, or take it back")
    OWN_VIEW = "own_view", _("State the commune's own view")
    EVIDENCE = "evidence", _("Attach and change evidence")
    PERSONAL = "personal", _("Open evidence with personal data")
    DIFFICULTY = "difficulty", _("State difficulties")
    ANSWER = "answer", _("Say how a difficulty was resolved")
    COMMENT = "comment", _("Comment on a criterion of a commune")
    CHARGE = "charge", _("Name who is in charge")
    DECIDE = "decide", _("Decide on claims")
    ASSESS = "assess", _("Record results without a claim")
    MEASURE = "measure", _("Record what the office measured or counted")
    PROVINCIAL = "provincial", _("Record results of the province")
    RECOGNISE = "recognise", _("Record recognitions and the steps of dossiers")
    ROUNDS = "rounds", _("Open and close review rounds")
    CONVENE = "convene", _("Convene sessions, write and publish minutes")
    ASSIGN = "assign", _("Assign tasks")
    CONFIRM = "confirm", _("Confirm what is done, put another day, cancel")
    REPORT = "report", _("Report on a task, ask for another day")
    VISIT = "visit", _("Plan and record visits")
    PLAN = "plan", _("Write a plan, report on its steps")
    APPROVE_PLAN = "approve_plan", _("Approve plans")
    ENROL = "enrol", _("Enrol communes in sets, keep their targets and the working days")
    IMPORT = "import", _("Take over tables from Excel")
    ACCOUNTS = "accounts", _("Keep the accounts of the area")
    REFERENCE = "reference", _("Keep reference data")
    RIGHTS = "rights", _("Change this table")


AREA_ROLES = [Role.LEADER, Role.COORDINATOR, Role.OBSERVER, Role.INSPECTOR]
COMMUNE_ROLES = [Role.COMMUNE_LEADER, Role.COMMUNE_STAFF]


def _place(**given: bool) -> Q:
    """Exactly the one place of `given` is filled in."""
    places = ("area", "commune", "agency", "working_group")
    return Q(**{f"{place}__isnull": place not in given for place in places})


class MembershipQuerySet(models.QuerySet):
    def valid_on(self, day: dt.date) -> "MembershipQuerySet":
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)

    def not_ended_by(self, day: dt.date) -> "MembershipQuerySet":
        """Those that run on `day` or begin later."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day))

    def at_places_of(self, area_ids: Collection[int] | models.QuerySet) -> "MembershipQuerySet":
        """Those at these areas, or at a commune, agency or working group of theirs."""
        return self.filter(
            Q(area__in=area_ids)
            | Q(commune__area__in=area_ids)
            | Q(agency__area__in=area_ids)
            | Q(working_group__area__in=area_ids)
        )

    def at_real_places(self) -> "MembershipQuerySet":
        """Those at an area that is not made up for training, or at a place in one."""
        return self.at_places_of(Area.objects.filter(is_training=False).values("pk"))

    def overlapping(self, other: "Membership") -> "MembershipQuerySet":
        """Those of the same person in the same role at the same place, on some same day."""
        same = self.filter(user=other.user, role=other.role).exclude(pk=other.pk)
        same = same.filter(
            area=other.area,
            commune=other.commune,
            agency=other.agency,
            working_group=other.working_group,
        )
        if other.until_on:
            same = same.filter(from_on__lte=other.until_on)
        return same.not_ended_by(other.from_on)

    def with_places(self) -> "MembershipQuerySet":
        return self.select_related("area", "commune", "agency__area", "working_group")


class Membership(models.Model):
    """A person's role at one place, from one day to another."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("area"),
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("commune"),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("agency"),
    )
    working_group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("working group"),
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    # Whether it was read for who acts in the place of the one who holds it.
    is_acted = False

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "from_on"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=(Q(role__in=AREA_ROLES) & _place(area=True))
                | (Q(role__in=COMMUNE_ROLES) & _place(commune=True))
                | (Q(role=Role.AGENCY_OFFICER) & _place(agency=True))
                | (Q(role=Role.WORKING_GROUP_MEMBER) & _place(working_group=True)),
                name="membership_one_place_that_fits_the_role",
                violation_error_message=_("Choose one place, the one that fits the role."),
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=models.F("from_on")),
                name="membership_until_after_from",
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.INSPECTOR) | Q(until_on__isnull=False),
                name="membership_inspector_has_an_end",
                violation_error_message=_("An inspector's access needs a last day."),
            ),
        ]

    def __str__(self) -> str:
        said = f"{self.role_name}, {self.place}"
        return acted_for.named(said, self.user.full_name) if self.is_acted else said

    def beside(self, name: str) -> str:
        """The role and its place as they stand beside a person's name. An account that is called
        after its role, as "Lãnh đạo xã Kỳ Lạc", says neither of them twice."""
        first_words = " ".join(self.role_name.split()[:2])
        if not has_words(name, first_words):
            return str(self)
        return "" if has_words(name, str(self.place)) else str(self.place)

    @property
    def role_name(self) -> str:
        area = self.agency.area if self.agency else self.area
        return Role(self.role).named(area.kind) if area else str(self.get_role_display())

    @property
    def place(self) -> Area | Commune | Agency | WorkingGroup | None:
        return self.area or self.commune or self.agency or self.working_group


class ActingQuerySet(models.QuerySet):
    def running(self, moment: dt.datetime) -> "ActingQuerySet":
        return self.filter(begins_at__lte=moment, ends_at__gt=moment)

    def overlapping(self, begin: dt.datetime, end: dt.datetime) -> "ActingQuerySet":
        return self.filter(begins_at__lt=end, ends_at__gt=begin)


class Acting(models.Model):
    """Somebody acts in another's place ("ký thay") for a time, and has that role alone meanwhile,
    so that of whatever the person does then it is known in whose place."""

    post = models.ForeignKey(
        Membership, models.PROTECT, related_name="actings", verbose_name=_("role")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="actings", verbose_name=_("acting person")
    )
    begins_at = models.DateTimeField(_("begins at"))
    # The first moment at which it is over.
    ends_at = models.DateTimeField(_("ends at"))
    reason = ProseField(_("reason"))
    recorded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = ActingQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at", "-pk"]
        verbose_name = _("acting person")
        verbose_name_plural = _("acting persons")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=models.F("begins_at")), name="acting_ends_after_begin"
            ),
        ]

    def __str__(self) -> str:
        return acted_for.named(str(self.user), str(self.post.user))

    @property
    def from_on(self) -> dt.date:
        return clock.local_day(self.begins_at)

    @property
    def until_on(self) -> dt.date:
        """The last day: what ends at midnight ended on the day before."""
        return clock.local_day(max(self.begins_at, self.ends_at - dt.timedelta.resolution))

    @property
    def is_over(self) -> bool:
        return self.ends_at <= clock.now()


class Right(models.Model):
    """An ability that the administration gave to a role, or took from it; where there is no row,
    the default counts (`accounts.abilities`)."""

    ability = models.CharField(_("right"), max_length=30, choices=Ability)
    role = models.CharField(_("role"), max_length=30, choices=Role)
    is_given = models.BooleanField(_("given"))

    class Meta:
        ordering = ["ability", "role"]
        verbose_name = _("right of a role")
        verbose_name_plural = _("rights of roles")
        constraints = [
            models.UniqueConstraint(fields=["ability", "role"], name="right_once"),
            models.CheckConstraint(
                condition=Q(ability__in=Ability.values), name="right_ability_known"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="right_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_ability_display()}"


class Person(DatedNames):
    """Anyone responsible for something, with an account or not."""

    DATED = ("full_name", "position")

    full_name = NameField(_("full name"))
    position = NameField(_("position"), blank=True)
    organisation = NameField(_("organisation"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="people", verbose_name=_("area"))
    user = models.OneToOneField(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("user"),
    )
    search_key = SearchKeyField(sources=("full_name", "position", "organisation"))
    sort_key = SortKeyField(sources=("full_name",))

    objects = PeopleQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])


class DeviceQuerySet(models.QuerySet):
    def in_use(self) -> "DeviceQuerySet":
        """Those whose session is still there."""
        sessions = Session.objects.values("session_key")
        return self.filter(revoked_at=None, session_key__in=sessions)

    def sign_out(self, at: dt.datetime) -> None:
        """End the sessions, and keep the rows."""
        keys = list(self.filter(revoked_at=None).values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        self.filter(session_key__in=keys).update(revoked_at=at)


class Device(models.Model):
    """A browser in which somebody signed in."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices", verbose_name=_("user"))
    session_key = models.CharField(_("session"), max_length=40, unique=True)
    name = NameField(_("browser"), max_length=200)
    signed_in_at = models.DateTimeField(_("signed in at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    revoked_at = models.DateTimeField(_("signed out at"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-last_seen_at"]
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.name


class NoticeQuerySet(models.QuerySet):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """Something that a person is told: in the application, and in the daily e-mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name=_("user"))
    text = ProseField(_("text"))
    address = models.CharField(_("address"), max_length=500)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_on = models.DateField(_("in the e-mail of"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.text


class TourStep(models.Model):
    """A step of the tour of a role, as somebody opened it for the first time."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="tour_steps", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    number = models.PositiveSmallIntegerField(_("number"))
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        ordering = ["user", "role", "number"]
        verbose_name = _("step of a tour")
        verbose_name_plural = _("steps of tours")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "number"], name="tourstep_opened_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="tourstep_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}: {self.number}"


class DailyMail(models.Model):
    """A person's e-mail of a day: claimed before it goes out, so that nobody sends it twice.

    What stays `SENDING` was ended on the way, or the server fell silent: nobody knows whether it
    went out. It is not sent again; what it told and was not read stands in the next day's.
    """

    class State(models.TextChoices):
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Refused, tried again by the next run")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="daily_mails", verbose_name=_("user")
    )
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENDING)
    at = models.DateTimeField(_("at"))
    reason = ProseField(_("reason"), blank=True)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("daily e-mail")
        verbose_name_plural = _("daily e-mails")
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="dailymail_one_a_day"),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "sent", "failed"]), name="dailymail_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.day:%d/%m/%Y}"


class PasswordLetterQuerySet(models.QuerySet):
    # A letter that could not be sent for so long is not sent any more: its person asks anew.
    TRIED_FOR = dt.timedelta(days=2)

    def due(self, now: dt.datetime) -> "PasswordLetterQuerySet":
        """Those that did certainly not go out yet."""
        states = [PasswordLetter.State.WAITING, PasswordLetter.State.FAILED]
        found = self.filter(state__in=states, asked_at__gte=now - self.TRIED_FOR)
        return found.filter(user__is_active=True)


class PasswordLetter(models.Model):
    """An e-mail with a link by which its person chooses a password: claimed before it goes out, as
    the daily one is, so that nobody sends it twice. The link is made when it is sent, and is kept
    nowhere."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        FORGOTTEN = "forgotten", _("Forgotten password")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Refused, tried again by the next run")

    user = models.ForeignKey(User, models.CASCADE, related_name="letters", verbose_name=_("user"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(_("asked at"))
    asked_from = models.GenericIPAddressField(_("asked from"), null=True, blank=True)
    at = models.DateTimeField(_("at"), null=True, blank=True)
    reason = ProseField(_("reason"), blank=True)

    objects = PasswordLetterQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("e-mail with a link")
        verbose_name_plural = _("e-mails with a link")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["invitation", "forgotten"]), name="passwordletter_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "failed"]),
                name="passwordletter_state_known",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="passwordletter_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.user}"
