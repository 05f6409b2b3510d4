"""Rows that say the same are told together."""

from nrm_tracker.alike import alike, folded


def test_those_of_one_key_stand_where_the_first_of_them_stood():
    assert alike(["ba", "an", "bo", "cu"], lambda word: word[0]) == [["ba", "bo"], ["an"], ["cu"]]


def test_few_are_told_one_by_one():
    rows = ["ba", "an", "bo", "ai", "au"]

    assert folded(rows, lambda word: word[0]) == [["ba"], ["bo"], ["an", "ai", "au"]]
    assert folded([], len) == []
