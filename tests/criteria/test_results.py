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
