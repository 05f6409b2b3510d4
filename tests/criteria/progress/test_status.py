"""A commune's status and the warning of a withdrawal: plain values (rule 12c)."""

import datetime as dt

import pytest

from criteria.models import Criterion, Recognition
from criteria.progress.status import status_of, unmet, withdrawal_warning

DECIDED, LATER = dt.date(2022, 1, 15), dt.date(2023, 6, 30)


def decision(kind="met", revoked_on=None):
    return Recognition(kind=kind, decided_on=DECIDED, for_year=2021, revoked_on=revoked_on)


MET = (decision(), True)
NEARLY = (decision("nearly"), True)
REVOKED = (decision(revoked_on=LATER), False)


@pytest.mark.parametrize(
    ("results", "newest", "recognitions", "step", "state", "since"),
    [
        ("mmx", LATER, [], None, None, None),
        ("mmx", LATER, [], LATER, "completing", LATER),
        ("mmm", DECIDED, [MET], LATER, "recognised", DECIDED),
        ("mmx", LATER, [MET], None, "lapsed", LATER),
        ("mmx", DECIDED, [MET], None, "recognised", DECIDED),
        ("mm.", LATER, [MET], None, "recognised", DECIDED),
        ("mmc", LATER, [MET], None, "recognised", DECIDED),
        ("mmn", LATER, [MET], None, "lapsed", LATER),
        ("mmn", LATER, [NEARLY], LATER, "nearly", DECIDED),
        ("mmm", LATER, [NEARLY, MET], None, "recognised", DECIDED),
        ("mmx", LATER, [REVOKED], None, "revoked", LATER),
        ("mmm", LATER, [REVOKED, MET], None, "recognised", DECIDED),
    ],
)
def test_the_state_and_its_day(results, newest, recognitions, step, state, since):
    found = status_of(results, newest, recognitions, step, nearly_counts=False)

    assert (found and found.state, found and found.since) == (state, since)


def test_where_nearly_counts_it_lapses_nothing():
    found = status_of("mmn", LATER, [MET], None, nearly_counts=True)

    assert (found.state, found.for_year) == ("recognised", 2021)
    assert (unmet("mnx.a", nearly_counts=True), unmet("mnx.a", nearly_counts=False)) == (
        [2],
        [1, 2],
    )


@pytest.mark.parametrize(
    ("short", "named", "warns"),
    [
        (5, True, False),
        (6, True, True),
        (6, False, False),
        (9, False, False),
        (10, False, True),
    ],
)
def test_three_tenths_with_a_named_criterion_or_half_is_warned_of(short, named, warns):
    """Of 19: from 6 with one of those, from 10 without."""
    criteria = [Criterion(number=n, may_cost_recognition=n == 19) for n in range(1, 20)]
    row = "x" * (short - named) + "m" * (19 - short) + ("x" if named else "")
    row = row if len(row) == 19 else row + "m" * (19 - len(row))

    found = withdrawal_warning(criteria, row, nearly_counts=False)

    assert bool(found) is warns
    if found:
        assert (found.unmet, found.of, len(found.named)) == (short, 19, int(named))


def test_a_set_that_the_decision_does_not_name_is_not_warned_of():
    criteria = [Criterion(number=n) for n in range(1, 4)]

    assert withdrawal_warning(criteria, "xxx", nearly_counts=False) is None


@pytest.mark.parametrize(
    ("results", "warns"),
    [("xxmmmmmxmm", True), ("xxxmmmmmmm", False), ("xxxxxmmmmm", True), ("mmcccccxmm", False)],
)
def test_of_a_set_of_ten_once_somebody_marked_its_criteria(results, warns):
    criteria = [Criterion(number=n, may_cost_recognition=n == 8) for n in range(1, 11)]

    assert bool(withdrawal_warning(criteria, results, nearly_counts=False)) == warns
