"""Fields that people type into, and the form that a verb of history may refuse."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker import uploads
from nrm_tracker.figures import Ambiguous, Reading, read
from nrm_tracker.limits import MOST_FILES
from nrm_tracker.once import writing
from nrm_tracker.templatetags import ui
from nrm_tracker.text import normalize

# The longest text that a reason or a remark may be.
PROSE = 2000
UPLOAD_HELP = _(
    "Pictures (JPEG, PNG, WebP, HEIC), PDF, Word, Excel. Do not upload documents stamped secret "
    "(Secret, Top secret, Absolute secret)."
)
# The digits of the longest number that both databases take, and the largest of them.
LONGEST_NUMBER = 18
LARGEST_NUMBER = 10**LONGEST_NUMBER - 1
# The days that somebody may mean. One before or after is a slip of the finger, and from the ends of
# the calendar nothing can be reckoned.
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
OUTSIDE_DAYS = _("A day lies between 01/01/1900 and 31/12/2199.")


class WordsField(forms.CharField):
    """Text in NFC. Its limit is told, never enforced by the browser, which cuts without a word."""

    def __init__(self, *, limit: int, lines: int = 1, **kwargs: Any) -> None:
        if lines > 1:
            kwargs["widget"] = forms.Textarea(attrs={"rows": lines})
        super().__init__(**kwargs)
        self.validators.append(MaxLengthValidator(limit))

    def to_python(self, value: Any) -> Any:
        return normalize(super().to_python(value) or "")


class DayField(forms.DateField):
    """A day as dd/mm/yyyy, as offices write it, or ISO."""

    default_error_messages = {"invalid": _("Not a day. Write day/month/year, as 08/09/2020.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Day/month/year, as 08/09/2020."))
        super().__init__(localize=True, **kwargs)
        self.validators += [
            MinValueValidator(FIRST_DAY, OUTSIDE_DAYS),
            MaxValueValidator(LAST_DAY, OUTSIDE_DAYS),
        ]


class SeenField(forms.IntegerField):
    """What the writer saw, a version or a key, as a hidden field carries it back."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, max_value=LARGEST_NUMBER)


class PercentField(forms.DecimalField):
    """A percentage, with a comma or a point, with or without its sign."""

    default_error_messages = {"invalid": _("Not a number. Write it as 91.5.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, localize=True, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "class": "numberinput"}

    def to_python(self, value: Any) -> Any:
        typed = str(value if value is not None else "").strip()
        number = super().to_python(_read(typed, Reading.SHARE, self))
        if number is not None and not (number.is_finite() and 0 <= number <= 100):
            message = gettext("A percentage lies between 0 and 100%%. Entered: %(typed)s.")
            raise ValidationError(message % {"typed": typed[:20]})
        return number


class LongSelect(forms.Select):
    """A choice among hundreds, drawn at one stroke: Django draws each option by a template."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        drawn = [one for _group, options, _index in widget["optgroups"] for one in options]
        chosen = next((str(one["value"]) for one in drawn if one["selected"]), None)
        choices = [(str(one["value"]), str(one["label"])) for one in drawn]
        tag = flatatt({"name": widget["name"], **widget["attrs"]})
        return format_html("<select{}>{}</select>", tag, ui.options(choices, chosen))


class UploadField(forms.FileField):
    """One file, checked by its content. Cleans to what `uploads.store` keeps."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", UPLOAD_HELP)
        super().__init__(allow_empty_file=True, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """What a browser offers to choose; what was chosen is told by its content."""
        return {**super().widget_attrs(widget), "accept": ",".join(uploads.BY_ENDING)}

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        return uploads.check(sent) if sent else None


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """Several files at once. Cleans to a list; every file that is refused is told."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = [one for one in data or [] if one]
        if not sent and self.required:
            raise ValidationError(self.error_messages["required"])
        if len(sent) > MOST_FILES:
            message = gettext("At most %(limit)s files are accepted at once.")
            raise ValidationError(message % {"limit": MOST_FILES})
        checked, refused = [], []
        for one in sent:
            try:
                checked.append(super().clean(one))
            except ValidationError as error:
                refused.append(error)
        if refused:
            raise ValidationError(refused)
        return checked


class Conflict(Exception):
    """Somebody else wrote first (rule 11); `current` is what stands there now."""

    def __init__(self, current: Any) -> None:
        super().__init__(str(current))
        self.current = current


def refuse_together(*checks: Callable[[], None]) -> None:
    """Make all of these checks, and raise what they refuse as one ValidationError."""
    refused: list[ValidationError] = []
    for check in checks:
        try:
            check()
        except ValidationError as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        by_field: dict[str, list[ValidationError]] = {}
        for one in refused:
            one.update_error_dict(by_field)
        raise ValidationError(by_field)


class EntryForm(forms.Form):
    """A form whose action may refuse what was typed: then the form says why, and keeps it."""

    # What the action returned, and what somebody else wrote first.
    made: Any = None
    conflict: Any = None
    # As whom somebody with several roles writes by it, in words.
    acting: str = ""

    def submit(self, action: Callable[[dict[str, Any]], Any]) -> bool:
        """Whether the form was sent and `action` took its cleaned data, all or nothing."""
        if not self.is_bound:
            return False
        if not self.is_valid():
            self.look_further()
            return False
        try:
            with writing():
                self.made = action(self.cleaned_data)
        except Conflict as conflict:
            self.meet(conflict.current)
        except ValidationError as error:
            self.refuse(error)
        else:
            return True
        self.give_back()
        return False

    def look_further(self) -> None:
        """Say also what the action would refuse of the rest of a form that is wrong already: what
        is to be mended is told at once."""

    def meet(self, current: Any) -> None:
        """Keep beside what was typed what somebody else wrote: to send again is to decide."""
        self.conflict = current

    def give_back(self) -> None:
        """Let go of what the action took before it was refused, such as a stored file."""

    def refuse(self, error: ValidationError) -> None:
        """Say beside each field what is wrong, above all where there is no such field.

        A field that is known to be wrong has its reason already.
        """
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        known = self.fields.keys() & self.errors.keys()
        for name, errors in error.error_dict.items():
            if name not in known:
                self.add_error(name if name in self.fields else None, errors)

    def require(self, name: str, message: str | Promise) -> None:
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, str(message))

    def send_again(self, name: str, value: object) -> None:
        """Put `value` into a hidden field, in the place of what was sent in it."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix(name)] = str(value)
        self.data = data


class VersionedForm(EntryForm):
    """A form of one who saw a version of what it changes, which is its initial one (rule 11)."""

    version = SeenField()

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("version") is None:
            self.errors.pop("version", None)
            self.add_error(None, _("The form came back incomplete. Look it over, then send again."))
            self._renew(self.initial["version"])
        return self.cleaned_data

    def _renew(self, version: int) -> None:
        self.send_again("version", version)


class RowsField(forms.ModelMultipleChoiceField):
    """Rows ticked by number. SQLite takes no number longer than any of its own."""

    def clean(self, value: Any) -> Any:
        return super().clean([sent for sent in value or [] if len(sent) <= LONGEST_NUMBER])


class NumberField(forms.DecimalField):
    """A number of at most three decimals after a comma or a point: 7,5 and 7.5 are one.

    `reading` says of what it is. Nothing is rounded: what has more decimals is refused.
    """

    default_error_messages = {
        "invalid": _("Not a number. Write it as 91.5."),
        "ambiguous": _(
            "%(typed)s can be read as %(thousands)s or as %(decimals)s. Write it in one of these"
            " ways."
        ),
    }

    def __init__(self, *, reading: Reading = Reading.AMOUNT, **kwargs: Any) -> None:
        self.reading = reading
        super().__init__(max_digits=14, decimal_places=3, localize=True, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "class": "numberinput"}

    def to_python(self, value: Any) -> Any:
        typed = str(value if value is not None else "").strip()
        return super().to_python(_read(typed, self.reading, self))


def _read(typed: str, reading: Reading, field: forms.Field) -> str:
    """What was typed as Python writes numbers; refused in the field's own words."""
    try:
        return read(typed, reading)
    except Ambiguous as either:
        thousands, decimals = either.readings
        said = {"typed": typed, "thousands": thousands, "decimals": decimals}
        message = field.error_messages["ambiguous"]
        raise ValidationError(message, code="ambiguous", params=said) from either
    except ValueError as error:
        raise ValidationError(field.error_messages["invalid"], code="invalid") from error
