"""Visits: planned, recorded, given up; the forms that do it."""

import datetime as dt
import itertools
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import Notice, Role
from communes.models import WorkingGroup
from meetings.models import Visit
from meetings.visits import actions as visit_actions
from nrm_tracker.models import StoredFile
from tests import files
from tests.factories import (
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_user,
    make_visit,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
NEW = "/visits/new/"


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def commune(run):
    return run.commune


@pytest.fixture
def agency(run):
    """It answers for the second of three criteria."""
    return make_agency(criteria=[cell(run, 2).criterion])


@pytest.fixture
def officer(agency):
    return make_user(role=Role.AGENCY_OFFICER, agency=agency)


@pytest.fixture
def office(commune):
    return make_user(role=Role.COORDINATOR, area=commune.area)


@pytest.fixture
def group(commune):
    made = WorkingGroup.objects.create(area=commune.area, key="doan", name="Đoàn công tác 1447")
    made.communes.add(commune)
    return made


@pytest.fixture
def member(group):
    return make_user(role=Role.WORKING_GROUP_MEMBER, working_group=group)


@pytest.fixture
def visit(commune, agency, officer):
    return make_visit(commune, agency=agency, by=officer)


def planned(goes, **changes):
    name = "group" if isinstance(goes, WorkingGroup) else "agency"
    values = {
        "body": f"{name}-{goes.pk}",
        "commune": "ky-lac",
        "kind": "inspection",
        "planned_on": "20/09/2020",
        "purpose": "Kiểm tra chỉnh trang vườn hộ",
    }
    return values | changes


def recorded(**changes):
    return {"made_on": "15/09/2020", "summary": "Đúng tiến độ", "captions": ""} | changes


def address(visit, name):
    return f"/visits/{visit.pk}/{name}/"


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def stored_files():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


# Planning


def test_an_officer_plans_a_visit_and_the_commune_is_told(client, commune, agency, officer):
    head = make_user(role=Role.COMMUNE_LEADER, commune=commune)
    client.force_login(officer)

    response = client.post(NEW, planned(agency))

    visit = Visit.objects.get()
    assert (response.status_code, response.url) == (302, f"/visits/{visit.pk}/")
    assert (visit.agency, visit.working_group, visit.commune) == (agency, None, commune)
    assert (visit.kind, visit.planned_on) == ("inspection", dt.date(2020, 9, 20))
    assert (visit.purpose, visit.planned_by) == ("Kiểm tra chỉnh trang vườn hộ", officer)
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.address) == (head, response.url)
    assert "Kỳ Lạc" in client.get(response.url).content.decode()


def test_a_visit_of_a_day_gone_by_goes_on_to_its_outcome(client, commune, group, member):
    make_user(role=Role.COMMUNE_LEADER, commune=commune)
    client.force_login(member)

    response = client.post(NEW, planned(group, planned_on="10/09/2020"))

    visit = Visit.objects.get()
    assert response.url == address(visit, "record")
    assert visit.working_group == group
    assert not Notice.objects.exists()
    form = client.get(response.url).context["form"]
    assert form["made_on"].value() == dt.date(2020, 9, 10)


def test_the_only_choice_is_made_already(client, group, member):
    client.force_login(member)

    form = client.get(NEW).context["form"]

    ((_label, bodies),) = form.fields["body"].choices
    assert bodies == [(f"group-{group.pk}", group.name)]
    assert [slug for slug, _name in form.fields["commune"].choices] == ["ky-lac"]


def test_the_address_proposes_a_commune_and_a_body(client, group, office):
    make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    client.force_login(office)

    form = client.get(NEW, {"commune": "ky-lac", "body": f"group-{group.pk}"}).context["form"]

    assert (form["commune"].value(), form["body"].value()) == ("ky-lac", f"group-{group.pk}")
    assert set(form.communes) == {"ky-lac", "lam-hop"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "agency-999999"}, "body"),
        ({"commune": ""}, "commune"),
        ({"commune": "khong-co"}, "commune"),
        ({"commune": "a\x00b"}, "commune"),
        ({"kind": "moon"}, "kind"),
        ({"planned_on": ""}, "planned_on"),
        ({"planned_on": "31/02/2020"}, "planned_on"),
        ({"purpose": "  "}, "purpose"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"purpose": "a\x00b"}, "purpose"),
    ],
)
def test_a_bad_plan_is_told_and_kept(client, agency, officer, changes, field):
    client.force_login(officer)
    typed = planned(agency, **changes)

    response = client.post(NEW, typed)

    assert response.status_code == 200
    assert set(errors(response)) == {field}
    assert not Visit.objects.exists()
    form = response.context["form"]
    assert {name: form[name].value() for name in typed} == typed
    assert Page(response).problems


def test_a_group_goes_to_its_own_communes_only(client, group, office):
    make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    client.force_login(office)

    response = client.post(NEW, planned(group, commune="lam-hop"))

    assert set(errors(response)) == {"commune"}
    assert not Visit.objects.exists()


def test_an_agency_goes_to_its_own_area_only(commune, office):
    far = make_agency(key="xa", area=make_area(code="446"))

    with pytest.raises(ValidationError, match="Kỳ Lạc"):
        make_visit(commune, agency=far, by=office)


def test_the_agency_of_a_province_goes_to_the_communes_below(office):
    province = make_area(code="42", name="Hà Tĩnh", kind="province")
    commune = make_commune(area=make_area(code="448", parent=province), slug="a", code="3")
    agency = make_agency(key="so", area=province)
    officer = make_user(role=Role.AGENCY_OFFICER, agency=agency)

    assert make_visit(commune, agency=agency, by=officer).pk


def test_the_same_plan_sent_twice_is_one_visit(client, agency, officer):
    client.force_login(officer)
    client.post(NEW, planned(agency))

    response = client.post(NEW, planned(agency, purpose="Lần nữa"))

    assert set(errors(response)) == {"planned_on"}
    assert Visit.objects.count() == 1


def test_who_plans_for_whom(client, commune, agency, officer, group, member):
    other = make_agency(key="khac", name="Phòng khác")

    for user, body in ((officer, other), (officer, group), (member, agency)):
        client.force_login(user)
        assert set(errors(client.post(NEW, planned(body)))) == {"body"}
    for role, place in (
        (Role.OBSERVER, {"area": commune.area}),
        (Role.INSPECTOR, {"area": commune.area}),
        (Role.COMMUNE_LEADER, {"commune": commune}),
        (Role.COMMUNE_STAFF, {"commune": commune}),
    ):
        client.force_login(make_user(role=role, **place))
        assert client.get(NEW).status_code == 403
        assert client.post(NEW, planned(agency)).status_code == 403
    assert not Visit.objects.exists()


def test_a_member_is_not_offered_the_communes_of_others(client, group, member):
    make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    make_commune(area=make_area(code="446"), slug="xa", code="9")
    client.force_login(member)

    assert client.get(NEW, {"commune": "ky-lac"}).status_code == 200
    assert client.get(NEW, {"commune": "lam-hop"}).status_code == 403
    assert client.get(NEW, {"commune": "xa"}).status_code == 404
    assert set(errors(client.post(NEW, planned(group, commune="lam-hop")))) == {"commune"}


# Recording


def test_the_outcome_is_recorded_with_findings_and_photos(client, run, visit, officer):
    head = make_user(role=Role.COMMUNE_LEADER, commune=run.commune)
    Notice.objects.all().delete()
    client.force_login(officer)
    name = f"finding-{cell(run, 2).criterion_id}"
    sent = [files.picture(), files.pdf()]

    response = client.post(
        address(visit, "record"),
        recorded(**{name: "Còn 2 km đường đất", "captions": "Đường thôn 1\nBiên bản"},
                 new_files=sent),
    )  # fmt: skip

    visit.refresh_from_db()
    assert (response.status_code, response.url) == (302, f"/visits/{visit.pk}/")
    assert (visit.made_on, visit.summary, visit.recorded_by) == (TODAY, "Đúng tiến độ", officer)
    (finding,) = visit.findings.all()
    assert (finding.criterion, finding.text) == (cell(run, 2).criterion, "Còn 2 km đường đất")
    assert [paper.caption for paper in visit.files.all()] == ["Đường thôn 1", "Biên bản"]
    assert [notice.user for notice in Notice.objects.all()] == [head]
    page = client.get(response.url).content.decode()
    assert "Còn 2 km đường đất" in page
    assert "/communes/ky-lac/criteria/2/?set=ntm" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"made_on": ""}, "made_on"),
        ({"made_on": "hôm qua"}, "made_on"),
        ({"made_on": "16/09/2020"}, "made_on"),
        ({"summary": " "}, "summary"),
        ({"summary": "x" * 10_001}, "summary"),
        ({"summary": "a\x00b"}, "summary"),
        ({"captions": "Không có ảnh"}, "captions"),
        ({"captions": "x" * 301}, "captions"),
    ],
)
def test_a_bad_outcome_is_told_and_kept(client, visit, officer, changes, field):
    client.force_login(officer)
    typed = recorded(**changes)

    response = client.post(address(visit, "record"), typed)

    assert response.status_code == 200
    assert set(errors(response)) == {field}
    visit.refresh_from_db()
    assert visit.recorded_at is None
    form = response.context["form"]
    assert {name: form[name].value() for name in typed} == typed


def test_a_long_finding_is_told_and_stands_open(client, run, visit, office):
    client.force_login(office)
    name = f"finding-{cell(run, 3).criterion_id}"

    response = client.post(address(visit, "record"), recorded(**{name: "x" * 2001}))

    assert set(errors(response)) == {name}
    (line,) = response.context["form"].typed_findings
    assert line.is_open
    assert line.status == cell(run, 3)


def test_nothing_is_kept_of_files_where_the_outcome_is_refused(client, visit, officer):
    client.force_login(officer)
    before = stored_files()

    response = client.post(
        address(visit, "record"), recorded(made_on="16/09/2020", new_files=[files.picture()])
    )

    assert "made_on" in errors(response)
    assert not StoredFile.objects.exists()
    assert stored_files() == before


def test_a_file_of_another_kind_is_told(client, visit, officer):
    client.force_login(officer)

    response = client.post(
        address(visit, "record"), recorded(new_files=[files.upload("may.exe", b"MZ\x90")])
    )

    assert "new_files" in errors(response)
    assert not StoredFile.objects.exists()


def test_captions_are_as_many_as_the_files_or_one(client, visit, officer):
    client.force_login(officer)
    two = [files.picture(), files.picture()]

    response = client.post(
        address(visit, "record"), recorded(captions="Một\nHai\nBa", new_files=two)
    )
    assert set(errors(response)) == {"captions", "new_files"}

    two = [files.picture(), files.picture()]
    client.post(address(visit, "record"), recorded(captions="Đường thôn 1", new_files=two))
    assert [paper.caption for paper in visit.files.all()] == ["Đường thôn 1"] * 2


def test_an_agency_speaks_to_its_own_criteria_only(client, run, visit, officer, office, member):
    client.force_login(officer)
    asked = [line.status.criterion.number for line in _form(client, visit).lines]
    assert asked == [2]
    strange = f"finding-{cell(run, 1).criterion_id}"

    response = client.post(address(visit, "record"), recorded(**{strange: "Chưa có quy hoạch"}))

    assert set(errors(response)) == {"__all__"}
    assert "Chưa có quy hoạch" in response.content.decode()
    visit.refresh_from_db()
    assert visit.recorded_at is None
    client.force_login(office)
    assert [line.status.criterion.number for line in _form(client, visit).lines] == [1, 2, 3]


def _form(client, visit):
    return client.get(address(visit, "record")).context["form"]


def test_a_group_speaks_to_any_criterion(client, commune, group, member):
    visit = make_visit(commune, working_group=group, by=member)
    client.force_login(member)

    assert [line.status.criterion.number for line in _form(client, visit).lines] == [1, 2, 3]


def test_a_commune_without_a_set_is_visited_too(client, office):
    commune = make_commune(name="Lâm Hợp", slug="lam-hop", code="2")
    visit = make_visit(commune, agency=make_agency(), by=office)
    client.force_login(office)

    assert not _form(client, visit).cells
    assert client.post(address(visit, "record"), recorded()).status_code == 302


def test_who_comes_second_sees_both(client, run, visit, officer, office):
    criterion = cell(run, 2).criterion
    visit_actions.record(
        visit, made_on=TODAY, summary="Của người trước", findings={criterion: "Đã xong"}, by=office
    )
    client.force_login(officer)
    before = stored_files()

    response = client.post(
        address(visit, "record"),
        recorded(summary="Của người sau", **{f"finding-{criterion.pk}": "Chưa xong"},
                 new_files=[files.picture()]),
    )  # fmt: skip

    assert response.status_code == 409
    said = response.content.decode()
    for text in ("Của người trước", "Đã xong", "Của người sau", "Chưa xong", str(office)):
        assert text in said
    visit.refresh_from_db()
    assert visit.summary == "Của người trước"
    assert not StoredFile.objects.exists()
    assert stored_files() == before
    assert client.get(address(visit, "record")).status_code == 409


def test_a_visit_given_up_is_not_recorded(client, visit, officer):
    visit_actions.give_up(visit, reason="Bão lũ", by=officer)
    client.force_login(officer)

    response = client.post(address(visit, "record"), recorded())

    assert response.status_code == 409
    assert "Bão lũ" in response.content.decode()
    visit.refresh_from_db()
    assert visit.made_on is None


# Giving up


def test_a_visit_is_given_up_with_the_reason(client, commune, visit, officer):
    head = make_user(role=Role.COMMUNE_LEADER, commune=commune)
    client.force_login(officer)

    response = client.post(address(visit, "give-up"), {"reason": "Bão lũ, chưa đến được"})

    assert response.url == f"/visits/{visit.pk}/"
    visit.refresh_from_db()
    assert (visit.give_up_reason, visit.made_on) == ("Bão lũ, chưa đến được", None)
    assert visit.given_up_at
    assert [notice.user for notice in Notice.objects.all()] == [head]
    page = client.get(response.url).content.decode()
    assert "Bão lũ, chưa đến được" in page
    assert address(visit, "record") not in page


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\x00b"])
def test_giving_up_needs_a_reason(client, visit, officer, reason):
    client.force_login(officer)

    response = client.post(address(visit, "give-up"), {"reason": reason})

    assert set(errors(response)) == {"reason"}
    assert response.context["form"]["reason"].value() == reason
    visit.refresh_from_db()
    assert visit.given_up_at is None


def test_giving_up_what_was_made_keeps_both(client, visit, officer, office):
    visit_actions.record(visit, made_on=TODAY, summary="Đã đi", findings={}, by=office)
    client.force_login(officer)

    response = client.post(address(visit, "give-up"), {"reason": "Bão lũ"})

    assert response.status_code == 409
    assert "Đã đi" in response.content.decode()
    assert "Bão lũ" in response.content.decode()


# Who may


@pytest.mark.parametrize("name", ["record", "give-up"])
def test_who_records_and_gives_up(client, commune, visit, officer, office, member, name):
    area, far = commune.area, make_area(code="446")
    other = make_agency(key="khac", name="Phòng khác")
    people = {
        403: [
            member,
            make_user(role=Role.AGENCY_OFFICER, agency=other),
            make_user(role=Role.COMMUNE_LEADER, commune=commune),
            make_user(role=Role.OBSERVER, area=area),
        ],
        404: [make_user(role=Role.LEADER, area=far), make_user()],
        200: [officer, office, make_user(role=Role.LEADER, area=area)],
    }
    for code, user in itertools.chain.from_iterable(
        ((code, user) for user in users) for code, users in people.items()
    ):
        client.force_login(user)
        assert client.get(address(visit, name)).status_code == code
        if code != 200:
            assert client.post(address(visit, name), recorded(reason="x")).status_code == code
    client.logout()
    assert client.get(address(visit, name)).status_code == 302
    visit.refresh_from_db()
    assert visit.recorded_at is None


def test_wrong_methods(client, visit, office):
    client.force_login(office)

    assert client.put(NEW).status_code == 405
    assert client.delete(address(visit, "record")).status_code == 405
    assert client.put(address(visit, "give-up")).status_code == 405
    assert client.post(f"/visits/{visit.pk}/files/1/").status_code == 405


def test_photos_and_papers_are_served_within_reach(client, commune, visit, officer):
    client.force_login(officer)
    client.post(address(visit, "record"), recorded(new_files=[files.picture(), files.pdf()]))
    photo, paper = visit.files.all()

    def got(file, *, of=visit, **query):
        response = client.get(f"/visits/{of.pk}/files/{file.pk}/", query)
        if response.streaming:
            assert response.getvalue()
        return response

    assert "attachment" in got(photo)["Content-Disposition"]
    assert got(photo, thumbnail=1)["Content-Type"] == "image/jpeg"
    assert got(paper)["Content-Type"] == "application/pdf"
    assert got(paper, thumbnail=1).status_code == 404
    other = make_visit(commune, agency=visit.agency, by=officer, on=dt.date(2020, 9, 20))
    assert got(photo, of=other).status_code == 404
    client.force_login(make_user(role=Role.OBSERVER, area=commune.area))
    assert got(photo).status_code == 200
    client.force_login(make_user(role=Role.LEADER, area=make_area(code="446")))
    assert got(photo).status_code == 404
