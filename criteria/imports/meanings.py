"""What offices write into a cell, and which result they mean by it."""

import re
from dataclasses import dataclass

from criteria.models import Result
from nrm_tracker.text import search_key


@dataclass(frozen=True)
class Meaning:
    """A result, or "" where nobody can guess; not sure where offices differ."""

    result: str = ""
    is_sure: bool = False


# Words without marks: what they say is what they mean.
_WORDS = {
    Result.MET: "dat|da dat|dat chuan|hoan thanh|da hoan thanh|co|yes|true|met",
    Result.NEARLY: "co ban dat|co ban|dat co ban|co ban hoan thanh|cb|cbd|nearly",
    Result.NOT_MET: "chua dat|chua|khong dat|khong|chua hoan thanh|cd|kd|no|false|not met",
    Result.NOT_APPLICABLE: "khong ap dung|kad|khong phai thuc hien|khong thuc hien|n a",
    Result.NOT_CONSIDERED: "khong xem xet danh gia|khong xem xet|kx|not considered",
}
_SURE = {word: result for result, words in _WORDS.items() for word in words.split("|")}
# Signs, as they are typed in small letters: they mean another thing elsewhere.
_SIGNS = {
    **dict.fromkeys(("đ", "x", "+", "1", "v", "✓", "✔", "☑", "√", "✕", "×", "d"), Result.MET),
    **dict.fromkeys(("-", "0", "o", "c", "☐", "–"), Result.NOT_MET),
    **dict.fromkeys(("~", "±"), Result.NEARLY),
    **dict.fromkeys(("k", "/"), Result.NOT_APPLICABLE),
}
# Ticks and crosses of which nobody doubts the meaning.
_CLEAR = {"đ", "✓", "✔", "☑"}
# "Đạt 95%" and "Đạt (QĐ 218)": the word stands first.
_BEGINS = re.compile(
    r"(chua dat|khong dat|co ban dat|khong ap dung|khong xem xet|dat)\b(?! duoc\b)"
)


def guess(text: str) -> Meaning:
    key = text.casefold()
    if key.startswith("#"):
        # An error of the workbook: #N/A is not "n/a".
        return Meaning()
    if key in _SIGNS:
        return Meaning(_SIGNS[key], is_sure=key in _CLEAR)
    words = search_key(text)
    if words in _SURE:
        return Meaning(_SURE[words], is_sure=True)
    begins = _BEGINS.match(words)
    return Meaning(_SURE[begins[1]]) if begins else Meaning()
