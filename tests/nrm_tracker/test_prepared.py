"""Queries that are built once, and asked with other values each time."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Notice, User
from nrm_tracker import clock
from nrm_tracker.prepared import Update, prepared
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = clock.at(dt.date(2020, 9, 8), 12)


@pytest.fixture
def people():
    return [make_user(username=name, full_name=name.title()) for name in ("an", "binh", "cuc")]


def notice(user, text, *, at=NOON, read_at=None):
    return Notice.objects.create(user=user, text=text, address="/", at=at, read_at=read_at)


def test_the_rows_are_those_of_the_values_given(people):
    @prepared
    def named(username):
        built.append(username)
        return User.objects.filter(username=username)

    built = []

    assert [named("an"), named("cuc"), named("dung")] == [[people[0]], [people[2]], []]
    assert len(built) == 2
    assert "an" not in built


def test_every_number_of_keys_is_answered(people, django_assert_num_queries):
    @prepared
    def by_keys(keys):
        return User.objects.filter(pk__in=keys).order_by("username")

    keys = [person.pk for person in people]
    for asked in (keys, frozenset(keys[:2]), keys[:1], [*keys, 10**6, 10**7]):
        with django_assert_num_queries(1):
            assert by_keys(asked) == [person for person in people if person.pk in asked]
    with django_assert_num_queries(0):
        assert by_keys([]) == []


def test_no_keys_leave_out_what_they_would_add(people):
    @prepared
    def either(keys, username):
        return User.objects.filter(Q(pk__in=keys) | Q(username=username))

    assert either([], "an") == [people[0]]


def test_an_empty_key_is_no_constant(people):
    @prepared
    def named(names):
        return User.objects.filter(username__in=names, email="").order_by("username")

    User.objects.update(email="")
    assert named(["", "an"]) == [people[0]]
    assert named(["an", "cuc"]) == [people[0], people[2]]


def test_more_keys_than_a_plan_takes(people):
    @prepared
    def by_keys(keys):
        return User.objects.filter(pk__in=keys)

    assert by_keys([*range(10**6, 10**6 + 2000), people[1].pk]) == [people[1]]
    assert not by_keys.plans


def test_none_nothing_and_a_truth_each_ask_otherwise(people):
    @prepared
    def told(user_id, read, word=""):
        found = Notice.objects.filter(read_at__isnull=not read)
        if user_id is not None:
            found = found.filter(user=user_id)
        return found.filter(text=word) if word else found

    one, two = notice(people[0], "một"), notice(people[1], "hai", read_at=NOON)
    three = notice(people[0], "ba")

    assert set(told(None, False)) == {one, three}
    assert told(None, True) == [two]
    assert told(people[0].pk, False, word="ba") == [three]
    assert set(told(people[0].pk, False, word="")) == {one, three}


def test_moments_and_days_are_those_of_here(people):
    @prepared
    def between(first, until):
        return Notice.objects.filter(at__date__gte=first, at__lt=until).values_list("text", "at")

    late = clock.at(dt.date(2020, 9, 8), 23)
    notice(people[0], "trưa")
    notice(people[0], "khuya", at=late)

    asked = between(dt.date(2020, 9, 8), clock.end_of(dt.date(2020, 9, 8)))
    assert set(asked) == {("trưa", NOON), ("khuya", late)}
    assert between(dt.date(2020, 9, 8), late) == [("trưa", NOON)]
    assert between(dt.date(2020, 9, 9), clock.end_of(dt.date(2020, 9, 9))) == []


def test_related_rows_come_along(people, django_assert_num_queries):
    @prepared
    def with_user(text):
        return Notice.objects.filter(text=text).select_related("user")

    for person in people:
        notice(person, person.username)
    for person in people:
        with django_assert_num_queries(1):
            assert [one.user for one in with_user(person.username)] == [person]


def test_rows_of_before_are_not_kept(people):
    @prepared
    def texts(user_id):
        return Notice.objects.filter(user=user_id).values_list("text", flat=True)

    assert texts(people[0].pk) == []
    notice(people[0], "mới")
    assert texts(people[0].pk) == ["mới"]


@pytest.mark.parametrize(
    "build",
    [
        lambda day, until: Notice.objects.filter(at__date=min(day, until)),
        lambda day, until: Notice.objects.filter(at__date=day + dt.timedelta(days=1)),
        lambda day, until: Notice.objects.filter(read_at=None) if day > clock.today()
        else Notice.objects.filter(at__date=day),
        lambda day, until: Notice.objects.filter(at__lt=clock.end_of(day)),
    ],
)  # fmt: skip
def test_what_does_more_than_compare_is_refused(build):
    day = dt.date(2020, 9, 8)
    with pytest.raises(TypeError, match="more than compare"):
        prepared(build)(day, day)


def test_a_value_that_has_no_sample_is_refused():
    with pytest.raises(TypeError, match="No sample"):
        prepared(lambda share: User.objects.filter(pk=share))(1.5)


def test_a_change_is_of_the_rows_of_the_values_given(people, django_assert_num_queries):
    @prepared
    def call(usernames, position):
        built.append(usernames)
        return Update(User.objects.filter(username__in=usernames), position=position)

    built = []

    assert call(["an", "binh"], "Chủ tịch") == 2
    with django_assert_num_queries(1):
        assert call(["cuc", "dung"], "Văn phòng") == 1
    assert len(built) == 2
    assert call([], "Không ai") == 0
    assert call(["an"], "") == 1
    named = User.objects.order_by("username").values_list("position", flat=True)
    assert [*named] == ["", "Chủ tịch", "Văn phòng"]


def test_a_change_of_more_keys_than_a_plan_takes(people):
    @prepared
    def call(keys, position):
        return Update(User.objects.filter(pk__in=keys), position=position)

    assert call([*range(10**6, 10**6 + 2000), people[1].pk], "Chủ tịch") == 1
    assert not call.plans


def test_a_change_that_reckons_is_refused(people):
    @prepared
    def call(pk):
        return Update(User.objects.filter(pk=pk), position=str(pk % 7))

    with pytest.raises(TypeError, match="more than compare"):
        call(people[0].pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not connection.features.has_select_for_update, reason="locks no row")
def test_nothing_is_locked_without_a_transaction():
    @prepared
    def locked(pk):
        return User.objects.select_for_update().filter(pk=pk)

    with transaction.atomic():
        assert locked(1) == []
    with pytest.raises(transaction.TransactionManagementError):
        locked(1)


def test_one_person_by_key(people, django_assert_num_queries):
    an, binh, _cuc = people
    binh.groups.add(group := Group.objects.create(name="Nhóm"))

    with django_assert_num_queries(1):
        assert User.objects.get(pk=an.pk) == an
    for reach in (User.objects, User.objects.filter(username="binh"), group.user_set):
        with pytest.raises(User.DoesNotExist):
            reach.get(pk=10**6 if reach is User.objects else an.pk)
    assert group.user_set.get(pk=binh.pk) == binh
