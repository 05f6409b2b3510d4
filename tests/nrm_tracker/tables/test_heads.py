import pytest

from nrm_tracker.tables.heads import Head, first_row_below, guess, labels
from nrm_tracker.tables.reading import Table
from nrm_tracker.tables.recognising import Field, Guess, digest, near, recognise
from nrm_tracker.workbooks import SheetCell


def table(*rows, merged=()):
    cells = [[SheetCell("s" if isinstance(v, str) else "n", v, "") for v in row] for row in rows]
    return Table("A", cells, list(merged))


TITLE = ["UBND HUYỆN KỲ ANH", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]


@pytest.mark.parametrize(
    ("given", "head", "called", "below"),
    [
        (table(["Xã", "TC 1"], ["Kỳ Lạc", "Đạt"]), (1, 1), ["Xã", "TC 1"], 2),
        (
            table(TITLE, [], ["TT", "Tên xã", "Quy hoạch", "Giao thông"], [1, "Kỳ Lạc", "x", "x"]),
            (3, 3),
            ["TT", "Tên xã", "Quy hoạch", "Giao thông"],
            4,
        ),
        (
            table(
                ["TT", "Tên xã", "Tiêu chí", None],
                [None, None, 1, 2],
                ["(1)", "(2)", "(3)", "(4)"],
                [1, "Kỳ Lạc", "Đạt", "Chưa"],
                merged=[(1, 1, 1, 2), (2, 1, 2, 2), (3, 1, 4, 1)],
            ),
            (1, 2),
            ["TT", "Tên xã", "Tiêu chí / 1", "Tiêu chí / 2"],
            4,
        ),
    ],
)
def test_the_head_is_found(given, head, called, below):
    found = guess(given)

    assert found == Head(*head)
    assert labels(given, found) == called
    assert first_row_below(given, found) == below


def test_what_somebody_knows_tells_the_head():
    given = table(["a", "b", "c", "d"], ["Xã", 1, 2, 3], ["Kỳ Lạc", "x", "x", "x"])

    assert guess(given, {"Xã", "1", "2", "3"}.__contains__) == Head(2, 2)


def test_a_row_above_that_names_the_rest_belongs_to_the_head():
    given = table(
        ["TT", "Xã", "Các tiêu chí", None, None],
        [None, None, 1, 2, 3],
        [1, "Kỳ Lạc", "x", "x", "x"],
        merged=[(3, 1, 5, 1)],
    )

    head = guess(given)

    assert head == Head(1, 2)
    assert labels(given, head)[1:3] == ["Xã", "Các tiêu chí / 1"]


def test_no_row_of_two_cells_has_no_head():
    assert guess(table(["Một dòng"])) is None


FIELDS = [Field("name", ("họ và tên", "họ tên")), Field("phone", ("điện thoại", "số điện thoại"))]


def test_columns_are_recognised_whatever_their_marks():
    assert recognise(["TT", "HO VA TEN", "Số ĐT (điện thoại)", ""], FIELDS) == {
        1: Guess("name", True),
        2: Guess("phone", True),
    }


def test_a_name_that_is_nearly_one_is_doubtful():
    assert recognise(["Họ và tênn"], FIELDS) == {0: Guess("name", False)}
    assert recognise(["Ghi chú"], FIELDS) == {}


def test_near_names_are_offered_by_plain_likeness():
    known = ["Kỳ Thượng", "Kỳ Lạc", "Kỳ Sơn"]

    assert near("Kỳ Lacj", known) == ["Kỳ Lạc"]
    assert near("Kỳ Lạng", known) == ["Kỳ Lạc"]
    assert near("Cẩm Xuyên", known) == []


def test_a_head_is_known_again():
    assert digest(["Tên xã", "TC 1"]) == digest(["TEN XA", "tc 1"]) != digest(["Tên xã"])
