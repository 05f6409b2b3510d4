"""What a coordinator writes of the area's accounts."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.area_accounts.passwords import made_up
from accounts.models import Membership, Role, User
from communes.models import Agency, Area, Commune, WorkingGroup
from nrm_tracker import clock
from nrm_tracker.dated_names import DatedNames
from nrm_tracker.dated_names_form import ANOTHER, DatedNamesForm
from nrm_tracker.forms import DayField, EntryForm
from nrm_tracker.slots import BUSY, Busy


class FirstPasswordForm(EntryForm):
    """A first password, typed or made up, which is told to the person and then changed."""

    first_password = forms.CharField(
        label=_("First password"),
        help_text=_("At least 10 characters. Left empty, one is made up."),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_first_password(self) -> str:
        password: str = self.cleaned_data["first_password"]
        if password:
            validate_password(password, self.user)
        return password or made_up()

    def work_out(self) -> bool:
        """Work out how the password is kept, before the write begins: whether a turn came."""
        try:
            self.hashed = make_password(self.cleaned_data["first_password"])
        except Busy:
            self.add_error("first_password", BUSY)
            return False
        return True

    def meet(self, current: Any) -> None:
        """The other one gave this very password where the same form was sent twice at once."""
        if current.check_password(self.cleaned_data["first_password"]):
            self.made = current
            return
        message = gettext("Somebody gave this account another password at the same moment.")
        self.add_error("first_password", message)


class UserForm(DatedNamesForm, EntryForm):
    """Who a person is. The account of one never becomes another's."""

    WHY = (*DatedNamesForm.WHY, (ANOTHER, _("Another person holds the post now")))

    field_order = ["full_name", "position", "name_change", "renamed_on"]

    class Meta:
        model = User
        fields = ["full_name", "position", "phone", "email"]

    def meet(self, current: Any) -> None:
        super().meet(current)
        self.offer(current)

    def refusal(self, dated: DatedNames) -> str:
        said = gettext("Another person gets an account of their own:")
        links = [
            (reverse("accounts:user-new"), gettext("create it")),
            (reverse("accounts:user", args=[dated.pk]), gettext("end the roles of this one")),
        ]
        return format_html("{} {}.", said, format_html_join(", ", '<a href="{}">{}</a>', links))


class NewUserForm(EntryForm, forms.ModelForm):
    """A person who gets an account."""

    class Meta:
        model = User
        fields = ["username", *UserForm.Meta.fields]
        field_classes = {"username": UsernameField}
        help_texts = {
            "username": _("Letters without marks, digits and . - _; at most 150 of them."),
        }

    def clean_username(self) -> str:
        """Names that differ by their case alone would be taken for one another."""
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(gettext("An account of this name exists already."))
        return username


class MembershipForm(EntryForm):
    """A role at one place of the areas whose accounts somebody keeps."""

    role = forms.ChoiceField(label=_("Role"))
    place = forms.ChoiceField(
        label=_("Place"), help_text=_("The area, commune, agency or group of the role.")
    )
    from_on = DayField(label=_("From"), initial=clock.today)
    until_on = DayField(
        label=_("Until (included)"),
        required=False,
        help_text=_("Empty: until further notice. Inspectors need a last day."),
    )

    # The field that a constraint of the model concerns.
    FIELD_OF_CONSTRAINT = {
        "membership_one_place_that_fits_the_role": "place",
        "membership_until_after_from": "until_on",
        "membership_inspector_has_an_end": "until_on",
    }

    def __init__(self, *args: Any, access: Access, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance = Membership(user=user)
        role = cast(forms.ChoiceField, self.fields["role"])
        kind = access.area.kind if access.area else ""
        role.choices = [("", "–"), *((one.value, one.named(kind)) for one in Role)]
        place = cast(forms.ChoiceField, self.fields["place"])
        place.choices = _place_choices(access)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        kind, pk = data["place"].split(":")
        setattr(self.instance, f"{kind}_id", int(pk))
        for name in ("role", "from_on", "until_on"):
            setattr(self.instance, name, data[name])
        for constraint in Membership._meta.constraints:
            try:
                constraint.validate(Membership, self.instance)
            except ValidationError as error:
                self.add_error(self.FIELD_OF_CONSTRAINT.get(constraint.name), error)
        if self.instance.user_id and Membership.objects.overlapping(self.instance).exists():
            message = gettext("The person has this role there in that time already.")
            self.add_error("from_on", message)
        return data


def _place_choices(access: Access) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every place of the area looked at, as `kind:id`, under a heading for each kind."""
    areas = access.manages_here
    places: list[tuple[str, str, QuerySet]] = [
        ("area", gettext("Areas"), Area.objects.filter(pk__in=areas)),
        (
            "commune",
            gettext("Communes"),
            Commune.objects.within(set(areas)).existing_on(clock.today()).select_related("area"),
        ),
        (
            "agency",
            gettext("Agencies"),
            Agency.objects.filter(area__in=areas).select_related("area"),
        ),
        (
            "working_group",
            gettext("Working groups"),
            WorkingGroup.objects.filter(area__in=areas).select_related("area"),
        ),
    ]
    groups = [
        (heading, [(f"{kind}:{row.pk}", _label(row, len(areas))) for row in rows])
        for kind, heading, rows in places
    ]
    return [("", [("", "–")]), *groups]


def _label(place: Area | Commune | Agency | WorkingGroup, areas: int) -> str:
    """The place's name, with its area where there are several."""
    name = place.full_name if isinstance(place, Commune) else str(place)
    return name if isinstance(place, Area) or areas == 1 else f"{name} ({place.area})"


class EndMembershipForm(EntryForm):
    """The last day of a role."""

    until_on = DayField(label=_("Until (included)"), initial=clock.today)

    def __init__(self, *args: Any, of: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of

    def clean_until_on(self) -> dt.date:
        until_on: dt.date = self.cleaned_data["until_on"]
        if until_on < self.of.from_on:
            raise ValidationError(gettext("The last day cannot come before the first."))
        self.of.until_on = until_on
        if Membership.objects.overlapping(self.of).exists():
            raise ValidationError(gettext("The person has this role there in that time already."))
        return until_on
