"""What is chosen of a table, step by step."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communes.models import Commune
from criteria.imports.names import titled
from criteria.imports.work import COMMUNE, LEFT_OUT, Question, Work
from criteria.models import CriteriaSet, ImportRun
from nrm_tracker.forms import PROSE, EntryForm, LongSelect, WordsField
from nrm_tracker.tables import heads, reading
from nrm_tracker.tables.heads import LOOKED_AT, Head
from nrm_tracker.tables.reading import Table, letter

# With more writings than these, a column was taken for what it is not.
MOST_ASKED = 60
_MOST_PASTED = 500_000
_Choices = list[tuple[str, str]]
_KINDS = {
    "communes": _("Commune"),
    "criteria": _("Criterion"),
    "results": _("Result"),
    "indicators": _("Indicator"),
    "yes_no": _("Met or not"),
    "readings": _("Number that can be read in two ways"),
    "unread": _("No value"),
}
# Of these what is sure is shown too: there are few, and all rests on them.
_ALWAYS_SHOWN = ("results", "yes_no")


class StartForm(EntryForm):
    """A table, as a file or pasted, what it holds, and of which set."""

    holds = forms.ChoiceField(
        label=_("What the table holds"),
        choices=ImportRun.Holds.choices,
        widget=forms.RadioSelect,
        initial=ImportRun.Holds.RESULTS,
    )
    criteria_set = forms.ModelChoiceField(
        CriteriaSet.objects.none(), label=_("Criteria set"), empty_label=None
    )
    file = forms.FileField(
        label=_("File (.xlsx, .xlsm, .csv)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt"}),
    )
    # Not stripped: the first cell may be blank.
    pasted = forms.CharField(
        label=_("Or cells pasted from Excel"),
        strip=False,
        required=False,
        validators=[MaxLengthValidator(_MOST_PASTED)],
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tables: list[Table] = []
        sets = cast(forms.ModelChoiceField, self.fields["criteria_set"])
        sets.queryset = CriteriaSet.objects.with_criteria()

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        file, pasted = data.get("file"), data.get("pasted") or ""
        pasted = pasted if pasted.strip() else ""
        if "file" in self.errors or "pasted" in self.errors:
            return data
        if bool(file) == bool(pasted):
            self.add_error("file", gettext("Choose a file, or paste the cells: one of the two."))
            return data
        try:
            self.tables = reading.read(file or pasted)
        except ValidationError as error:
            self.add_error("file" if file else "pasted", error)
        return data

    @property
    def name(self) -> str:
        file = self.cleaned_data.get("file")
        return reading.one_line(file.name)[-200:] if file else gettext("Pasted cells")


class SheetForm(EntryForm):
    """Which sheet, and in which of its rows the head stands."""

    sheet = forms.TypedChoiceField(label=_("Sheet"), coerce=int)
    first = forms.IntegerField(label=_("First row of the head"), min_value=1)
    last = forms.IntegerField(label=_("Last row of the head"), min_value=1)
    without_hidden = forms.BooleanField(
        label=_("Leave out hidden rows and columns"), required=False
    )
    turned = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, work: Work, sheet: int, turned: bool, **kwargs: Any) -> None:
        self.work = work
        head = work.guess_head(work.table_of(sheet, turned=turned)) or Head(1, 1)
        chosen = work.choices.get("sheet", {})
        if chosen.get("sheet") == sheet and chosen.get("turned", False) == turned:
            head = Head(*chosen["head"])
        hidden = chosen.get("without_hidden", False)
        initial = {
            "sheet": sheet,
            "first": head.first,
            "last": head.last,
            "without_hidden": hidden,
            "turned": turned,
        }
        super().__init__(*args, **{**kwargs, "initial": initial})
        sheets = cast(forms.TypedChoiceField, self.fields["sheet"])
        sheets.choices = [(number, _titled(table)) for number, table in enumerate(work.tables)]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        table = self.work.table_of(data["sheet"], turned=data["turned"])
        first, last = data["first"], data["last"]
        if last < first or last - first >= 5:
            self.add_error("last", gettext("The head has from one to five rows."))
        elif last >= len(table.rows):
            message = gettext("Below row %(row)s stands nothing: a head is followed by rows.")
            self.add_error("last", message % {"row": last})
        elif not any(heads.labels(table, Head(first, last))):
            self.add_error("first", gettext("These rows are blank."))
        return data

    def chosen(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "sheet": data["sheet"],
            "head": [data["first"], data["last"]],
            "without_hidden": data["without_hidden"],
            "turned": data["turned"] and self.work.may_be_turned(self.work.table_of(data["sheet"])),
        }


def _titled(table: Table) -> str:
    name, hidden = table.name or gettext("The table"), gettext("hidden")
    return f"{name} ({hidden})" if table.is_hidden else name


class ColumnsForm(EntryForm):
    """What each column holds."""

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work, guesses = work, work.guesses
        known = work.choices.get("columns") or work.profile.get("columns", {})
        choices = [
            ("", gettext("Leave this column out")),
            (COMMUNE, gettext("Commune")),
            *work.column_choices,
        ]
        unnamed = gettext("(no name)")
        for number, label in enumerate(work.labels, start=1):
            guess = guesses.get(number)
            chosen = known.get(str(number), "") if known else (guess.key if guess else "")
            # A likeness that is doubtful is offered, and said to be one.
            doubtful = bool(guess and not guess.is_sure and guess.key == chosen and not known)
            self.fields[f"k{number}"] = forms.ChoiceField(
                label=f"{work.table.column_name(number)}: {label or unnamed}",
                choices=choices,
                required=False,
                initial=chosen,
                help_text=_shown_below(work, number)
                + (" " + gettext("Doubtful: please check.") if doubtful else ""),
            )

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            self.work.check_columns(dict(enumerate(self.cleaned_data.values())))
        return self.cleaned_data

    def chosen(self) -> dict[str, str]:
        return {name[1:]: use for name, use in self.cleaned_data.items() if use}


def _shown_below(work: Work, column: int) -> str:
    """The first values of a column, by which people know it."""
    start = heads.first_row_below(work.table, work.head)
    cells = (reading.words(work.table.cell(row, column)) for row in range(start, start + 20))
    return "; ".join([one[:40] for one in dict.fromkeys(cells) if one][:3])


class WordsForm(EntryForm):
    """What each writing of the table means."""

    def __init__(self, *args: Any, work: Work, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work
        self.asked: dict[str, tuple[str, Question]] = {}
        self.answered = [q for q in work.commune_questions if q.is_sure]
        for kind, questions in work.questions.items():
            self._ask(kind, [q for q in questions if not q.is_sure or kind in _ALWAYS_SHOWN])

    @property
    def too_many(self) -> bool:
        return len(self.asked) > MOST_ASKED

    def _ask(self, kind: str, questions: list[Question]) -> None:
        blank = gettext("(blank)")
        for number, question in enumerate(questions):
            name = f"{kind}-{number}"
            self.asked[name] = (kind, question)
            self.fields[name] = forms.ChoiceField(
                label=f"{_KINDS[kind]}: {question.text or blank}",
                choices=self._choices(kind, question),
                initial=question.chosen,
                widget=LongSelect,
                help_text=self._said_of(question),
                error_messages={"required": gettext("Say what is meant.")},
            )

    def _choices(self, kind: str, question: Question) -> _Choices:
        start = [("", gettext("Choose")), (LEFT_OUT, gettext("Leave out, do not record"))]
        if kind != "communes":
            return [*start, *self.work.options(kind, question)]
        near = [(str(one.pk), titled(one)) for one in question.offered]
        listed = [pair for pair in self._communes if pair not in near]
        return [*start, *near, *listed]

    @property
    def _communes(self) -> _Choices:
        present: list[Commune] = self.work.names.present
        return [(str(one.pk), titled(one)) for one in present]

    def _said_of(self, question: Question) -> str:
        where = gettext("%(count)s cells, first in %(place)s.")
        said = where % {"count": question.count, "place": question.place}
        doubt = "" if question.is_sure or not question.chosen else gettext("Guessed: please check.")
        return " ".join(filter(None, (question.why, said, doubt)))

    def chosen(self) -> dict[str, dict[str, str]]:
        """Also what was sure: a table that is taken up again means the same."""
        found = {
            kind: {question.key: question.chosen for question in questions if question.is_sure}
            for kind, questions in self.work.questions.items()
        }
        for name, (kind, question) in self.asked.items():
            found[kind][question.key] = self.cleaned_data[name]
        return found


class RecordForm(EntryForm):
    """The last word: what was seen, and whether what stands otherwise is to be recorded too."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    with_against = forms.BooleanField(
        label=_("Record also what differs from what stands"), required=False
    )
    without_refused = forms.BooleanField(
        label=_("Record without the cells that cannot be recorded"), required=False
    )


class UndoForm(EntryForm):
    """Why the whole table is to count no longer."""

    reason = WordsField(label=_("Reason"), limit=PROSE, lines=2)


def head_rows(table: Table) -> list[tuple[str, list[str]]]:
    """The first rows as they stand, to choose the head from."""
    return [
        (
            f"{number} ({letter(number)})" if table.is_turned else str(number),
            [reading.words(cell)[:60] for cell in row[:30]],
        )
        for number, row in enumerate(table.rows[: LOOKED_AT // 2], start=1)
        if any(cell.value is not None for cell in row)
    ]
