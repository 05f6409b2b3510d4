"""Comments on a cell: written, edited and taken back, each leaving a trace."""

import datetime as dt

import pytest
from django.template.loader import render_to_string

from accounts.access import access_of
from accounts.models import Notice, Role
from communes.models import WorkingGroup
from criteria.followup import queries as followup_queries
from criteria.followup.forms import CommentForm
from criteria.models import Comment
from criteria.progress.moment import Moment
from criteria.progress.page_date import PageDate
from nrm_tracker import clock
from tests.factories import cell, make_agency, make_enrolment, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
NEW = "/communes/ky-lac/criteria/1/comments/new/"


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def staff(client, run):
    user = make_user(role=Role.COMMUNE_STAFF, commune=run.commune)
    client.force_login(user)
    return user


def make_comment(run, by, text="Làm sớm", *, day=10, replaces=None, **kwargs):
    at = clock.at(dt.date(2020, 9, day), 9)
    first_at = replaces.first_at if replaces else at
    return Comment.objects.create(
        status=cell(run), by=by, text=text, at=at, first_at=first_at, replaces=replaces, **kwargs
    )


def take_back(run, old, day=12):
    return make_comment(run, old.by, "", day=day, replaces=old, is_taken_back=True)


def errors(response):
    assert response.status_code == 200
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# Writing


def test_a_comment_is_written_and_those_concerned_are_told(client, run, staff):
    leader = make_user(role=Role.COMMUNE_LEADER, commune=run.commune)
    earlier = make_user(role=Role.LEADER, area=run.commune.area)
    make_comment(run, earlier)

    response = client.post(NEW, {"text": " Đã nộp hồ sơ "})

    assert (response.status_code, response.url) == (302, "/communes/ky-lac/criteria/1/#comments")
    said = Comment.objects.latest("pk")
    assert (said.status, said.text, said.by) == (cell(run), "Đã nộp hồ sơ", staff)
    assert (said.first_at, said.replaces) == (said.at, None)
    told = {notice.user for notice in Notice.objects.all()}
    assert told == {leader, earlier}
    assert {notice.address for notice in Notice.objects.all()} == {response.url}


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "a\x00b"])
def test_what_is_no_comment_is_refused_and_kept(client, run, staff, text):
    response = client.post(NEW, {"text": text})

    assert list(errors(response)) == ["text"]
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.COMMUNE_LEADER, True),
        (Role.LEADER, True),
        (Role.COORDINATOR, True),
        (Role.OBSERVER, False),
        (Role.INSPECTOR, False),
    ],
)
def test_who_may_comment(client, run, role, may):
    place = {"area": run.commune.area}
    if role == Role.COMMUNE_LEADER:
        place = {"commune": run.commune}
    client.force_login(make_user(role=role, **place))

    assert client.post(NEW, {"text": "Làm sớm"}).status_code == (302 if may else 403)
    assert Comment.objects.count() == may


@pytest.mark.parametrize("directs", [True, False])
def test_a_working_group_comments_where_it_directs(client, run, directs):
    group = WorkingGroup.objects.create(area=run.commune.area, key="doan", name="Đoàn 1447")
    if directs:
        group.communes.add(run.commune)
    user = make_user(role=Role.WORKING_GROUP_MEMBER, working_group=group)
    client.force_login(user)

    assert client.post(NEW, {"text": "Làm sớm"}).status_code == (302 if directs else 403)


def test_an_agency_comments_on_its_criteria(client, run):
    agency = make_agency(criteria=[cell(run).criterion])
    client.force_login(make_user(role=Role.AGENCY_OFFICER, agency=agency))

    assert client.post(NEW, {"text": "Làm sớm"}).status_code == 302
    other = "/communes/ky-lac/criteria/2/comments/new/"
    assert client.post(other, {"text": "Làm sớm"}).status_code == 403


# Editing and taking back


def test_an_edit_is_a_further_row(client, run, staff):
    old = make_comment(run, staff)

    assert old.text in client.get(f"/comments/{old.pk}/edit/").text
    response = client.post(f"/comments/{old.pk}/edit/", {"text": "Làm ngay"})

    assert response.url == "/communes/ky-lac/criteria/1/#comments"
    old.refresh_from_db()
    assert old.text == "Làm sớm"
    new = old.next_version
    assert (new.text, new.by, new.first_at) == ("Làm ngay", staff, old.first_at)
    assert new.at > old.at


def test_a_comment_is_taken_back_and_its_row_stays(client, run, staff):
    old = make_comment(run, staff)

    assert old.text in client.get(f"/comments/{old.pk}/take-back/").text
    response = client.post(f"/comments/{old.pk}/take-back/")

    assert response.status_code == 302
    old.refresh_from_db()
    assert old.text == "Làm sớm"
    assert (old.next_version.text, old.next_version.is_taken_back) == ("", True)


@pytest.mark.parametrize("verb", ["edit", "take-back"])
def test_nobody_touches_the_comment_of_another(client, run, staff, verb):
    old = make_comment(run, make_user(role=Role.COMMUNE_STAFF, commune=run.commune))

    for method in (client.get, client.post):
        assert method(f"/comments/{old.pk}/{verb}/", {"text": "Lời khác"}).status_code == 403
    assert Comment.objects.count() == 1


def test_who_may_comment_no_longer_may_not_edit_either(client, run):
    user = make_user(role=Role.OBSERVER, area=run.commune.area)
    client.force_login(user)
    old = make_comment(run, user)

    assert client.post(f"/comments/{old.pk}/edit/", {"text": "Lời khác"}).status_code == 403


@pytest.mark.parametrize("verb", ["edit", "take-back"])
def test_a_version_that_is_not_the_newest_is_left_alone(client, run, staff, verb):
    old = make_comment(run, staff)
    new = make_comment(run, staff, "Lời đã sửa ở máy khác", day=11, replaces=old)

    response = client.post(f"/comments/{old.pk}/{verb}/", {"text": "Lời đã gõ"})

    assert response.status_code == 409
    assert "Lời đã sửa ở máy khác" in response.text
    assert verb == "take-back" or "Lời đã gõ" in response.text
    assert f"/comments/{new.pk}/edit/" in response.text
    assert "Lời đã sửa ở máy khác" in client.get(f"/comments/{old.pk}/{verb}/").text
    assert Comment.objects.count() == 2


def test_what_was_taken_back_cannot_be_edited(client, run, staff):
    old = make_comment(run, staff)
    back = take_back(run, old)

    for pk in (old.pk, back.pk):
        assert client.post(f"/comments/{pk}/edit/", {"text": "Lời"}).status_code == 409
        assert client.post(f"/comments/{pk}/take-back/").status_code == 409
    assert Comment.objects.count() == 2


# What the page of a cell shows


def shown(run, user, day=TODAY, *, rights=None):
    status = cell(run)
    found = followup_queries.followup_of_cell(status, day)
    context = {
        "followup": found,
        "rights": rights,
        "status": status,
        "comment_form": CommentForm(),
        "user": user,
        "when": PageDate(Moment(day), TODAY),
    }
    return found, render_to_string("criteria/followup/_comments.html", context)


def test_the_newest_version_is_shown_with_those_before(run):
    by = make_user()
    first = make_comment(run, by, "Lời đầu")
    second = make_comment(run, by, "Lời thứ hai", day=11, replaces=first)
    make_comment(run, by, "Lời cuối", day=13, replaces=second)
    make_comment(run, by, "Lời khác", day=12)

    found, page = shown(run, by)

    assert [said.text for said in found.comments] == ["Lời cuối", "Lời khác"]
    assert [text for text, _at in found.comments[0].earlier] == ["Lời đầu", "Lời thứ hai"]
    assert "09:00 13/09/2020" in page
    assert page.index("<details") < page.index("Lời đầu")
    earlier, page = shown(run, by, dt.date(2020, 9, 11))
    assert [said.text for said in earlier.comments] == ["Lời thứ hai"]
    assert "Lời cuối" not in page
    assert shown(run, by, dt.date(2020, 9, 9))[0].comments == []


def test_what_was_taken_back_is_read_on_no_day(run):
    by = make_user()
    first = make_comment(run, by, "Lời đầu")
    take_back(run, make_comment(run, by, "Lời sửa", day=11, replaces=first))

    for day in (10, 11, 12, 15):
        found, page = shown(
            run, by, dt.date(2020, 9, day), rights=followup_queries.Rights(comment=True)
        )
        assert [said.is_taken_back for said in found.comments] == [True]
        assert "Lời" not in page
        assert "/edit/" not in page
        assert "09:00 12/09/2020" in page


def test_only_the_writer_is_offered_to_change_it(run):
    by, other = make_user(), make_user()
    make_comment(run, by)
    may = followup_queries.Rights(comment=True)

    assert "/take-back/" in shown(run, by, rights=may)[1]
    assert "/take-back/" not in shown(run, other, rights=may)[1]
    assert "<form" in shown(run, other, rights=may)[1]
    for rights in (None, followup_queries.Rights(work=True, charge=True)):
        page = shown(run, by, rights=rights)[1]
        assert "<form" not in page
        assert "/take-back/" not in page


def test_a_long_conversation_is_cut_and_leads_on(run, django_assert_num_queries):
    by = make_user()
    for n in range(25):
        make_comment(run, by, f"Lời thứ {n}", day=1 + n % 9)
    status = cell(run)
    status.enrolment = run

    with django_assert_num_queries(3):
        found = followup_queries.followup_of_cell(status, TODAY)

    assert (len(found.comments), found.earlier_comments) == (20, 5)
    assert "/communes/ky-lac/criteria/1/history/?kinds=comment" in shown(run, by)[1]


def test_the_groups_that_direct_come_with_it(run):
    group = WorkingGroup.objects.create(area=run.commune.area, key="doan", name="Đoàn 1447")
    other = WorkingGroup.objects.create(area=run.commune.area, key="khac", name="Đoàn khác")
    group.communes.add(run.commune)

    found = followup_queries.followup_of_cell(cell(run), TODAY, joins={group.pk, other.pk})

    assert found.directing == {group.pk}


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.COMMUNE_LEADER, (True, True, True, True)),
        (Role.COMMUNE_STAFF, (True, False, True, True)),
        (Role.WORKING_GROUP_MEMBER, (False, False, True, False)),
        (Role.LEADER, (False, True, True, True)),
        (Role.COORDINATOR, (True, True, True, True)),
        (Role.OBSERVER, (False, False, False, False)),
    ],
)
def test_what_each_may_write_beside_a_cell(run, role, rights):
    group = WorkingGroup.objects.create(area=run.commune.area, key="doan", name="Đoàn 1447")
    group.communes.add(run.commune)
    place = {"area": run.commune.area}
    if role in (Role.COMMUNE_LEADER, Role.COMMUNE_STAFF):
        place = {"commune": run.commune}
    elif role == Role.WORKING_GROUP_MEMBER:
        place = {"working_group": group}
    access = access_of(make_user(role=role, **place), TODAY)

    found = followup_queries.followup_of_cell(cell(run), TODAY, joins=access.joins)

    assert found.rights(access, run.commune, []) == followup_queries.Rights(*rights)
