"""Vietnamese text: one spelling in the database, search without marks, the alphabet's order.

Both keys are made in Python and hold `[0-9a-z]` and spaces only. What lists sort by is compared
byte by byte on both databases, whatever the collation of the database (rule 16): many a locale
passes over spaces, and would put "Bác Ái Tây" before "Bác Ái".
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from itertools import groupby, starmap
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Replace
from django.db.models.lookups import Contains
from django.utils.safestring import SafeString, mark_safe

# Vietnamese collation: letters first (ă after a, â after ă, đ after d ...), tones last.
_LETTERS = {
    letter: f"{rank:02d}"
    for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=10)
}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
# A word of fewer letters is as likely a syllable's end and another's beginning.
_SHORTEST_RUN_TOGETHER = 5


def normalize(text: str) -> str:
    """`text` in NFC, without surrounding white space."""
    return unicodedata.normalize("NFC", text).strip()


def of_cell(value: Any) -> str:
    """What a spreadsheet's cell holds, as text, however its program wrote it: 7.0 is 7."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return normalize(str(value if value is not None else ""))


# How Word and the web break lines, and the spaces that only look like one.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
# Letters that no XML may hold, and so no Word document.
# A stop after what ends by itself; three in a row are one mark.
_STOP_TWICE = re.compile(r"(?<![.…])([.!?…])\.(?!\.)")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\u200b\ufeff\u00ad]")
# Signs of the fonts Symbol and Wingdings, which Word hands over as letters of nobody's: those that
# begin a line are bullets, and of the others these are known.
_BULLETS = re.compile("^([ \t]*)[\ue000-\uf8ff][ \t]*", re.MULTILINE)
_SIGNS = str.maketrans("\uf0a3\uf0b3\uf0b1\uf0b4\uf0b0\uf0ae\uf0e0\uf0b7", "≤≥±×°→→•")


def pasted(text: str) -> str:
    """`text` as it is kept when it was pasted from Word: in NFC, its lines apart by \\n and its
    bullets dashes, with plain spaces, and nothing in it that a document could not hold."""
    text = _SPACES.sub(" ", _BREAKS.sub("\n", text))
    text = _BULLETS.sub(r"\1- ", text).translate(_SIGNS)
    return normalize(_FORBIDDEN.sub("", text))


def one_stop(text: str) -> str:
    """Sentences into which texts were set that end by themselves: no stop stands twice."""
    return _STOP_TWICE.sub(r"\1", text)


def clause(text: str) -> str:
    """What somebody wrote as a sentence, to stand within another."""
    return text.strip().removesuffix(".")


def sentence(text: str) -> str:
    """What somebody wrote, with a stop at its end where another sentence follows."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…", ":", ";")) else f"{text}."


def search_key(text: str) -> str:
    """`text` as it is searched: lower case, no marks, đ as d, words apart by one space."""
    return " ".join(re.findall(r"[0-9a-z]+", without_marks(text)))


def has_words(text: str, words: str) -> bool:
    """Whether every word of `words` occurs in `text`, whatever its marks and case."""
    key = search_key(text)
    return all(word in key for word in search_key(words).split())


def without_marks(text: str) -> str:
    """`text` in lower case, its letters without their marks, đ as d."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def with_marked(text: str, words: str) -> SafeString:
    """`text` as HTML in which every word of `words` stands in <mark>, as a search finds it."""
    text = unicodedata.normalize("NFC", text)
    marked = _marked(text, words)
    runs = groupby(enumerate(text), key=lambda letter: letter[0] in marked)
    return mark_safe("".join(starmap(_run, runs)))  # noqa: S308 it is escaped


def around(text: str, words: str, longest: int) -> str:
    """At most `longest` letters of `text`, with the first of `words` that is found in it."""
    text = unicodedata.normalize("NFC", text)
    if len(text) <= longest:
        return text
    found = min(_marked(text, words), default=0)
    first = max(0, min(found - longest // 3, len(text) - longest))
    last = first + longest
    return f"{'…' * (first > 0)}{text[first:last].strip()}{'…' * (last < len(text))}"


def _marked(text: str, words: str) -> set[int]:
    """The places of the letters that a search for `words` finds."""
    letters = [(bare, place) for place, one in enumerate(text) for bare in _bare(one)]
    together = [letter for letter in letters if letter[0].isalnum()]
    marked: set[int] = set()
    for word in set(search_key(words).split()):
        marked |= _places(word, letters)
        if len(word) >= _SHORTEST_RUN_TOGETHER:
            marked |= _places(word, together)
    return marked


@lru_cache(maxsize=1000)
def _bare(letter: str) -> str:
    """The same few letters make up a long text."""
    return without_marks(letter)


def _places(word: str, letters: list[tuple[str, int]]) -> set[int]:
    """Where in the text the letters stand that make up the word."""
    key = "".join(bare for bare, _place in letters)
    found = (at.start() for at in re.finditer(f"(?={word})", key))
    spans = ((letters[first][1], letters[first + len(word) - 1][1]) for first in found)
    return {place for first, last in spans for place in range(first, last + 1)}


def _run(is_marked: bool, letters: Iterable[tuple[int, str]]) -> str:
    escaped = escape("".join(letter for _place, letter in letters))
    return f"<mark>{escaped}</mark>" if is_marked else escaped


def sort_key(text: str) -> str:
    """A key under which plain comparison gives Vietnamese order, numbers by value."""
    letters: list[str] = []
    tones: list[str] = []
    for word in re.findall(r"\d+|\D", unicodedata.normalize("NFC", text.lower())):
        if word.isdecimal():
            letters.append(f"0{int(word):08d}")
            continue
        base, tone = _split(word)
        code = _LETTERS.get(base)
        if code:
            letters.append(code)
            tones.append(tone)
        elif letters and letters[-1] != "00":
            letters.append("00")
    return "".join(letters) + " " + "".join(tones)


def _split(letter: str) -> tuple[str, str]:
    """The letter without its tone, and the tone: ễ is ê with a ngã."""
    parts = unicodedata.normalize("NFD", letter)
    tone = next((_TONES[mark] for mark in parts[1:] if mark in _TONES), "0")
    base = parts[0] + "".join(mark for mark in parts[1:] if mark in _SHAPES)
    return unicodedata.normalize("NFC", base), tone


class _KeyField(models.CharField):
    """A column made from other columns of the same row whenever it is saved.

    It holds the first `longest` letters; what comes after is not found.
    """

    def __init__(
        self,
        *args: Any,
        sources: tuple[str, ...] = ("name",),
        longest: int = 1000,
        **kwargs: Any,
    ) -> None:
        self.sources, self.longest = sources, longest
        kwargs.update(max_length=longest, editable=False, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "editable", "default"):
            kwargs.pop(fixed, None)
        if self.longest != 1000:
            kwargs["longest"] = self.longest
        return name, path, args, {**kwargs, "sources": self.sources}

    def make(self, text: str) -> str:
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = " ".join(str(getattr(model_instance, source) or "") for source in self.sources)
        key = self.make(text)
        setattr(model_instance, self.attname, key)
        return key


class SearchKeyField(_KeyField):
    """What a search looks into: see `search_key`."""

    def make(self, text: str) -> str:
        return search_key(text)[: self.longest]


class SortKeyField(_KeyField):
    """What a list sorts by: see `sort_key`."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters

    def make(self, text: str) -> str:
        return sort_key(text)[: self.longest]


def compare_bytewise(apps: Any, schema_editor: Any, app_label: str) -> None:
    """For a migration: the sort keys of a room that were made with the database's collation."""
    if schema_editor.connection.vendor != "postgresql":
        return
    quote = schema_editor.quote_name
    for model in apps.get_app_config(app_label).get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SortKeyField):
                schema_editor.execute(
                    f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {quote(field.column)} "
                    f'TYPE {field.db_type(schema_editor.connection)} COLLATE "C"'
                )


class NameField(models.CharField):
    """A line of text, stored in NFC."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalize(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _store_normalized(self, model_instance)


class ProseField(models.TextField):
    """Any amount of text, stored in NFC."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalize(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _store_normalized(self, model_instance)


def _store_normalized(field: models.Field, instance: models.Model) -> Any:
    value = field.to_python(getattr(instance, field.attname))
    setattr(instance, field.attname, value)
    return value


# A longer text is no search: a database refuses to look for it.
LONGEST_SEARCH = 300


class SearchQuerySet(models.QuerySet):
    """Rows with a `search_key`."""

    # What people say before the name of such a row, as a search key: "xã" Kỳ Lạc.
    kinds: ClassVar[tuple[str, ...]] = ()
    # Whether "kylac" finds Kỳ Lạc: of short names only, since no index helps.
    is_found_run_together: ClassVar[bool] = False

    def search(self, words: str) -> Any:
        """The rows in which every word of `words` occurs, whatever its marks and case."""
        if len(words) > LONGEST_SEARCH:
            return self.none()
        rows = self
        for word in self.without_kind(words).split():
            rows = rows.filter(self._with_word(word))
        return rows

    def without_kind(self, words: str) -> str:
        """The key of `words`, without the kind that they begin with where a name follows it."""
        key = search_key(words)
        said = (kind for kind in self.kinds if key.startswith(f"{kind} "))
        return key.removeprefix(next(said, "")).strip()

    def _with_word(self, word: str) -> models.Q:
        found = models.Q(search_key__contains=word)
        if self.is_found_run_together and len(word) >= _SHORTEST_RUN_TOGETHER:
            run_together = Replace("search_key", models.Value(" "), models.Value(""))
            found |= models.Q(Contains(run_together, models.Value(word)))
        return found
