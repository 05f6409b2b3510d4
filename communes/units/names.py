"""Names of units as they are compared: hoà is hòa, "Phường 01" is "Phường 1"."""

import re
import unicodedata
from functools import lru_cache

from nrm_tracker.text import search_key

_TONES = "\u0300\u0301\u0303\u0309\u0323"


@lru_cache(2**15)
def marked_key(text: str) -> str:
    """`text` with its marks, each syllable's tone at its end, wherever it was written."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text.lower()))
    return " ".join(_numbered(_tone_last(word)) for word in words)


@lru_cache(2**15)
def bare_key(text: str) -> str:
    """`text` without marks."""
    return " ".join(map(_numbered, search_key(text).split()))


def joined_key(text: str) -> str:
    """`text` without marks and spaces."""
    return bare_key(text).replace(" ", "")


def has_marks(text: str) -> bool:
    return marked_key(text) != bare_key(text)


def _tone_last(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    rest = "".join(part for part in parts if part not in _TONES)
    tones = "".join(part for part in parts if part in _TONES)
    return unicodedata.normalize("NFC", rest) + tones


def _numbered(word: str) -> str:
    return str(int(word)) if word.isdecimal() else word
