"""A run as it stands: its table read with all that was chosen so far, and what is still to choose.

Each step is kept in `run.choices`, so that it can be taken up on another day by another person.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from communes.models import Commune
from criteria.imports import columns
from criteria.imports.columns import ColumnUses
from criteria.imports.meanings import LEFT_OUT, Meaning
from criteria.imports.meanings import guess as guess_meaning
from criteria.imports.meanings import key_of as writing_key
from criteria.imports.names import CommuneNames, NameFound, communes_of, is_total
from criteria.imports.packing import unpack
from criteria.imports.said_cells import SaidCell, said_cells
from criteria.models import Criterion, ImportProfile, ImportRun
from nrm_tracker.tables import heads
from nrm_tracker.tables.heads import Head
from nrm_tracker.tables.reading import Table
from nrm_tracker.tables.recognising import digest

SHEET, COLUMNS, BASIS, WORDS, PREVIEW = "sheet", "columns", "basis", "words", "preview"
# Of so many sheets the likeliest is looked for.
_LOOKED_AT = 12
STEPS = (SHEET, COLUMNS, BASIS, WORDS, PREVIEW)


@dataclass(frozen=True)
class Question:
    """A writing of the table and what it is taken for: asked once, however often it stands."""

    key: str
    text: str
    count: int
    place: str
    chosen: str
    is_sure: bool
    why: str = ""
    offered: tuple[Commune, ...] = ()


class Work:
    """The run with its table; what costs is reckoned when it is asked for, and once."""

    def __init__(self, run: ImportRun) -> None:
        self.run, self.choices = run, run.choices

    @property
    def next_step(self) -> str:
        """The first step that is still to be taken."""
        return next((step for step in STEPS[:-1] if step not in self.choices), PREVIEW)

    @cached_property
    def tables(self) -> list[Table]:
        return unpack(bytes(self.run.tables))

    @cached_property
    def criteria(self) -> list[Criterion]:
        return list(Criterion.objects.filter(criteria_set=self.run.criteria_set_id))

    @property
    def table(self) -> Table:
        return self.table_of(self.choices[SHEET]["sheet"])

    def table_of(self, number: int) -> Table:
        return self.tables[number] if 0 <= number < len(self.tables) else self.tables[0]

    @cached_property
    def likeliest_sheet(self) -> int:
        """The sheet that is not hidden with the most columns that are known."""
        scores = [
            (not table.is_hidden, self._known(table), -number)
            for number, table in enumerate(self.tables[:_LOOKED_AT])
        ]
        return -max(scores)[2]

    def guess_head(self, table: Table) -> Head | None:
        return heads.guess(table, self.is_known)

    @cached_property
    def is_known(self) -> Callable[[str], bool]:
        """Whether a label names a column; each is looked at once."""
        return cache(lambda label: bool(columns.guess([label[:100]], self.criteria)))

    @property
    def head(self) -> Head:
        return Head(*self.choices[SHEET]["head"])

    @cached_property
    def labels(self) -> list[str]:
        return heads.labels(self.table, self.head)

    @property
    def uses(self) -> ColumnUses:
        return {int(column): use for column, use in self.choices[COLUMNS].items()}

    @cached_property
    def profile(self) -> dict[str, Any]:
        """What the area said of such a head before."""
        known = ImportProfile.objects.filter(area=self.run.area_id, digest=digest(self.labels))
        found = known.first()
        return found.choices if found else {}

    @property
    def day(self) -> dt.date:
        return dt.date.fromisoformat(self.choices[BASIS]["day"])

    @cached_property
    def cells(self) -> list[SaidCell]:
        without_hidden = self.choices[SHEET]["without_hidden"]
        return list(said_cells(self.table, self.head, self.uses, without_hidden=without_hidden))

    @cached_property
    def communes(self) -> dict[int, Commune]:
        return {one.pk: one for one in communes_of(self.run.area)}

    @cached_property
    def names(self) -> CommuneNames:
        return CommuneNames(list(self.communes.values()), self.day)

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """What was said of writings: in this run, or else when such a table came before."""
        return self.choices.get(WORDS) or self.profile.get(WORDS, {})

    @cached_property
    def commune_questions(self) -> list[Question]:
        return self._questions("communes", [(c.commune, c) for c in self.cells], self._name)

    @cached_property
    def criterion_questions(self) -> list[Question]:
        said = [(str(c.criterion), c) for c in self.cells if isinstance(c.criterion, str)]
        return self._questions("criteria", said, self._criterion)

    @cached_property
    def result_questions(self) -> list[Question]:
        """Of the rows that are not left out."""
        out = {q.key for q in self.commune_questions if q.chosen == LEFT_OUT}
        out_too = {q.key for q in self.criterion_questions if q.chosen == LEFT_OUT}
        said = [
            (cell.text, cell)
            for cell in self.cells
            if writing_key(cell.commune) not in out
            and not (isinstance(cell.criterion, str) and writing_key(cell.criterion) in out_too)
        ]
        return self._questions("results", said, self._result)

    def _known(self, table: Table) -> int:
        head = self.guess_head(table)
        return len(columns.guess(heads.labels(table, head), self.criteria)) if head else 0

    def _questions(
        self,
        kind: str,
        said: list[tuple[str, SaidCell]],
        guess: Callable[[str], tuple[str, bool, NameFound]],
    ) -> list[Question]:
        counts = Counter(writing_key(text) for text, _cell in said)
        first: dict[str, tuple[str, SaidCell]] = {}
        for text, cell in said:
            first.setdefault(writing_key(text), (text, cell))
        answers = self.answers.get(kind, {})
        made = []
        for key, (text, cell) in first.items():
            likely, is_sure, found = guess(text)
            chosen = answers.get(key, likely)
            made.append(
                Question(
                    key=key,
                    text=text,
                    count=counts[key],
                    place=cell.place,
                    chosen=chosen,
                    is_sure=is_sure and chosen == likely,
                    why=found.why,
                    offered=tuple(found.offered),
                )
            )
        return made

    def _name(self, text: str) -> tuple[str, bool, NameFound]:
        found = self.names.find(text)
        if found.commune:
            return str(found.commune.pk), True, found
        return (LEFT_OUT if is_total(text) else ""), False, found

    def _criterion(self, text: str) -> tuple[str, bool, NameFound]:
        criterion, is_sure = columns.find_criterion(text, self.criteria)
        return (str(criterion.number) if criterion else ""), is_sure, NameFound()

    def _result(self, text: str) -> tuple[str, bool, NameFound]:
        meaning: Meaning = guess_meaning(text)
        return meaning.result, meaning.is_sure, NameFound()
