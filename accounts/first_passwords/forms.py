"""To whom first passwords are given."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import Access
from accounts.first_passwords.queries import without_own_password
from accounts.models import User
from nrm_tracker.forms import EntryForm, RowsField

# Each takes a fifth of a second to be worked out, while the sender waits.
MOST = 50


class ChosenForm(EntryForm):
    """The people who are ticked on the page."""

    who = RowsField(
        queryset=User.objects.none(), error_messages={"required": _("Tick at least one person.")}
    )

    def __init__(self, *args: Any, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = cast(RowsField, self.fields["who"])
        who.queryset = without_own_password(access)

    def clean_who(self) -> list[User]:
        chosen = list(self.cleaned_data["who"])
        if len(chosen) > MOST:
            raise ValidationError(gettext("At most %(limit)s people at once.") % {"limit": MOST})
        return chosen


class InvitedForm(ChosenForm):
    """Those of them to whom an e-mail goes."""

    def clean_who(self) -> list[User]:
        chosen = super().clean_who()
        without = [str(user) for user in chosen if not user.email]
        if without:
            said = gettext("Without an e-mail address: %(names)s. Take the tick away.")
            raise ValidationError(said % {"names": ", ".join(without)})
        return chosen
