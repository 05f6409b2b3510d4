import unicodedata

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize(
    ("found", "words", "marked"),
    [
        ("Xã Kỳ Lạc", "ky lac", "Xã <mark>Kỳ</mark> <mark>Lạc</mark>"),
        ("Xã Kỳ Lạc", "kylac", "Xã <mark>Kỳ Lạc</mark>"),
        ("Đồng Đỏ", "dong", "<mark>Đồng</mark> Đỏ"),
        ("318/QĐ-UBND", "318 qđ", "<mark>318</mark>/<mark>QĐ</mark>-UBND"),
        (unicodedata.normalize("NFD", "Kỳ"), "ky", "<mark>Kỳ</mark>"),
        ("a < b & c", "b", "a &lt; <mark>b</mark> &amp; c"),
        ("ababa", "aba", "<mark>ababa</mark>"),
        ("Kỳ Lạc", "", "Kỳ Lạc"),
        ("Kỳ Lạc", "lâm", "Kỳ Lạc"),
    ],
)
def test_words_are_marked_as_they_are_found(found, words, marked):
    assert text.with_marked(found, words) == marked


@given(st.text(), st.text())
def test_marks_change_nothing_of_a_text(found, words):
    marked = text.with_marked(found, words)

    bare = marked.replace("<mark>", "").replace("</mark>", "")
    assert bare == escape(unicodedata.normalize("NFC", found))


def test_an_excerpt_holds_what_was_found():
    long = f"{'Đầu. ' * 200}đường găng{' cuối.' * 200}"

    assert "đường găng" in text.around(long, "duong gang", 240)
    assert len(text.around(long, "duong gang", 240)) <= 242
    assert text.around("Ngắn.", "dài", 240) == "Ngắn."
    assert text.around(long, "không có", 240).startswith("Đầu.")


@pytest.mark.parametrize(
    ("joined", "said"),
    [
        ("số liệu ngày 31/08/2020.. Cần bổ sung", "số liệu ngày 31/08/2020. Cần bổ sung"),
        ("Đã đủ chưa?. Cần bổ sung", "Đã đủ chưa? Cần bổ sung"),
        ("Còn thiếu…. Cần bổ sung", "Còn thiếu… Cần bổ sung"),
        ("Còn thiếu... Cần bổ sung", "Còn thiếu... Cần bổ sung"),
        ("Đường, cầu, v.v.. Hạn: 30/09/2020.", "Đường, cầu, v.v. Hạn: 30/09/2020."),
    ],
)
def test_no_stop_stands_twice(joined, said):
    assert text.one_stop(joined) == said


def test_what_somebody_wrote_stands_before_another_sentence_or_within_one():
    assert [text.sentence(one) for one in ("Thiếu sổ ", "Thiếu sổ.", "Thiếu?", "")] == [
        "Thiếu sổ.", "Thiếu sổ.", "Thiếu?", ""
    ]  # fmt: skip
    assert text.clause("Thiếu sổ. ") == "Thiếu sổ"
