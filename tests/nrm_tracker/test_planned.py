"""Plans that lie with a connection of PostgreSQL."""

import contextlib
from weakref import WeakKeyDictionary

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Value

from accounts.models import User
from nrm_tracker import planned
from nrm_tracker.prepared import Number, prepared
from tests.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="plans lie with PostgreSQL"),
]


@pytest.fixture
def people():
    return [make_user(username=name, full_name=name.title()) for name in ("an", "binh", "100%")]


def plans(word):
    """The plans of this connection in which the word stands, and how often they were used."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, generic_plans + custom_plans FROM pg_prepared_statements "
            "WHERE statement LIKE %s",
            [f"%{word}%"],
        )
        return dict(cursor.fetchall())


def test_a_query_is_planned_once_for_a_connection(people):
    @prepared
    def named(username):
        return User.objects.filter(username=username).annotate(word=Value("planned-once"))

    assert [[one.pk for one in named(name)] for name in ("an", "100%", "cuc")] == [
        [people[0].pk],
        [people[2].pk],
        [],
    ]
    assert [*plans("planned-once").values()] == [3]


def test_who_looks_at_queries_reads_what_was_asked(people, django_assert_num_queries):
    @prepared
    def named(username):
        return User.objects.filter(username=username).exclude(full_name="0%")

    with django_assert_num_queries(1) as asked:
        named("binh")
    assert "username\" = 'binh'" in asked[0]["sql"]
    assert "'0%'" in asked[0]["sql"]
    assert "EXECUTE" not in asked[0]["sql"]


def test_constants_are_part_of_the_plan(people):
    @prepared
    def others(key):
        return User.objects.filter(username__endswith="0%").exclude(pk=key)

    @prepared
    def count():
        return Number(User.objects.filter(username__contains="%"))

    for _ in range(2):
        assert others(people[0].pk) == [people[2]]
        assert others(people[2].pk) == []
        assert count() == 1


def test_a_number_that_no_key_can_be_finds_nothing(people):
    @prepared
    def by_keys(keys):
        return User.objects.filter(pk__in=keys)

    assert by_keys([10**30, people[1].pk]) == [people[1]]


def test_a_plan_outlives_what_is_taken_back(people):
    @prepared
    def named(username):
        return User.objects.filter(username=username).annotate(word=Value("taken-back"))

    with contextlib.suppress(DatabaseError), transaction.atomic():
        named("an")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    assert [one.pk for one in named("binh")] == [people[1].pk]
    assert [*plans("taken-back").values()] == [2]


def test_the_plan_not_used_for_longest_goes_first(people, monkeypatch):
    monkeypatch.setattr(planned, "MOST", 2)
    monkeypatch.setattr(planned, "_plans", WeakKeyDictionary())
    asked = [
        prepared(lambda key, word=word: User.objects.filter(pk=key).annotate(word=Value(word)))
        for word in ("few-1", "few-2", "few-3")
    ]
    for number in (0, 1, 0, 2, 0):
        assert [one.pk for one in asked[number](people[0].pk)] == [people[0].pk]
    assert [len(plans(f"few-{number}")) for number in (1, 2, 3)] == [1, 0, 1]
