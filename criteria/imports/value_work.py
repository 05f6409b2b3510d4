"""A table of values: columns for each indicator, or an indicator and its value one a row."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from criteria.imports import value_columns
from criteria.imports.meanings import guess as guess_meaning
from criteria.imports.names import NameFound
from criteria.imports.value_cells import SaidValue, doubt, numbers, said_values
from criteria.imports.value_columns import PART, ROLES, VALUE, WHOLE
from criteria.imports.work import LEFT_OUT, Likely, Question, Work, writing_key
from criteria.models import Indicator, Result
from criteria.standards import yardstick
from nrm_tracker.forms import PROSE, WordsField
from nrm_tracker.tables.recognising import Guess

_YES_NO: dict[str, str] = {Result.MET: "yes", Result.NOT_MET: "no"}
_TEXT = WordsField(limit=PROSE, required=False)
# Of a value that is no number all is said in one text.
_IN_WORDS = (Indicator.Kind.BOOLEAN, Indicator.Kind.TEXT)


class ValueWork(Work):
    @cached_property
    def indicators(self) -> list[Indicator]:
        """Those that are measured, each with its criterion and its thresholds: three queries."""
        criteria = self.run.criteria_set.criteria.values_list("pk", flat=True)
        scales = yardstick.scales_of(criteria)
        return [one for one, _thresholds in scales if one.kind != Indicator.Kind.GROUP]

    @cached_property
    def by_key(self) -> dict[str, Indicator]:
        return {value_columns.key_of(one): one for one in self.indicators}

    def guess(self, labels: Sequence[str]) -> dict[int, Guess]:
        return value_columns.guess(labels, self.indicators)

    def check_columns(self, uses: Mapping[int, str]) -> None:
        value_columns.check(uses)

    @property
    def column_choices(self) -> list[tuple[str, str]]:
        found, part, whole = [], gettext("number meeting it"), gettext("number in all")
        for key, one in self.by_key.items():
            name = f"{one.code} {one.text[:60]}"
            found.append((f"{VALUE}:{key}", name))
            if one.kind == Indicator.Kind.PERCENT:
                found.append((f"{PART}:{key}", f"{name}: {part}"))
                found.append((f"{WHOLE}:{key}", f"{name}: {whole}"))
        general = (value_columns.INDICATOR, *ROLES)
        return [*found, *((use, str(value_columns.NAMES[use])) for use in general)]

    @cached_property
    def cells(self) -> list[SaidValue]:
        without = self.without_hidden
        return list(said_values(self.table, self.head, self.uses, without_hidden=without))

    @property
    def questions(self) -> dict[str, list[Question]]:
        return {
            "communes": self.commune_questions,
            "indicators": self.indicator_questions,
            "yes_no": self.yes_no_questions,
            "readings": self.reading_questions,
            "unread": self.unread_questions,
        }

    def options(self, kind: str, question: Question) -> list[tuple[str, str]]:
        if kind == "indicators":
            return [(key, str(one)[:100]) for key, one in self.by_key.items()]
        if kind == "yes_no":
            return [("yes", gettext("Met")), ("no", gettext("Not met"))]
        return [(str(number), one) for number, one in enumerate(question.readings)]

    @cached_property
    def indicator_questions(self) -> list[Question]:
        said = [(c.indicator, c.indicator, c.place) for c in self.cells if not c.is_key]
        return self.asked("indicators", said, self._indicator)

    @cached_property
    def yes_no_questions(self) -> list[Question]:
        said = [
            (text, text, cell.place)
            for cell, indicator in self._known_cells
            if indicator.kind == Indicator.Kind.BOOLEAN
            for role, text in cell.texts
            if role == VALUE
        ]
        return self.asked("yes_no", said, _yes_or_no)

    @cached_property
    def reading_questions(self) -> list[Question]:
        """Of each indicator by itself: 1.250 km may be 1250 in one column, 1,25 in another."""
        found = [one for one in self._doubts if one[3]]
        said = [(_of(indicator, text), text, place) for indicator, text, place, _r in found]
        readings = {
            writing_key(_of(indicator, text)): either for indicator, text, _place, either in found
        }
        return self.asked("readings", said, lambda _text: ("", False, NameFound()), readings)

    @cached_property
    def unread_questions(self) -> list[Question]:
        said = [(text, text, place) for _i, text, place, readings in self._doubts if not readings]
        return self.asked("unread", said, lambda _text: ("", False, NameFound()))

    def indicator_of(self, cell: SaidValue) -> str:
        """The key of the indicator that is meant, LEFT_OUT, or "" where nobody has said yet."""
        if cell.is_key:
            return cell.indicator
        return self._indicators_chosen[writing_key(cell.indicator)]

    def said_of(self, cell: SaidValue, indicator: Indicator) -> dict[str, Any] | None:
        """What a cell says, by the names of `Given`; None where it is left out.

        Raises ValidationError.
        """
        texts = dict(cell.texts)
        if indicator.kind in _IN_WORDS and texts.keys() != {VALUE}:
            raise ValidationError(gettext("This indicator does not ask for it."))
        if indicator.kind == Indicator.Kind.TEXT:
            return {"text": _TEXT.clean(texts[VALUE])}
        if indicator.kind == Indicator.Kind.BOOLEAN:
            answer = self._chosen["yes_no"][writing_key(texts[VALUE])]
            if answer not in ("yes", "no", LEFT_OUT):
                raise ValidationError(gettext("Not said yet what is meant."))
            return None if answer == LEFT_OUT else {"yes_no": answer == "yes"}
        kept = self._answered(indicator, texts)
        return numbers(indicator, kept) if kept else None

    def _answered(self, indicator: Indicator, texts: dict[str, str]) -> dict[str, str]:
        """The texts of numbers with what was said of those that are none or may be two."""
        readings, unread = self._chosen["readings"], self._chosen["unread"]
        kept = {}
        for role, text in texts.items():
            key = writing_key(_of(indicator, text))
            either = self._either.get(key, ())
            answer = readings.get(key) if either else None
            answer = unread.get(writing_key(text)) if answer is None else answer
            if answer != LEFT_OUT:
                kept[role] = either[int(answer)] if either and answer else text
        if {PART, WHOLE} & (texts.keys() - kept.keys()):
            # One count says nothing without the other.
            kept = {role: text for role, text in kept.items() if role == VALUE}
        return kept

    @cached_property
    def _chosen(self) -> dict[str, dict[str, str]]:
        """What each writing of a kind was taken for."""
        return {kind: {q.key: q.chosen for q in found} for kind, found in self.questions.items()}

    @cached_property
    def _indicators_chosen(self) -> dict[str, str]:
        return {q.key: q.chosen for q in self.indicator_questions}

    @cached_property
    def _either(self) -> dict[str, tuple[str, ...]]:
        return {q.key: q.readings for q in self.reading_questions}

    @cached_property
    def _known_cells(self) -> list[tuple[SaidValue, Indicator]]:
        """Of the rows that are not left out."""
        found = []
        for cell in self.cells:
            key = self.indicator_of(cell)
            if key in self.by_key and writing_key(cell.commune) not in self.communes_left_out:
                found.append((cell, self.by_key[key]))
        return found

    @cached_property
    def _doubts(self) -> list[tuple[Indicator, str, str, tuple[str, ...]]]:
        """The texts that are no number or one of two, each with its place."""
        return list(self._find_doubts())

    def _find_doubts(self) -> Iterator[tuple[Indicator, str, str, tuple[str, ...]]]:
        for cell, indicator in self._known_cells:
            if indicator.kind in _IN_WORDS:
                continue
            for role, text in cell.texts:
                readings = doubt(indicator, role, text)
                if readings is not None:
                    yield indicator, text, cell.place, readings

    def _indicator(self, text: str) -> Likely:
        if value_columns.may_be_cut(text, self.indicators):
            why = gettext("A program may have made %(code)s of %(code)s0: format it as text.")
            return "", False, NameFound(why=why % {"code": text})
        indicator, is_sure = value_columns.find_indicator(text, self.indicators)
        return (value_columns.key_of(indicator) if indicator else ""), is_sure, NameFound()


def _of(indicator: Indicator, text: str) -> str:
    return f"{value_columns.key_of(indicator)} {text}"


def _yes_or_no(text: str) -> Likely:
    meaning = guess_meaning(text)
    return _YES_NO.get(meaning.result, ""), meaning.is_sure, NameFound()
