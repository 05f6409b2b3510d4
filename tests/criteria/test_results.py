import datetime as dt

import pytest

from criteria.templatetags import results


@pytest.mark.parametrize(
    ("name", "letter", "css"),
    [
        ("met", "Đ", "r-met"),
        ("nearly", "CB", "r-near"),
        ("not_met", "CĐ", "r-not"),
        ("not_applicable", "–", "r-na"),
        ("not_considered", "KX", "r-passed"),
        ("not_assessed", "\xa0", "r-none"),
    ],
)
def test_a_result_is_a_fill_and_a_letter(name, letter, css):
    drawn = results.result(name)

    assert f'class="r {css}"' in drawn
    assert f'<span aria-hidden="true">{letter}</span>' in drawn
    assert str(results.WORDS[name]) in drawn


@pytest.mark.parametrize(
    ("level", "said"), [(2, "thẩm tra"), (3, "thẩm định"), (None, "thẩm tra, thẩm định")]
)
def test_a_verification_is_called_by_the_word_of_its_level(level, said):
    day = dt.date(2020, 9, 8)

    assert results.basis_short("verification", "", day, level) == f"08/09/2020, {said}"
    assert results.basis("verification", "", day, level) == f"{said} · 08/09/2020"
    assert results.basis("verification", "Biên bản 3", day, level) == "Biên bản 3 · 08/09/2020"
    claimed = "Thẩm tra đề nghị ngày 02/09/2020"
    told = f"{claimed}, kết luận ngày 08/09/2020"
    assert results.basis("verification", claimed, day, level) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thẩm tra đề nghị ngày 02/09/2020", "thẩm tra"),
        ("Biên bản thẩm định ngày 02/09/2020", "thẩm định"),
        ("Báo cáo thẩm tra, thẩm định", "thẩm tra, thẩm định"),
    ],
)
def test_a_verification_of_a_level_not_known_is_called_as_its_text_calls_it(text, said):
    assert results.basis_word("verification", text=text) == said
