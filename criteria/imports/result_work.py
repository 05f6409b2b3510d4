"""A table of results: a column for each criterion, or a criterion and its result one a row."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from django.utils.translation import gettext

from criteria.imports import result_columns
from criteria.imports.meanings import guess as guess_meaning
from criteria.imports.names import NameFound
from criteria.imports.said_cells import SaidCell, said_cells
from criteria.imports.work import LEFT_OUT, Likely, Question, Work, writing_key
from criteria.models import Criterion, Result
from criteria.models.history import ASSESSABLE
from nrm_tracker.tables.recognising import Guess


class ResultWork(Work):
    @cached_property
    def criteria(self) -> list[Criterion]:
        return list(Criterion.objects.filter(criteria_set=self.run.criteria_set_id))

    def guess(self, labels: Sequence[str]) -> dict[int, Guess]:
        return result_columns.guess(labels, self.criteria)

    def check_columns(self, uses: Mapping[int, str]) -> None:
        result_columns.check(uses)

    @property
    def column_choices(self) -> list[tuple[str, str]]:
        criteria = self.criteria
        return [
            *((result_columns.key_of(c.number), f"{c.number} {c.short_name}") for c in criteria),
            (result_columns.CRITERION, gettext("Criterion (one a row)")),
            (result_columns.RESULT, gettext("Result (one a row)")),
        ]

    @cached_property
    def cells(self) -> list[SaidCell]:
        without = self.without_hidden
        return list(said_cells(self.table, self.head, self.uses, without_hidden=without))

    @property
    def questions(self) -> dict[str, list[Question]]:
        return {
            "communes": self.commune_questions,
            "criteria": self.criterion_questions,
            "results": self.result_questions,
        }

    def options(self, kind: str, question: Question) -> list[tuple[str, str]]:
        if kind == "results":
            return [(one.value, str(Result(one).label)) for one in ASSESSABLE]
        return [(str(c.number), str(c)) for c in self.criteria]

    @cached_property
    def criterion_questions(self) -> list[Question]:
        named = [c for c in self.cells if isinstance(c.criterion, str)]
        said = [(str(c.criterion), str(c.criterion), c.place) for c in named]
        return self.asked("criteria", said, self._criterion)

    @cached_property
    def result_questions(self) -> list[Question]:
        """Of the rows that are not left out."""
        out = {q.key for q in self.criterion_questions if q.chosen == LEFT_OUT}
        said = [
            (cell.text, cell.text, cell.place)
            for cell in self.cells
            if writing_key(cell.commune) not in self.communes_left_out
            and not (isinstance(cell.criterion, str) and writing_key(cell.criterion) in out)
        ]
        return self.asked("results", said, self._result)

    def _criterion(self, text: str) -> Likely:
        criterion, is_sure = result_columns.find_criterion(text, self.criteria)
        return (str(criterion.number) if criterion else ""), is_sure, NameFound()

    def _result(self, text: str) -> Likely:
        meaning = guess_meaning(text)
        return meaning.result, meaning.is_sure, NameFound()
