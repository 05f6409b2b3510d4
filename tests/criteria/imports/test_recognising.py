"""What is guessed of a table: columns, writings, names of communes."""

import datetime as dt

import pytest

from communes.models import Area, Commune
from criteria.imports import result_columns as columns
from criteria.imports.meanings import guess
from criteria.imports.names import CommuneNames, bare, is_no_commune
from criteria.models import Criterion

CRITERIA = [
    Criterion(number=1, name="Quy hoạch", short_name="Quy hoạch"),
    Criterion(number=2, name="Giao thông", short_name="Giao thông"),
    Criterion(number=17, name="Môi trường và an toàn thực phẩm", short_name="Môi trường"),
    Criterion(number=20, name="Khu dân cư", short_name="KDC", aliases="KDC mẫu\nVườn mẫu"),
]


@pytest.mark.parametrize(
    ("label", "key", "is_sure"),
    [
        ("1", "c1", True),
        ("TC 1", "c1", True),
        ("TC1", "c1", True),
        ("TC.17", "c17", True),
        ("Tiêu chí số 17", "c17", True),
        ("Tiêu chí / 17. Môi trường", "c17", True),
        ("2. Giao thông", "c2", True),
        ("GIAO THONG", "c2", True),
        ("Vườn mẫu", "c20", True),
        ("Quy họach", "c1", True),
        ("Giao thôngg", "c2", False),
        ("17 nội dung khác", "c17", False),
        ("Tên xã", "commune", True),
        ("Đơn vị", "commune", True),
    ],
)
def test_columns_are_recognised_by_number_and_by_name(label, key, is_sure):
    (found,) = columns.guess([label], CRITERIA).values()

    assert (found.key, found.is_sure) == (key, is_sure)


@pytest.mark.parametrize("label", ["TT", "Ghi chú", "2020", "18", "Tổng", ""])
def test_other_columns_are_left_out(label):
    assert columns.guess([label], CRITERIA) == {}


def test_a_column_of_totals_is_not_that_of_one_criterion_a_row():
    found = columns.guess(["Xã", "1", "2", "Tổng số tiêu chí đạt"], CRITERIA)

    assert {place: one.key for place, one in found.items()} == {1: "commune", 2: "c1", 3: "c2"}


@pytest.mark.parametrize(
    ("text", "result", "is_sure"),
    [
        ("Đạt", "met", True),
        ("ĐẠT", "met", True),
        ("đ", "met", True),
        ("✓", "met", True),
        ("x", "met", False),
        ("X", "met", False),
        ("+", "met", False),
        ("1", "met", False),
        ("v", "met", False),
        ("Đạt 95%", "met", False),
        ("Đạt (QĐ 218)", "met", False),
        ("cơ bản", "nearly", True),
        ("Cơ bản đạt", "nearly", True),
        ("CBĐ", "nearly", True),
        ("chưa", "not_met", True),
        ("Chưa đạt", "not_met", True),
        ("chua dat", "not_met", True),
        ("-", "not_met", False),
        ("0", "not_met", False),
        ("o", "not_met", False),
        ("K", "not_applicable", False),
        ("KAD", "not_applicable", True),
        ("Không áp dụng", "not_applicable", True),
        ("N/A", "not_applicable", True),
        ("Không xem xét, đánh giá", "not_considered", True),
        ("KX", "not_considered", True),
        ("Không xem xét (biên bản 11/4)", "not_considered", False),
        ("Không đánh giá", "", False),
        ("#N/A", "", False),
        ("#REF!", "", False),
        ("đang làm", "", False),
        ("91,5", "", False),
        ("Đạt được 3/5", "", False),
    ],
)
def test_writings_are_taken_for_what_offices_mean(text, result, is_sure):
    found = guess(text)

    assert (found.result, found.is_sure) == (result, is_sure)


def commune(name, code="1", **kwargs):
    return Commune(name=name, code=code, area=Area(name="Kỳ Anh"), **kwargs)


def test_a_name_is_found_whatever_its_kind_and_marks():
    names = CommuneNames([commune("Kỳ Lạc", "18850"), commune("Kỳ Tây", "18852")], dt.date.max)

    for text in ("Kỳ Lạc", "xã Kỳ Lạc", "X. KỲ LẠC", "ky lac", "18850"):
        assert names.find(text).commune.name == "Kỳ Lạc", text
    assert names.find("Kỳ Lạ").offered[0].name == "Kỳ Lạc"
    assert names.find("").commune is None


def test_marks_tell_two_names_apart():
    names = CommuneNames([commune("Kỳ Tân", "1"), commune("Kỳ Tấn", "2")], dt.date.max)

    assert names.find("Kỳ Tấn").commune.code == "2"
    assert len(names.find("ky tan").offered) == 2


def test_a_unit_of_another_time_is_not_taken():
    names = CommuneNames(
        [commune("Kỳ Mới", established_on=dt.date(2025, 7, 1)), commune("Kỳ Lạc")],
        dt.date(2020, 9, 8),
    )

    found = names.find("Kỳ Mới")

    assert found.commune is None
    assert "08/09/2020" in found.why


def test_totals_are_no_communes():
    assert is_no_commune("TỔNG CỘNG")
    assert not is_no_commune("Kỳ Tổng")
    assert bare("Thị trấn Kỳ Đồng") == "ky dong"
