"""The table into which a plan is typed, and the place to paste one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from criteria.models import Criterion
from nrm_tracker.forms import LONGEST_NUMBER, EntryForm, VersionedForm
from plans.drafting import pasting, rows
from plans.drafting.rows import LABELS, TYPED, RowNames, StepRow, TypedRow

# So many steps of a plan are typed on a page, and so many blank rows follow the last.
ROWS_A_PAGE, BLANKS = 40, 8
PASTED_MOST = 400_000
# How wide the field of a column is.
WIDTHS = {
    "number": 3,
    "name": 28,
    "criterion": 5,
    "place": 13,
    "unit": 8,
    "quantity_required": 5,
    "not_before": 9,
    "working_days": 4,
    "needs": 9,
    "person": 18,
    "agency": 11,
}


class BeginForm(EntryForm):
    """With which criteria a plan begins."""

    criteria = forms.ModelMultipleChoiceField(
        label=_("Criteria not met, with their usual steps"),
        queryset=Criterion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Durations are usual ones: change them to those of the commune."),
    )

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [one.pk for one in criteria]
        field: Any = self.fields["criteria"]
        field.queryset = Criterion.objects.filter(pk__in=keys)
        field.initial = keys


class TableCell:
    """A field of the table: its name, what stands in it, and what is wrong with that."""

    def __init__(self, row: TypedRow, column: str, prefix: str) -> None:
        self.name = f"{prefix}-{column}"
        self.label = LABELS[column]
        self.value = row.typed.get(column, "")
        self.error = row.errors.get(column, "")
        self.size = WIDTHS.get(column, 12)


class TableRow:
    """A row of the table with its cells, in the order of the columns."""

    def __init__(self, row: TypedRow, prefix: str, columns: tuple[str, ...] = TYPED) -> None:
        self.row, self.prefix = row, prefix
        self.cells = [TableCell(row, column, prefix) for column in columns]
        self.said_above = row.errors.get("", "")

    @property
    def shown(self) -> list[tuple[str, str]]:
        return [(cell.value, cell.error) for cell in self.cells]

    @property
    def number(self) -> str:
        return self.row.typed.get("number", "")


class TableForm(VersionedForm):
    """Rows that are typed into. `seen` are those that stand in the plan, in their order."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        seen: list[TypedRow],
        blanks: int,
        next_number: int,
        names: RowNames,
        version: int,
        columns: tuple[str, ...] = TYPED,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.names, self.columns = names, columns
        blank = [TypedRow({"number": str(next_number + n)}) for n in range(blanks)]
        self.typed = [*seen, *blank]
        if data is not None:
            for n, row in enumerate(self.typed):
                self._take(row, f"r{n}", data)

    def _take(self, row: TypedRow, prefix: str, data: QueryDict) -> None:
        kept = {name: text for name, text in row.typed.items() if name not in self.columns}
        sent = {name: data.get(f"{prefix}-{name}", "").strip() for name in self.columns}
        key = data.get(f"{prefix}-key", "")
        row.key = int(key) if key.isdecimal() and len(key) <= LONGEST_NUMBER else None
        row.typed = kept | sent
        row.is_dropped = f"{prefix}-drop" in data

    @property
    def rows(self) -> list[TableRow]:
        return [TableRow(row, f"r{n}", self.columns) for n, row in enumerate(self.typed)]

    @property
    def heads(self) -> list[Any]:
        return [LABELS[column] for column in self.columns]

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """What is to be mended: the field's name, which it is, and why."""
        return [
            (
                cell.name,
                gettext("Step %(n)s: %(column)s") % {"n": row.number, "column": cell.label},
                cell.error,
            )
            for row in self.rows
            for cell in row.cells
            if cell.error
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for row in self.typed:
            if not row.is_blank and not row.is_dropped:
                rows.read(row, self.names)
        if any(row.errors for row in self.typed):
            self.add_error(None, gettext("Some rows are not right: see beside them."))
        return self.cleaned_data

    def said(self) -> list[StepRow]:
        return [row.said for row in self.typed if row.said and not row.is_dropped]

    def dropped(self) -> list[int]:
        return [row.key for row in self.typed if row.is_dropped and row.key]


class PasteForm(VersionedForm):
    """Rows from Excel. They are shown before they are written."""

    text = forms.CharField(
        label=_("Rows copied in Excel, with their head"),
        widget=forms.Textarea(attrs={"rows": 10, "wrap": "off"}),
        max_length=PASTED_MOST,
        strip=False,
        help_text=_(
            "Columns are known by their heads: No., Step, Criterion, Place, Unit, Quantity, Not"
            " before, Days, Must be done first, Person, Agency, and costs by source. A step with a"
            " number that the plan has is changed."
        ),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        numbers: dict[int, int],
        names: RowNames,
        version: int,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.numbers, self.names = numbers, names
        self.pasted: pasting.Pasted | None = None

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        self.pasted = pasting.read(text, self.names, self.numbers)
        if any(row.errors for row in self.pasted.rows):
            raise ValidationError(gettext("Some rows are not right: see below."))
        return text

    @property
    def rows(self) -> list[TableRow]:
        found = self.pasted
        return [TableRow(one, "", found.columns) for one in found.rows] if found else []

    @property
    def heads(self) -> list[Any]:
        return [LABELS[name] for name in self.pasted.columns] if self.pasted else []

    def said(self) -> list[StepRow]:
        return [row.said for row in self.pasted.rows if row.said] if self.pasted else []
