"""A run as it stands: its table read with all that was chosen so far, and what is still to choose.

Each step is kept in `run.choices`, so that it can be taken up on another day by another person.
What results and values have in common; `result_work` and `value_work` know the one and the other.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.utils.translation import gettext

from communes.models import Commune
from criteria.imports.names import CommuneNames, NameFound, bare, communes_of, is_no_commune
from criteria.imports.packing import unpack
from criteria.models import Enrolment, ImportProfile, ImportRun
from nrm_tracker.tables import heads
from nrm_tracker.tables.heads import LOOKED_AT, Head
from nrm_tracker.tables.reading import Table, words
from nrm_tracker.tables.recognising import Guess, digest

SHEET, COLUMNS, BASIS, WORDS, PREVIEW = "sheet", "columns", "basis", "words", "preview"
# Of so many sheets the likeliest is looked for.
_LOOKED_AT = 12
# A sheet with communes across has a row for each of some dozens of criteria or indicators.
_MOST_TURNED = 200
STEPS = (SHEET, COLUMNS, BASIS, WORDS, PREVIEW)
COMMUNE = "commune"
# A writing that is passed over.
LEFT_OUT = "-"

# By the place of a column, from 1: what it holds.
ColumnUses = dict[int, str]
# What a writing is taken for, whether that is sure, and what else is known of a name.
Likely = tuple[str, bool, NameFound]


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
    readings: tuple[str, ...] = ()


def writing_key(text: str) -> str:
    """By what one writing is known again: in small letters."""
    return text.casefold()


class Work(ABC):
    """The run with its table; what costs is reckoned when it is asked for, and once."""

    def __init__(self, run: ImportRun) -> None:
        self.run, self.choices = run, run.choices

    @abstractmethod
    def guess(self, labels: Sequence[str]) -> dict[int, Guess]:
        """What each column is likely to hold, by its place from 1."""

    @abstractmethod
    def check_columns(self, uses: Mapping[int, str]) -> None:
        """Refuse columns from which nobody could read anything."""

    @property
    @abstractmethod
    def column_choices(self) -> list[tuple[str, str]]:
        """What a column may hold beside the commune."""

    @cached_property
    @abstractmethod
    def cells(self) -> list[Any]:
        """What the table says, in its order; each with its place and its commune as written."""

    @property
    @abstractmethod
    def questions(self) -> dict[str, list[Question]]:
        """What is asked of writings, by kind; of some kinds what is sure is shown too."""

    @abstractmethod
    def options(self, kind: str, question: Question) -> list[tuple[str, str]]:
        """What a writing of a kind may mean beside nothing; not of communes."""

    @property
    def next_step(self) -> str:
        """The first step that is still to be taken."""
        left = next((step for step in STEPS[:-1] if step not in self.choices), PREVIEW)
        return WORDS if left == PREVIEW and not self.is_said else left

    @cached_property
    def is_said(self) -> bool:
        """Whether all that is in doubt was asked: an answer may raise more questions."""
        said = self.choices[WORDS]
        return all(
            question.is_sure or question.key in said.get(kind, {})
            for kind, questions in self.questions.items()
            for question in questions
        )

    @cached_property
    def tables(self) -> list[Table]:
        return unpack(bytes(self.run.tables))

    @cached_property
    def table(self) -> Table:
        chosen = self.choices[SHEET]
        return self.table_of(chosen["sheet"], turned=chosen.get("turned", False))

    def table_of(self, number: int, *, turned: bool = False) -> Table:
        table = self.tables[number] if 0 <= number < len(self.tables) else self.tables[0]
        return table.turned() if turned and self.may_be_turned(table) else table

    def may_be_turned(self, table: Table) -> bool:
        return len(table.rows) <= _MOST_TURNED

    @cached_property
    def likeliest_sheet(self) -> int:
        """The sheet that is not hidden with the most columns that are known."""
        scores = [
            (not table.is_hidden, self._known(number), -number)
            for number, table in enumerate(self.tables[:_LOOKED_AT])
        ]
        return -max(scores)[2]

    def likely_turned(self, number: int) -> bool:
        """Whether the communes of a sheet stand side by side, not one below another."""
        table = self.table_of(number)
        return (
            self.may_be_turned(table)
            and not self.commune_column(table, self.guess_head(table))
            and bool(self.commune_column(table.turned(), self.guess_head(table.turned())))
        )

    def guess_head(self, table: Table) -> Head | None:
        if not table.is_turned:
            return heads.guess(table, self.is_known)
        # Beside the names stand their numbers, which name no column better.
        return heads.guess(table, lambda label: not label.isdecimal() and self.is_known(label))

    @cached_property
    def is_known(self) -> Callable[[str], bool]:
        """Whether a label names a column; each is looked at once."""
        return cache(lambda label: bool(self.guess([label[:100]])))

    @property
    def head(self) -> Head:
        return Head(*self.choices[SHEET]["head"])

    @cached_property
    def labels(self) -> list[str]:
        return heads.labels(self.table, self.head)

    @cached_property
    def guesses(self) -> dict[int, Guess]:
        """What each column is likely to hold: the commune where communes are named below."""
        found = self.guess(self.labels)
        named = any(one.key == COMMUNE for one in found.values())
        if named and not self.table.is_turned:
            return found
        column = self.commune_column(self.table, self.head)
        if column is None:
            return found
        others = {n: one for n, one in found.items() if one.key != COMMUNE}
        return {**others, column: Guess(COMMUNE, is_sure=True)}

    def commune_column(self, table: Table, head: Head | None) -> int | None:
        """The column that names most communes of the area below the head."""
        if head is None:
            return None
        below = table.rows[heads.first_row_below(table, head) - 1 :]
        counts = Counter(
            number
            for row in below
            for number, cell in enumerate(row[:LOOKED_AT], start=1)
            if cell.kind == "s" and bare(words(cell)) in self._known_names
        )
        return counts.most_common(1)[0][0] if counts else None

    @property
    def uses(self) -> ColumnUses:
        return {int(column): use for column, use in self.choices[COLUMNS].items()}

    @property
    def without_hidden(self) -> bool:
        return self.choices[SHEET]["without_hidden"]

    @cached_property
    def profile(self) -> dict[str, Any]:
        """What the area said of such a head before."""
        known = ImportProfile.objects.filter(area=self.run.area_id, digest=self.digest)
        found = known.first()
        return found.choices if found else {}

    @property
    def digest(self) -> str:
        """By what the head is known again; of values a head is another than of results."""
        kind = [] if self.run.holds == ImportRun.Holds.RESULTS else [self.run.holds]
        return digest([*kind, *self.labels])

    @property
    def day(self) -> dt.date:
        return dt.date.fromisoformat(self.choices[BASIS]["day"])

    @cached_property
    def communes(self) -> dict[int, Commune]:
        return {one.pk: one for one in communes_of(self.run.area)}

    @cached_property
    def runs(self) -> dict[int, Enrolment]:
        """Of the communes that run at the set on the day the run, by commune: one query."""
        found = Enrolment.objects.open_on(self.day).filter(
            criteria_set=self.run.criteria_set_id, commune__in=list(self.communes)
        )
        runs = {one.commune_id: one for one in found}
        for pk, one in runs.items():
            # The row that was read already.
            one.commune = self.communes[pk]
        return runs

    def without_run(self, commune_id: int, said: str) -> str:
        """That a commune, called so in the table, does not run at the set."""
        # It may have left the area since it was chosen.
        named = {"commune": str(self.communes.get(commune_id, said)), "day": f"{self.day:%d/%m/%Y}"}
        return gettext("%(commune)s does not run at this set on %(day)s.") % named

    @cached_property
    def names(self) -> CommuneNames:
        return CommuneNames(list(self.communes.values()), self.day)

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """What was said of writings: in this run, or else when such a table came before."""
        return self.choices.get(WORDS) or self.profile.get(WORDS, {})

    @cached_property
    def commune_questions(self) -> list[Question]:
        said = [(cell.commune, cell.commune, cell.place) for cell in self.cells]
        return self.asked("communes", said, self._name)

    @cached_property
    def communes_left_out(self) -> set[str]:
        return {q.key for q in self.commune_questions if q.chosen == LEFT_OUT}

    def asked(
        self,
        kind: str,
        said: Iterable[tuple[str, str, str]],
        guess: Callable[[str], Likely],
        readings: Mapping[str, tuple[str, ...]] | None = None,
    ) -> list[Question]:
        """A question for each writing, told by key, text and place, in the order of the table."""
        counts: Counter[str] = Counter()
        first: dict[str, tuple[str, str]] = {}
        for key, text, place in said:
            key = writing_key(key)
            counts[key] += 1
            first.setdefault(key, (text, place))
        answers = self.answers.get(kind, {})
        made = []
        for key, (text, place) in first.items():
            likely, is_sure, found = guess(text)
            chosen = answers.get(key, likely)
            made.append(
                Question(
                    key=key,
                    text=text,
                    count=counts[key],
                    place=place,
                    chosen=chosen,
                    is_sure=is_sure and chosen == likely,
                    why=found.why,
                    offered=tuple(found.offered),
                    readings=(readings or {}).get(key, ()),
                )
            )
        return made

    @cached_property
    def _known_names(self) -> frozenset[str]:
        return frozenset(filter(None, (bare(one.name) for one in self.communes.values())))

    def _known(self, number: int) -> int:
        table = self.table_of(number, turned=self.likely_turned(number))
        head = self.guess_head(table)
        return len(self.guess(heads.labels(table, head))) if head else 0

    def _name(self, text: str) -> Likely:
        found = self.names.find(text)
        if found.commune:
            return str(found.commune.pk), True, found
        return (LEFT_OUT if is_no_commune(text) else ""), False, found
