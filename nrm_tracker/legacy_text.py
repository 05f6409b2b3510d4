"""Text from before Unicode, as old Word documents still carry it.

TCVN3, also called ABC (TCVN 5712:1993, the fonts .Vn…), keeps Vietnamese letters where Latin-1 has
signs: đ is ®, ư is the soft hyphen. What is pasted has lost its font, so it is known by its signs;
the whole of it, for a line alone may have too few. Only what is typed is looked at: what is kept is
in Unicode already.
"""

import re

_TCVN3 = str.maketrans(
    "µ¸¶·¹" "¨»¾¼½Æ" "©ÇÊÈÉË" "®"
    "ÌÐÎÏÑ" "ªÒÕÓÔÖ" "×ÝØÜÞ"
    "ßãáâä" "«åèæçé" "¬êíëìî"
    "ïóñòô" "\xadõøö÷ù" "úýûüþ"
    "¡¢§£¤¥¦",
    "àáảãạ" "ăằắẳẵặ" "âầấẩẫậ" "đ"
    "èéẻẽẹ" "êềếểễệ" "ìíỉĩị"
    "òóỏõọ" "ôồốổỗộ" "ơờớởỡợ"
    "ùúủũụ" "ưừứửữự" "ỳýỷỹỵ"
    "ĂÂĐÊÔƠƯ",
)  # fmt: skip
# Signs between two letters, where no text of today has them: a unit, a product or a mark of trade
# (5 µg, 20m×30m, kW·h, Ariston®) is no evidence. And letters that only Unicode has.
_SIGNS = re.compile("(?<=[A-Za-z])[µ¸¶¹¨»¾¼½©®ª«¬](?=[A-Za-z])")
_UNICODE = re.compile("[ăĂđĐĩĨũŨơƠưƯ\u1ea0-\u1ef9]")
_SURE = 2
# What stands in any of the fonts whose names begin so is TCVN3.
TCVN3_FONT = ".Vn"


def is_tcvn3(text: str) -> bool:
    """Whether at least two places of the text can only be TCVN3, and none only Unicode."""
    return len(_SIGNS.findall(text)) >= _SURE and not _UNICODE.search(text)


def decoded(text: str) -> str:
    """The text in Unicode, if it is TCVN3; else as it is."""
    return text.translate(_TCVN3) if is_tcvn3(text) else text


def by_font(text: str, font: str) -> str:
    """The text in Unicode, if its font (.VnTime, .VnTimeH) draws TCVN3; else as it is.

    A font whose name ends in H draws small letters as capitals.
    """
    if not font.startswith(TCVN3_FONT) or _UNICODE.search(text):
        return text
    unicode = text.translate(_TCVN3)
    return unicode.upper() if font.endswith("H") else unicode
