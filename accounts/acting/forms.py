"""Who acts for somebody, in which of the roles, from which day to which."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from nrm_tracker import clock
from nrm_tracker.forms import PROSE, DayField, EntryForm, LongSelect, WordsField


class AccountField(forms.ModelChoiceField):
    def label_from_instance(self, account: User) -> str:
        return ", ".join(filter(None, [str(account), account.position]))


class ActingForm(EntryForm):
    post = forms.ModelChoiceField(
        label=_("Role"), queryset=Membership.objects.none(), empty_label=None
    )
    user = AccountField(
        label=_("Acting person"),
        queryset=User.objects.none(),
        widget=LongSelect,
        help_text=_("Has this role alone meanwhile; the own roles rest until it is over."),
    )
    from_on = DayField(label=_("From"), initial=clock.today)
    until_on = DayField(label=_("Until (included)"))
    reason = WordsField(
        label=_("Reason"), limit=PROSE, help_text=_("Leave, journey, by which paper.")
    )

    def __init__(
        self, *args: Any, posts: QuerySet[Membership], people: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


class EndActingForm(EntryForm):
    """Nothing to fill in: to send it ends the time now."""
