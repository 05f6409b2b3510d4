"""Sessions are convened and changed: who, when, with whom."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from communes.models import WorkingGroup
from meetings.models import Participant, WorkingSession
from meetings.sessions import actions as session_actions
from meetings.sessions.people_lines import read_line, written_line
from meetings.tasks.briefing import briefing_of
from tests.factories import make_area, make_commune, make_entry, make_session, make_user
from tests.pages import read

pytestmark = pytest.mark.django_db
NEW = "/sessions/new/"
Part, Presence = Participant.Part, Participant.Presence


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def leader(client, commune):
    user = make_user(role=Role.LEADER, area=commune.area)
    client.force_login(user)
    return user


def typed(*communes, **changes):
    values = {
        "version": "0",
        "form": "party",
        "title": "Nghe và cho ý kiến về xây dựng nông thôn mới",
        "communes": [commune.pk for commune in communes],
        "legal_basis": "Quyết định số 1447",
        "held_on": "08/09/2020",
        "starts_at": "",
        "ends_at": "",
        "place": "",
        "chairs": "Trần Văn Chủ; Bí thư; Huyện ủy",
        "secretary": "",
        "attendees": "",
        "absent": "",
    }
    return values | changes


def edit_of(session):
    return f"/sessions/{session.pk}/edit/"


def people(session, **which):
    return [str(one) for one in session.participants.filter(**which)]


def errors(response):
    return response.context["form"].errors


def test_a_session_is_convened_with_all_that_was_said(client, commune, leader):
    lines = "Lê Thị An; Phó Chủ tịch; HĐND huyện\n- đại diện UBND huyện\n\nPhan Văn Ba"

    response = client.post(
        NEW,
        typed(
            commune,
            starts_at="7h30",
            ends_at="11:00",
            place="Hội trường Huyện ủy",
            chairs="Trần Văn Chủ; Bí thư; Huyện ủy\nNguyễn Văn Đồng",
            secretary="Võ Thị Ghi; Chánh Văn phòng",
            attendees=lines,
            absent="Hồ Văn Vắng; Trưởng phòng; Phòng Y tế; đi công tác",
        ),
    )

    session = WorkingSession.objects.get()
    assert response["Location"] == f"/sessions/{session.pk}/"
    assert (session.area, session.convened_by, session.state) == (commune.area, leader, "draft")
    assert list(session.communes.all()) == [commune]
    assert (session.held_on, session.starts_at) == (dt.date(2020, 9, 8), dt.time(7, 30))
    assert (session.ends_at, session.place) == (dt.time(11), "Hội trường Huyện ủy")
    assert people(session, part=Part.CHAIR) == [
        "Trần Văn Chủ, Bí thư, Huyện ủy",
        "Nguyễn Văn Đồng",
    ]
    assert people(session, part=Part.SECRETARY) == ["Võ Thị Ghi, Chánh Văn phòng"]
    assert people(session, part=Part.ATTENDEE, presence=Presence.PRESENT) == [
        "Lê Thị An, Phó Chủ tịch, HĐND huyện",
        "đại diện UBND huyện",
        "Phan Văn Ba",
    ]
    assert session.participants.get(group_name="đại diện UBND huyện").full_name == ""
    assert session.participants.get(presence=Presence.ABSENT).reason == "đi công tác"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"form": ""}, "form"),
        ({"communes": []}, "communes"),
        ({"communes": [999_999]}, "communes"),
        ({"communes": ["x"]}, "communes"),
        ({"communes": [10**30]}, "communes"),
        ({"held_on": ""}, "held_on"),
        ({"held_on": "31/02/2020"}, "held_on"),
        ({"starts_at": "sáng"}, "starts_at"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"starts_at": "14:00", "ends_at": "13:00"}, "ends_at"),
        ({"starts_at": "14:00", "ends_at": "14:00"}, "ends_at"),
        ({"ends_at": "14:00"}, "starts_at"),
        ({"chairs": " \n "}, "chairs"),
        ({"secretary": "Một; Hai\nBa"}, "secretary"),
        ({"title": "x" * 301}, "title"),
        ({"title": "a\x00b"}, "title"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(
    client, commune, leader, changes, field
):
    said = typed(commune, attendees="Lê Thị An") | changes

    response = client.post(NEW, said)

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert "Lê Thị An" in response.content.decode()
    assert not WorkingSession.objects.exists()


@pytest.mark.parametrize(
    ("field", "lines", "number"),
    [
        ("attendees", "Lê Thị An\na; b; c; d; e", 2),
        ("attendees", "\n\n; Trưởng phòng", 3),
        ("attendees", "-", 1),
        ("attendees", "x" * 301, 1),
        ("absent", "Lê Thị An; Trưởng phòng; Phòng Y tế", 1),
        ("chairs", "Một\nHai\na;b;c;d", 3),
    ],
)
def test_a_bad_line_is_named_by_its_number(client, commune, leader, field, lines, number):
    response = client.post(NEW, typed(commune, **{field: lines}))

    (said,) = errors(response)[field]
    assert str(number) in said
    assert not WorkingSession.objects.exists()


@pytest.mark.parametrize(
    "line", ["Lê Thị An", "Lê Thị An; Trưởng phòng", "A; ; Phòng Y tế", "- đại diện UBND huyện"]
)
def test_a_line_reads_back_as_it_was_written(line):
    assert written_line(read_line(line)) == line


def test_a_line_with_semicolons_inside_its_parts_reads_back():
    one = Participant(full_name="Lê Thị An", organisation="Đoàn công tác; số 1")

    assert read_line(written_line(one)).organisation == "Đoàn công tác, số 1"


def test_rows_of_a_table_are_people(client, commune, leader):
    rows = (
        "TT\tHọ và tên\tChức vụ\tĐơn vị\n"
        "1\tNguyễn Văn Bình\tChủ tịch\tUBND xã; HĐND xã\n"
        "2.\tLê Thị An\t\tPhòng Y tế\t\n"
        "\tTrần Văn Tám\tBí thư"
    )
    client.post(NEW, typed(commune, attendees=rows))

    people = WorkingSession.objects.get().participants.filter(part=Part.ATTENDEE)
    assert list(people.values_list("full_name", "position", "organisation")) == [
        ("Nguyễn Văn Bình", "Chủ tịch", "UBND xã, HĐND xã"),
        ("Lê Thị An", "", "Phòng Y tế"),
        ("Trần Văn Tám", "Bí thư", ""),
    ]


def test_a_list_from_before_unicode_is_read_as_a_whole(client, commune, leader):
    """A line alone may have too few signs to be known by."""
    rows = "NguyÔn V¨n An; Chñ tÞch\nTrÇn ThÞ Hoa; kÕ to¸n\nLª ThÞ Hång; c«ng chøc"
    client.post(NEW, typed(commune, attendees=rows))

    people = WorkingSession.objects.get().participants.filter(part=Part.ATTENDEE)
    assert list(people.values_list("full_name", "position")) == [
        ("Nguyễn Văn An", "Chủ tịch"),
        ("Trần Thị Hoa", "kế toán"),
        ("Lê Thị Hồng", "công chức"),
    ]


@pytest.mark.parametrize("asked", ["?commune=x", "?commune=ky-lac&commune=%20"])
def test_an_address_that_no_commune_can_have_chooses_none(client, commune, leader, asked):
    assert client.get(NEW + asked).status_code == 200
    assert client.post(NEW + asked, typed(commune)).status_code == 302


def test_communes_asked_for_are_chosen_and_dissolved_ones_not_offered(client, commune, leader):
    make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")
    make_commune(name="Kỳ Cũ", slug="ky-cu", code="18852", dissolved_on=dt.date(2020, 1, 1))

    page = read(client, NEW, commune="ky-lac")

    boxes = page.find("input", name="communes")
    assert len(boxes) == 2
    assert [box["value"] for box in boxes if "checked" in box.attrs] == [str(commune.pk)]


def test_a_working_group_is_added_at_one_stroke(client, commune, leader):
    group = WorkingGroup.objects.create(
        area=commune.area,
        key="doan",
        name="Đoàn công tác",
        decision_number="1447",
        leader_name="Lê Trưởng Đoàn",
        leader_position="Phó Bí thư",
    )

    client.post(NEW, typed(commune, attendees="Phan Văn Ba", groups=[group.pk]))

    names = [one.name for one in Participant.objects.all()]
    assert names[:3] == ["Trần Văn Chủ", "Phan Văn Ba", "Lê Trưởng Đoàn"]
    assert len(names) == 4


def test_who_came_before_is_offered_and_comes_once(client, commune, leader):
    make_session(
        communes=[commune],
        participants=[
            Participant(full_name="Lê Thị An", position="Phó Chủ tịch"),
            Participant(group_name="đại diện UBND huyện"),
        ],
    )
    page = read(client, NEW)
    lines = [box["value"] for box in page.find("input", name="known")]
    assert lines == ["Trần Văn Chủ", "Lê Thị An; Phó Chủ tịch", "- đại diện UBND huyện"]

    client.post(NEW, typed(commune, known=lines, held_on="20/09/2020"))

    session = WorkingSession.objects.get(held_on="2020-09-20")
    assert [one.name for one in session.participants.all()] == [
        "Trần Văn Chủ",
        "Lê Thị An",
        "đại diện UBND huyện",
    ]


@pytest.mark.parametrize(
    "sent", [{"known": ["Lê\x00An"]}, {"known": ["x" * 301]}, {"groups": [10**30]}]
)
def test_offers_that_were_never_made_are_refused_or_left_out(client, commune, leader, sent):
    make_session(communes=[commune], participants=[Participant(full_name="Lê Thị An")])
    WorkingGroup.objects.create(
        area=commune.area, key="doan", name="Đoàn công tác", decision_number="1447"
    )

    response = client.post(NEW, typed(commune, held_on="20/09/2020", **sent))

    made = WorkingSession.objects.filter(held_on="2020-09-20")
    if "known" in sent:
        assert list(errors(response)) == ["known"]
        assert not made.exists()
    else:
        assert people(made.get()) == ["Trần Văn Chủ, Bí thư, Huyện ủy"]


def test_an_area_is_chosen_only_by_who_convenes_in_several(client, commune):
    other = make_commune(
        name="Xã Khác", slug="xa-khac", code="1", area=make_area(code="448", name="Can Lộc")
    )
    user = make_user(role=Role.LEADER, area=commune.area)
    client.force_login(user)
    assert client.get(NEW, {"area": other.area_id}).status_code == 404

    user.memberships.create(role=Role.LEADER, area=other.area, from_on=dt.date(2016, 1, 1))
    client.post(f"{NEW}?area={other.area_id}", typed(other))

    assert WorkingSession.objects.get().area == other.area
    refused = client.post(f"{NEW}?area={other.area_id}", typed(commune))
    assert list(errors(refused)) == ["communes"]


@pytest.mark.parametrize("role", [Role.COMMUNE_LEADER, Role.COMMUNE_STAFF])
def test_who_does_not_convene_is_refused(client, commune, role):
    session = make_session(communes=[commune])
    client.force_login(make_user(role=role, commune=commune))

    for address in (NEW, edit_of(session)):
        assert client.get(address).status_code == 403
        assert client.post(address, typed(commune)).status_code == 403


def test_a_session_elsewhere_does_not_exist(client, leader):
    area = make_area(code="448", name="Can Lộc")
    other = make_session(communes=[make_commune(slug="xa-khac", code="1", area=area)])

    assert client.get(edit_of(other)).status_code == 404
    assert client.put(NEW).status_code == 405


def test_a_session_is_changed(client, commune, leader):
    session = make_session(communes=[commune], participants=[Participant(full_name="Lê Thị An")])
    page = read(client, edit_of(session))
    assert page.one("textarea", name="attendees").text == "Lê Thị An"
    assert page.one("textarea", name="chairs").text == "Trần Văn Chủ"

    response = client.post(
        edit_of(session), typed(commune, version=session.version, title="Tên mới")
    )

    assert response["Location"] == f"/sessions/{session.pk}/"
    session.refresh_from_db()
    assert (session.title, people(session)) == ("Tên mới", ["Trần Văn Chủ, Bí thư, Huyện ủy"])


def test_the_second_editor_is_told_and_both_texts_are_kept(client, commune, leader):
    session = make_session(communes=[commune])
    seen = session.version
    client.post(edit_of(session), typed(commune, version=seen, place="Hội trường"))

    response = client.post(edit_of(session), typed(commune, version=seen, place="Phòng họp số 2"))

    assert response.status_code == 409
    shown = response.content.decode()
    assert "Hội trường" in shown
    assert "Phòng họp số 2" in shown
    session.refresh_from_db()
    assert session.place == "Hội trường"
    # Sent once more, it is recorded in the place of the other.
    version = response.context["form"]["version"].value()
    client.post(edit_of(session), typed(commune, version=version, place="Phòng họp số 2"))
    session.refresh_from_db()
    assert session.place == "Phòng họp số 2"


def test_a_form_without_its_version_asks_once_more(client, commune, leader):
    session = make_session(communes=[commune])

    response = client.post(edit_of(session), typed(commune, version=""))

    assert response.status_code == 200
    assert list(errors(response)) == ["__all__"]


def test_published_minutes_are_not_changed_and_what_was_typed_is_kept(client, commune, leader):
    session = make_session(communes=[commune], state="published", by=leader)
    assert client.get(edit_of(session)).status_code == 409

    response = client.post(
        edit_of(session), typed(commune, version=session.version, place="Phòng họp số 2")
    )

    assert response.status_code == 409
    assert "Phòng họp số 2" in response.content.decode()
    session.refresh_from_db()
    assert session.place == ""


def test_a_commune_with_entries_stays_in_the_session(client, commune, leader):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")
    session = make_session(communes=[commune, other])
    make_entry(session, commune=commune)

    refused = client.post(edit_of(session), typed(other, version=session.version))
    assert list(errors(refused)) == ["communes"]

    client.post(edit_of(session), typed(commune, version=session.version))
    assert list(session.communes.all()) == [commune]


def test_a_session_that_was_held_is_not_moved_ahead(client, commune, leader):
    session = make_session(communes=[commune], state="held")

    said = typed(commune, version=session.version, held_on="16/09/2020")
    assert list(errors(client.post(edit_of(session), said))) == ["held_on"]


def test_all_that_is_wrong_is_told_at_once(client, commune, leader):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")
    session = make_session(communes=[commune, other], state="held")
    make_entry(session, commune=commune)
    wrong = {"title": "", "held_on": "16/09/2020", "starts_at": "14:00", "ends_at": "13:00"}

    refused = client.post(edit_of(session), typed(other, version=session.version) | wrong)

    assert set(errors(refused)) == {"title", "held_on", "ends_at", "communes"}
    refused = client.post(
        edit_of(session), typed(other, version=session.version, held_on="16/09/2020")
    )
    assert set(errors(refused)) == {"held_on", "communes"}


def test_as_many_queries_for_300_as_for_one(client, commune, leader):
    session = make_session(communes=[commune], participants=[Participant(full_name="A")])
    counts = []
    for name in ("one", "many"):
        if name == "many":
            communes = [
                make_commune(name=f"Xã {n}", slug=f"xa-{n}", code=str(n)) for n in range(300)
            ]
            call = session_actions.Call(
                form="party",
                title="Họp",
                communes=communes,
                held_on=dt.date(2020, 9, 9),
                participants=[
                    Participant(full_name=f"Người {n}", part=Part.CHAIR) for n in range(300)
                ],
            )
            session_actions.change(
                session,
                call,
                version=session.version,
                by=leader,
                reason="Dời ngày",
                briefing_of=briefing_of,
            )
            make_session(communes=communes, chairs=[f"Khách {n}" for n in range(100)])
        for address in (NEW, edit_of(session)):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(address)
            counts.append(len(queries))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 20


@pytest.mark.parametrize(
    ("form", "title"), [("party", "Người ghi biên bản"), ("government", "Thư ký")]
)
def test_who_writes_the_minutes_is_called_by_the_form_of_the_papers(
    client, commune, leader, form, title
):
    session = make_session(communes=[commune], form=form, by=leader)

    for address in (f"/sessions/{session.pk}/edit/", f"/sessions/{session.pk}/"):
        said = client.get(address).content.decode()
        assert title in said
        assert ({"Người ghi biên bản", "Thư ký"} - {title}).pop() not in said
