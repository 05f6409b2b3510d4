import pytest

from criteria.progress import scoring


@pytest.mark.parametrize(
    ("results", "printed"),
    [
        ("xx" + "m" * 14 + "xmmx", "16/20"),
        ("xxmmmxmxmxmmxmxmxxmx", "10/20"),
        ("m" * 6 + "a" + "m" * 13, "19/19"),
        ("m" + "." * 19, "1/20"),
        ("n" * 20, "0/20"),
        ("m" * 7 + "n" * 7 + "x" * 4 + "c", "7/19"),
        ("c" + "." * 19, ""),
        ("." * 20, ""),
    ],
)
def test_headline_counts_only_met_of_what_applies(results, printed):
    assert str(scoring.headline(results)) == printed


def test_headline_is_complete_without_a_criterion_that_does_not_apply():
    assert scoring.headline("mam").is_complete
    assert not scoring.headline("m.m").is_complete
    assert not scoring.headline("mcm").is_complete
    assert not scoring.headline("...").is_complete
    assert scoring.headline("mxnac.").missing == 4


def test_headline_refuses_other_letters():
    with pytest.raises(ValueError, match="not a row"):
        scoring.headline("mZ")


def test_average_leaves_out_communes_not_assessed():
    rows = [scoring.headline(row) for row in ("mm", "mx", "..")]

    assert scoring.average_met(rows) == 1.5
    assert scoring.average_met(rows[2:]) is None
