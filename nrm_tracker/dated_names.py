"""Names that change from a day on: what was said before that day keeps the name of its time.

A row carries how it was called before, oldest first, one line each: the day from which that name
held no longer, and the names. So a page that has the row asks nothing further.
"""

import copy
import datetime as dt
from typing import Any, ClassVar, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Expression, F, Func, TextField, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nrm_tracker import clock

Names = tuple[str, str]
BETWEEN, END = "\t", "\x1e"


class EarlierNames(NamedTuple):
    """The two names of a row until a day, on which it had others already."""

    until: dt.date
    names: Names


class ChangeOfName(NamedTuple):
    """From which day a row had other names."""

    on: dt.date
    before: Names
    after: Names


class DatedNames(models.Model):
    """What has two names, each a line, that are known for every day."""

    DATED: ClassVar[Names]

    earlier_names = models.TextField(_("earlier names"), blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @property
    def names(self) -> Names:
        first, second = (getattr(self, name) for name in self.DATED)
        return first, second

    @property
    def naming(self) -> tuple[Names, str]:
        """What it is called now and was called before: all that a change of name writes."""
        return self.names, self.earlier_names

    @property
    def changes_of_name(self) -> list[ChangeOfName]:
        """Each change with its day, oldest first."""
        earlier = _read(self.earlier_names)
        after = [*(one.names for one in earlier), self.names][1:]
        return [ChangeOfName(*one, then) for one, then in zip(earlier, after, strict=True)]

    def named_on(self, moment: dt.date | dt.datetime | None) -> Self:
        """The row as it was called then: itself, where that is as now."""
        if not self.earlier_names:
            return self
        names = names_then(self.names, self.earlier_names, moment)
        if names == self.names:
            return self
        then = copy.copy(self)
        then._call(names)
        return then

    def rename(self, before: Names, on: dt.date) -> None:
        """Keep the names of before: they held until that day. Refuses a day that cannot be."""
        self.earlier_names = _written(_followed(_read(self.earlier_names), before, on))

    def take_back(self) -> None:
        """The last change was wrong: all stands as before it."""
        *earlier, last = _read(self.earlier_names)
        self.earlier_names = _written(earlier)
        self._call(last.names)

    def redate(self, on: dt.date) -> None:
        """The last change has a wrong day. Refuses a day that cannot be."""
        *earlier, last = _read(self.earlier_names)
        self.earlier_names = _written(_followed(earlier, last.names, on))

    def respell(self, before: Names) -> None:
        """The names of before were misspelt: they are put right on every day."""
        corrected = [
            EarlierNames(until, self._put_right(names, before))
            for until, names in _read(self.earlier_names)
        ]
        self.earlier_names = _written(corrected)

    def _put_right(self, names: Names, before: Names) -> Names:
        first, second = (
            right if name == wrong else name
            for name, wrong, right in zip(names, before, self.names, strict=True)
        )
        return first, second

    def _call(self, names: Names) -> None:
        for field, name in zip(self.DATED, names, strict=True):
            setattr(self, field, name)


def names_then(now: Names, earlier: str, moment: dt.date | dt.datetime | None) -> Names:
    """The names that held at a moment, on its local day; those of now where there is none."""
    if not earlier or moment is None:
        return now
    day = clock.local_day(moment) if isinstance(moment, dt.datetime) else moment
    return next((names for until, names in _read(earlier) if day < until), now)


def packed(path: str, model: type[DatedNames]) -> Expression:
    """All names of the row at `path` as one text, for queries of columns; see `unpacked`."""
    first, second = (F(f"{path}__{name}") for name in model.DATED)
    # Whatever somebody typed stands last: the lines before it are ours.
    parts: tuple[Any, ...] = (F(f"{path}__earlier_names"), Value(END), first, Value(END), second)
    return joined(*parts)


def joined(*parts: Any) -> Expression:
    return _Joined(*parts, output_field=TextField())


class _Joined(Func):
    """Texts one after another, NULL where the row is not there. `Concat` asks of each part whether
    it is NULL, which takes longer to compile than the rest of its query."""

    template = "(%(expressions)s)"
    arg_joiner = " || "


def unpacked(text: str | None, moment: dt.date | dt.datetime | None) -> Names:
    """The names at a moment of what `packed` read; empty where there was no row."""
    earlier, _end, names = (text or "").partition(END)
    first, _end, second = names.partition(END)
    return names_then((first, second), earlier, moment)


def in_one_line(names: Names) -> str:
    """Both names: "Nguyễn Văn A, Chủ tịch"."""
    return ", ".join(filter(None, names))


def _followed(earlier: list[EarlierNames], before: Names, on: dt.date) -> list[EarlierNames]:
    """The earlier names, with those that held after them until a day."""
    if on > clock.today():
        raise ValidationError(gettext("A name that begins later is entered on its day."))
    if earlier and on <= earlier[-1].until:
        message = gettext("The name before this one began on %(day)s: choose a later day.")
        raise ValidationError(message % {"day": f"{earlier[-1].until:%d/%m/%Y}"})
    return [*earlier, EarlierNames(on, before)]


def _read(text: str) -> list[EarlierNames]:
    lines = (line.split(BETWEEN) for line in text.split("\n") if line)
    return [EarlierNames(dt.date.fromisoformat(day), (a, b)) for day, a, b in lines]


def _written(earlier: list[EarlierNames]) -> str:
    lines = ((until.isoformat(), *map(_one_line, names)) for until, names in earlier)
    return "\n".join(map(BETWEEN.join, lines))


def _one_line(name: str) -> str:
    return " ".join(name.split())
