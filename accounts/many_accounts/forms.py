"""The list that is pasted, and what is looked over of it: a row a person."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.many_accounts import table, user_names
from accounts.many_accounts.places import NamedPlace, Places, not_there_on, role_at, role_named
from accounts.models import Membership, Role, User
from nrm_tracker import clock
from nrm_tracker.forms import DayField, EntryForm, WordsField
from nrm_tracker.text import search_key

LONGEST_LIST = 200_000
PLAIN = ASCIIUsernameValidator(message=_("Letters without marks, digits and . - _ only."))
NAMES_BY = [
    (user_names.BY_PLACE, _("By the place: kylac")),
    (user_names.BY_PERSON, _("By the person: nguyenvanan")),
]


class ListForm(forms.Form):
    """The list as it was copied from a spreadsheet."""

    pasted = forms.CharField(
        label=_("List of people"),
        help_text=_(
            "Copy the cells in the spreadsheet and paste them here. Columns: full name, position,"
            " role, place, telephone, e-mail, from, until; with a head in any order."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "wrap": "off", "spellcheck": "false"}),
        max_length=LONGEST_LIST,
        strip=False,
        required=False,
    )
    file = forms.FileField(
        label=_("Or a file"), help_text=_("Excel (.xlsx, .xlsm) or .csv."), required=False
    )
    names_by = forms.ChoiceField(
        label=_("User names"), choices=NAMES_BY, initial=user_names.BY_PLACE
    )

    rows: list[dict[str, str]]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        name = "file" if data.get("file") else "pasted"
        if self.errors:
            return data
        if not data.get(name):
            self.add_error("pasted", gettext("Paste a list, or choose a file."))
            return data
        try:
            self.rows = table.read(data[name])
        except ValidationError as error:
            self.add_error(name, error)
        return data


class NewcomerForm(EntryForm):
    """One person of the list, in the words of the office."""

    full_name = WordsField(label=_("Full name"), limit=300)
    position = WordsField(label=_("Position"), limit=300, required=False)
    role = WordsField(label=_("Role"), limit=300, required=False)
    place = WordsField(label=_("Place"), limit=300)
    phone = WordsField(label=_("Telephone"), limit=30, required=False)
    email = forms.CharField(label=_("E-mail"), required=False)
    from_on = DayField(label=_("From"), required=False)
    until_on = DayField(label=_("Until (included)"), required=False)
    username = UsernameField(
        label=_("User name"),
        required=False,
        max_length=150,
        validators=[
            ASCIIUsernameValidator(message=_("Letters without marks, digits and . - _ only."))
        ],
    )
    # Asked only where somebody of the name is there already.
    is_another = forms.BooleanField(label=_("Another person of this name"), required=False)
    is_left_out = forms.BooleanField(label=_("Leave out"), required=False)

    # Field by field, as they stand together in the columns of the page.
    COLUMNS = (
        ("full_name", "position"),
        ("role", "place"),
        ("phone", "email"),
        ("from_on", "until_on"),
        ("username",),
    )

    membership: Membership | None = None
    found: NamedPlace | None = None
    asks_whether_another = False

    @property
    def columns(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in names] for names in self.COLUMNS]

    @property
    def ticks(self) -> dict[str, forms.BoundField]:
        return {name: self[name] for name in ("is_another", "is_left_out")}

    @property
    def is_wanted(self) -> bool:
        return not self.cleaned_data.get("is_left_out")

    def clean_email(self) -> str:
        """One address: to a list of them a password would go to all."""
        typed: str = self.cleaned_data["email"]
        several = [one for one in typed.replace(",", ";").split(";") if one.strip()]
        if len(several) > 1:
            raise ValidationError(gettext("Several addresses. Leave one, the person's own."))
        address: str = forms.EmailField(required=False, max_length=254).clean(typed)
        return address

    def look(self, places: Places) -> None:
        """What place and role are meant, and whether one may have it there from that day."""
        data = self.cleaned_data
        if not self.is_wanted or "place" not in data:
            return
        typed = data.get("role", "")
        try:
            self.found = places.find(data["place"], role_named(typed))
        except ValidationError as error:
            self.add_error("place", error)
            return
        try:
            role = role_at(self.found, typed, data.get("position", ""))
        except ValidationError as error:
            self.add_error("role", error)
            return
        self.membership = self._membership(self.found, role)

    def _membership(self, place: NamedPlace, role: str) -> Membership | None:
        data = self.cleaned_data
        if "from_on" not in data or "until_on" not in data:
            return None
        from_on = data["from_on"] or clock.today()
        if why := not_there_on(place, from_on):
            self.add_error("from_on", why)
        until_on = data["until_on"]
        if until_on and until_on < from_on:
            self.add_error("until_on", gettext("The last day cannot come before the first."))
        elif role == Role.INSPECTOR and not until_on:
            self.add_error("until_on", gettext("An inspector's access needs a last day."))
        made = Membership(role=role, from_on=from_on, until_on=until_on)
        setattr(made, place.kind, place.row)
        return made

    @property
    def meaning(self) -> str:
        """The role as it was understood."""
        if not (self.membership and self.found):
            return ""
        return Role(self.membership.role).named(self.found.area.kind)

    def person(self) -> User:
        said = ("username", "full_name", "position", "phone", "email")
        return User(**{name: self.cleaned_data[name] for name in said})


class PeopleForm:
    """All rows, right or wrong together."""

    def __init__(self, data: QueryDict, *, access: Access) -> None:
        self.data = data.copy()
        self.places = Places(access.manages_here)
        self.kind = access.area.kind if access.area else ""
        self.names_by = data.get("names_by", "")
        self.rows = [NewcomerForm(self.data, prefix=f"p{n}") for n in range(_count(data))]
        self._look()

    @classmethod
    def of(cls, rows: list[dict[str, str]], names_by: str, *, access: Access) -> "PeopleForm":
        """The rows of a list that was just read."""
        data = QueryDict(mutable=True)
        data["rows"], data["names_by"] = str(len(rows)), names_by
        for number, row in enumerate(rows):
            for name in table.KEYS:
                data[f"p{number}-{name}"] = row.get(name, "")
        return cls(data, access=access)

    @property
    def role_labels(self) -> list[str]:
        return [role.named(self.kind) for role in Role]

    @property
    def wanted(self) -> list[NewcomerForm]:
        return [row for row in self.rows if row.is_wanted]

    @property
    def problem_count(self) -> int:
        return sum(bool(row.errors) for row in self.wanted)

    @property
    def is_valid(self) -> bool:
        return bool(self.wanted) and not self.problem_count

    def roles(self) -> list[Membership]:
        """The first role of each person, with the account that is to be made."""
        roles = [row.membership for row in self.wanted if row.membership]
        for role, row in zip(roles, self.wanted, strict=True):
            role.user = row.person()
        return roles

    def _look(self) -> None:
        for row in self.rows:
            row.full_clean()
            row.look(self.places)
        self._name()
        self._ask_of_namesakes()

    def _name(self) -> None:
        """Propose a user name where none is written; none is taken twice, whatever its case."""
        written = [row.cleaned_data.get("username", "").lower() for row in self.wanted]
        taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
        for row, name in zip(self.wanted, written, strict=True):
            if name in taken:
                row.add_error("username", gettext("An account of this name exists already."))
            elif name and written.count(name) > 1:
                row.add_error("username", gettext("Two rows have this user name."))
        taken.update(written)
        for row in self.wanted:
            given = row.cleaned_data.get("username")
            if given != "" or not (row.membership and row.found):
                continue
            name = user_names.proposed(
                self.names_by,
                row.cleaned_data.get("full_name", ""),
                row.found,
                row.membership.role,
                taken,
            )
            taken.add(name)
            row.cleaned_data["username"] = self.data[row.add_prefix("username")] = name

    def _ask_of_namesakes(self) -> None:
        """Two people of one name in one place there may be; or somebody stands twice."""
        known = set(self._there())
        for row in self.wanted:
            if not row.found or not (name := row.cleaned_data.get("full_name")):
                continue
            one = (row.found.kind, row.found.row.pk, search_key(name))
            if one in known and not row.cleaned_data["is_another"]:
                row.asks_whether_another = True
                said = gettext("Somebody of this name is at this place already. Is it another?")
                row.add_error("full_name", said)
            row.asks_whether_another = one in known
            known.add(one)

    def _there(self) -> Iterator[tuple[str, int, str]]:
        """Whom the areas have today or will have: the place and the name of each."""
        areas = {place.row.pk for place in self.places.all if place.kind == "area"}
        held = Membership.objects.at_places_of(areas).not_ended_by(clock.today())
        kinds = ("area", "commune", "agency", "working_group")
        for *places, name in held.values_list(*(f"{kind}_id" for kind in kinds), "user__full_name"):
            for kind, pk in zip(kinds, places, strict=True):
                if pk:
                    yield kind, pk, search_key(name)


def _count(data: QueryDict) -> int:
    sent = data.get("rows", "")
    return min(int(sent), table.MOST_ROWS) if re.fullmatch("[0-9]{1,3}", sent) else 0
