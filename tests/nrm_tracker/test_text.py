import unicodedata

import pytest

from nrm_tracker import text


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Kỳ Lạc", "ky lac"),
        ("ĐỒNG  Tâm", "dong tam"),
        (unicodedata.normalize("NFD", "Lâm Hợp"), "lam hop"),
        ("218/QĐ-UBND", "218 qd ubnd"),
        ("", ""),
    ],
)
def test_search_key_drops_marks_case_and_signs(typed, key):
    assert text.search_key(typed) == key


def test_sort_key_follows_the_vietnamese_alphabet():
    names = ["Yên", "Đức", "Ân", "An", "Dung", "Ăn", "Ô", "Ơn", "On", "Ưng", "Út", "Êm", "Em"]

    ordered = sorted(names, key=text.sort_key)

    assert ordered == [
        "An",
        "Ăn",
        "Ân",
        "Dung",
        "Đức",
        "Em",
        "Êm",
        "On",
        "Ô",
        "Ơn",
        "Út",
        "Ưng",
        "Yên",
    ]


def test_sort_key_takes_tones_last_and_numbers_by_value():
    assert sorted(["má", "mạ", "ma", "mà", "mả", "mã"], key=text.sort_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]
    assert sorted(["Thôn 10", "Thôn 9"], key=text.sort_key) == ["Thôn 9", "Thôn 10"]


def test_sort_key_is_of_plain_letters_and_digits():
    assert text.sort_key("Kỳ Đồng – Ưng (2020)").replace(" ", "").isalnum()
    assert text.sort_key("Kỳ Đồng").isascii()


@pytest.mark.parametrize(
    ("value", "said"),
    [(7, "7"), (7.0, "7"), (17.1, "17.1"), (" 7 ", "7"), ("17.10\u00a0", "17.10"), (None, "")],
)
def test_what_a_cell_of_a_workbook_says(value, said):
    assert text.of_cell(value) == said
