"""Which column of a table holds what of indicators: a value or its two counts, each or one a row.

A column of one indicator is known by its code, as "2.1", and by what it holds of it: "value",
"part" (the number meeting it, or concerned) or "whole" (the number in all).
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from criteria.imports.result_columns import COMMUNE_FIELD, chosen_once
from criteria.imports.work import COMMUNE
from criteria.models import Indicator
from nrm_tracker.tables.recognising import Field, Guess, recognise
from nrm_tracker.text import search_key

INDICATOR, VALUE, PART, WHOLE = "indicator", "value", "part", "whole"
ROLES = (VALUE, PART, WHOLE)
NAMES = {
    COMMUNE: _("Commune"),
    INDICATOR: _("Indicator (one a row)"),
    VALUE: _("Value (one a row)"),
    PART: _("Number meeting it, or concerned (one a row)"),
    WHOLE: _("Number in all (one a row)"),
}
_FIELDS = [
    COMMUNE_FIELD,
    Field(INDICATOR, ("chỉ tiêu", "mã chỉ tiêu", "mã", "tên chỉ tiêu", "số chỉ tiêu", "indicator")),
    Field(
        VALUE,
        (
            *(
                "giá trị",
                "kết quả",
                "kết quả thực hiện",
                "thực hiện",
                "số liệu",
                "tỷ lệ",
                "tỷ lệ %",
            ),
            *("kết quả đạt được", "value"),
        ),
    ),
    Field(PART, ("số đạt", "số lượng đạt", "số hộ đạt", "số người đạt", "tử số", "part")),
    Field(WHOLE, ("tổng số", "tổng", "mẫu số", "tổng số hộ", "tổng số người", "total")),
]
_CODE = re.compile(r"(?:(?:chỉ tiêu|ct|tiêu chí|tc)\s*)?(\d{1,2}[.,]\d{1,2}[a-zđ]?)(?![\w.,]*\d)")
_PART, _WHOLE = re.compile(r"(so|dat|tu so)\b(?! lieu)"), re.compile(r"(tong|mau so)\b")


def key_of(indicator: Indicator) -> str:
    """How a table knows an indicator: its code is unique in its criterion."""
    return f"{indicator.criterion.number}/{indicator.code}"


def role_of(use: str) -> tuple[str, str]:
    """What a column holds of an indicator, and the key of that; ("", "") where it is of all."""
    role, _colon, key = use.partition(":")
    return (role, key) if key and role in ROLES else ("", "")


def codes_in(text: str, indicators: Iterable[Indicator]) -> list[Indicator]:
    """The indicators whose code begins the text: 2.1, 2,1 or Chỉ tiêu 2.1. One, or none."""
    found = _CODE.match(text.strip().lower())
    code = found[1].replace(",", ".") if found else ""
    return [one for one in indicators if one.code.lower() == code]


def may_be_cut(text: str, indicators: Iterable[Indicator]) -> bool:
    """Whether a program may have made the bare code of another one: 17.1 of 17.10."""
    code = text.strip().replace(",", ".")
    return any(one.code == f"{code}0" for one in indicators)


def find_indicator(text: str, indicators: Sequence[Indicator]) -> tuple[Indicator | None, bool]:
    """The indicator that a text means, by code or by name, and whether that is sure."""
    by_code = codes_in(text, indicators)
    if len(by_code) == 1:
        return by_code[0], True
    guess = recognise([text], list(map(_field, indicators))).get(0)
    if guess is None:
        return None, False
    return next(one for one in indicators if key_of(one) == guess.key), guess.is_sure


def guess(labels: Sequence[str], indicators: Sequence[Indicator]) -> dict[int, Guess]:
    """What each column is likely to hold; each thing for the first column that seems to."""
    general = {place + 1: one for place, one in recognise(labels, _FIELDS).items()}
    found: dict[int, Guess] = {}
    by_name = recognise(labels, list(map(_field, indicators)))
    known = {key_of(one): one for one in indicators}
    for place, label in enumerate(labels):
        if not label or general.get(place + 1, Guess("", is_sure=False)) == Guess(COMMUNE, True):
            continue
        code = next(filter(None, (codes_in(p, indicators) for p in label.split(" / "))), [])
        if len(code) == 1:
            indicator = code[0]
            is_sure = not any(may_be_cut(part, indicators) for part in label.split(" / "))
        elif place in by_name:
            indicator, is_sure = known[by_name[place].key], by_name[place].is_sure
        else:
            continue
        use = f"{_role(label, indicator)}:{key_of(indicator)}"
        if use not in {one.key for one in found.values()}:
            found[place + 1] = Guess(use, is_sure)
    uses = {one.key for one in found.values()}
    for number, one in found.items():
        role, key = role_of(one.key)
        if role != VALUE and not {f"{PART}:{key}", f"{WHOLE}:{key}"} <= uses:
            # One of two counts alone says nothing: it may be the value itself.
            found[number] = Guess(f"{VALUE}:{key}", is_sure=False)
    commune = {n: one for n, one in general.items() if one.key == COMMUNE and n not in found}
    return {**found, **commune} if found else general


def check(uses: Mapping[int, str]) -> None:
    """Refuse columns from which nobody could read values."""
    chosen = chosen_once(uses, _name)
    single = [role_of(use) for use in chosen if role_of(use)[0]]
    general = {INDICATOR, VALUE, PART, WHOLE} & set(chosen)
    if single and general:
        raise ValidationError(
            _("Choose either columns for each indicator, or one indicator and its value a row.")
        )
    if not single and not (INDICATOR in general and len(general) > 1):
        raise ValidationError(
            _("Choose at least one column of an indicator, or the two of indicator and value.")
        )
    by_key: dict[str, set[str]] = {"": general}
    for role, key in single:
        by_key.setdefault(key, set()).add(role)
    lacking = [key.partition("/")[2] for key, roles in by_key.items() if _is_half(roles)]
    if lacking:
        message = _("Choose both columns of a share, the number meeting it and that in all. %(of)s")
        raise ValidationError(message % {"of": ", ".join(filter(None, lacking))})


def _is_half(roles: Collection[str]) -> bool:
    return (PART in roles) != (WHOLE in roles)


def _name(use: str) -> str:
    _role, key = role_of(use)
    return key.partition("/")[2] if key else str(NAMES[use])


def _role(label: str, indicator: Indicator) -> str:
    """What a column of a share holds, by the lowest row of its head."""
    if indicator.kind != Indicator.Kind.PERCENT:
        return VALUE
    last = search_key(label.rpartition(" / ")[2])
    if _WHOLE.match(last):
        return WHOLE
    return PART if _PART.match(last) else VALUE


def _field(indicator: Indicator) -> Field:
    return Field(key_of(indicator), (indicator.text,))
