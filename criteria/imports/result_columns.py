"""Which column of a table holds what: the commune, and a criterion each or one a row."""

import re
from collections.abc import Callable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from criteria.imports.work import COMMUNE
from criteria.models import Criterion
from nrm_tracker.tables.recognising import Field, Guess, recognise
from nrm_tracker.text import search_key

CRITERION, RESULT = "criterion", "result"
_NAMES = {COMMUNE: _("Commune"), CRITERION: _("Criterion"), RESULT: _("Result")}
COMMUNE_FIELD = Field(
    COMMUNE,
    (
        *("xã", "tên xã", "tên xã, phường", "xã, phường", "xã, thị trấn", "đơn vị"),
        *("tên đơn vị", "địa phương", "đơn vị hành chính", "tên xã, thị trấn", "commune"),
    ),
)
_FIELDS = [
    COMMUNE_FIELD,
    Field(CRITERION, ("tiêu chí", "tên tiêu chí", "nội dung tiêu chí", "số tiêu chí", "criterion")),
    Field(
        RESULT,
        ("kết quả", "đánh giá", "kết quả đánh giá", "mức độ đạt", "tình trạng", "result"),
    ),
]
_NUMBERED = re.compile(r"(?:(?:tieu chi|tc) ?)?(?:so )?(\d{1,2})(?: (.*))?$")


def key_of(number: int) -> str:
    return f"c{number}"


def number_of(use: str) -> int | None:
    """The criterion that a column is of, where it is of one."""
    return int(use[1:]) if re.fullmatch(r"c\d{1,3}", use) else None


def find_criterion(text: str, criteria: Sequence[Criterion]) -> tuple[Criterion | None, bool]:
    """The criterion that a text means, by number or by name, and whether that is sure."""
    numbered = _NUMBERED.match(search_key(text))
    if numbered:
        found = next((c for c in criteria if c.number == int(numbered[1])), None)
        if found:
            rest = numbered[2] or ""
            return found, not rest or bool(recognise([rest], [_field(found)]))
    guess = recognise([text], list(map(_field, criteria))).get(0)
    if guess is None:
        return None, False
    return next(c for c in criteria if key_of(c.number) == guess.key), guess.is_sure


def guess(labels: Sequence[str], criteria: Sequence[Criterion]) -> dict[int, Guess]:
    """What each column is likely to hold; a criterion for the first column that names it."""
    found = {place + 1: one for place, one in recognise(labels, _FIELDS).items()}
    taken = {one.key for one in found.values() if one.is_sure}
    by_name = recognise(labels, list(map(_field, criteria)))
    for place, label in enumerate(labels):
        known = found.get(place + 1)
        if not label or (known and known.is_sure and known.key == COMMUNE):
            continue
        # Of a head of two rows the lower says which it is.
        criterion, is_sure = _numbered(label, criteria)
        key = key_of(criterion.number) if criterion else ""
        if not criterion and place in by_name and by_name[place].is_sure:
            key, is_sure = by_name[place].key, True
        elif not criterion and place in by_name and not known:
            key, is_sure = by_name[place].key, False
        if key and key not in taken:
            found[place + 1] = Guess(key, is_sure)
            taken.add(key)
    return _one_form(found)


def check(uses: Mapping[int, str]) -> None:
    """Refuse columns from which nobody could read results."""
    chosen = chosen_once(uses, lambda use: str(number_of(use) or _NAMES[use]))
    single = any(number_of(use) for use in chosen)
    pair = {CRITERION, RESULT} & set(chosen)
    if single and pair:
        raise ValidationError(
            _("Choose either a column for each criterion, or one criterion and one result a row.")
        )
    if not single and len(pair) < 2:
        raise ValidationError(
            _("Choose at least one column of a criterion, or the two of criterion and result.")
        )


def chosen_once(uses: Mapping[int, str], name: Callable[[str], str]) -> list[str]:
    """What was chosen for columns, the commune and each other thing once."""
    chosen = [use for use in uses.values() if use]
    twice = {use for use in chosen if chosen.count(use) > 1}
    if twice:
        names = ", ".join(map(name, sorted(twice)))
        raise ValidationError(_("Chosen for several columns: %(names)s.") % {"names": names})
    if COMMUNE not in chosen:
        raise ValidationError(_("Choose the column that names the commune."))
    return chosen


def _numbered(label: str, criteria: Sequence[Criterion]) -> tuple[Criterion | None, bool]:
    for part in (label.rpartition(" / ")[2], label):
        if _NUMBERED.match(search_key(part)):
            criterion, is_sure = find_criterion(part, criteria)
            if criterion:
                return criterion, is_sure
    return None, False


def _field(criterion: Criterion) -> Field:
    names = (criterion.name, criterion.short_name, *criterion.aliases.splitlines())
    return Field(key_of(criterion.number), tuple(filter(None, names)))


def _one_form(found: dict[int, Guess]) -> dict[int, Guess]:
    """Where criteria have columns, a column is neither of all criteria nor of one result."""
    single = sum(number_of(one.key) is not None for one in found.values())
    keys = {one.key for one in found.values()}
    pair = {CRITERION, RESULT} <= keys
    if single > 1 or (single and not pair):
        return {n: one for n, one in found.items() if one.key not in (CRITERION, RESULT)}
    if pair:
        return {n: one for n, one in found.items() if number_of(one.key) is None}
    return found
