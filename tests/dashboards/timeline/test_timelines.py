"""Timelines of a cell, a commune, a criterion and a person."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Person, Role
from communes.models import Village
from criteria.assessments import actions as assessment_actions
from criteria.followup import actions as followup_actions
from criteria.models import (
    Charge,
    Claim,
    ClaimDecision,
    Comment,
    Difficulty,
    DossierRequirement,
    DossierStep,
    Evidence,
    Indicator,
    Level,
    Measurement,
    Recognition,
    Result,
    Threshold,
)
from nrm_tracker import clock
from tests.factories import (
    cell,
    finding,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
CELL = "/communes/ky-lac/criteria/1/history/"
COMMUNE = "/communes/ky-lac/history/"
CRITERION = "/criteria/1/history/"
EARLY = dt.date(2020, 9, 1)


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def by(client, run):
    """A leader of the area, signed in."""
    user = make_user(role=Role.LEADER, area=run.commune.area)
    client.force_login(user)
    return user


def at(day, hour=9):
    return clock.at(dt.date(2020, 9, day), hour)


def events(page):
    return page.find("li", data_kind=True)


def kinds(page):
    return [event["data-kind"] for event in events(page)]


def texts(client, address, **query):
    return [event.text for event in events(read(client, address, **query))]


def links(page):
    return [page.find("a", inside=event)[0]["href"] for event in events(page)]


def make_claim(run, by, *, number=1, state=Claim.State.SUBMITTED, day=10, **kwargs):
    closed = {} if state in Claim.OPEN else {"closed_at": at(day + 1), "closed_by": by}
    if state != Claim.State.DRAFT:
        closed |= {"submitted_at": at(day), "submitted_by": by, "result": Result.MET}
    return Claim.objects.create(
        status=cell(run, number), state=state, drafted_at=at(day), drafted_by=by, **closed, **kwargs
    )


def make_evidence(run, by, *, number=1, caption="Danh sách hộ", day=10, **kwargs):
    piece = Evidence.objects.create(
        enrolment=run,
        url="https://example.vn/",
        caption=caption,
        attached_at=at(day),
        attached_by=by,
        **kwargs,
    )
    piece.statuses.add(cell(run, number))
    return piece


def make_measurement(run, by, *, of=1, day=5, at_day=6, **kwargs):
    criterion = cell(run, of).criterion
    indicator, _ = Indicator.objects.get_or_create(
        criterion=criterion, code=f"{of}.1", defaults={"text": "Chỉ tiêu", "kind": "percent"}
    )
    return Measurement.objects.create(
        enrolment=run,
        indicator=indicator,
        level=Level.COMMUNE,
        measured_on=dt.date(2020, 9, day),
        recorded_at=at(at_day),
        recorded_by=by,
        **kwargs,
    )


def make_difficulty(run, by, *, number=1, day=5, **kwargs):
    return Difficulty.objects.create(
        commune=run.commune,
        criterion=cell(run, number).criterion if number else None,
        cause="Thiếu vốn",
        request="Hỗ trợ 2 tỷ đồng",
        asked_of="district",
        stated_on=dt.date(2020, 9, day),
        stated_at=at(day),
        stated_by=by,
        **kwargs,
    )


def make_recognition(run, by, **kwargs):
    return Recognition.objects.create(
        enrolment=run,
        title="Xã đạt chuẩn nông thôn mới",
        decided_on=dt.date(2020, 9, 10),
        recorded_by=by,
        recorded_at=at(11),
        **kwargs,
    )


def one_of_each(run, by):
    """An entry of every kind, in the order of days."""
    assessment_actions.assess(cell(run), finding(on=EARLY), by=by, at=at(2))
    make_measurement(run, by, numerator=Decimal(3108), denominator=Decimal(3397))
    claim = make_claim(run, by, state=Claim.State.RETURNED, day=7)
    agency = make_agency(area=run.commune.area)
    ClaimDecision.objects.create(
        claim=claim,
        agency=agency,
        verdict=ClaimDecision.Verdict.RETURNED,
        reason="Thiếu danh sách",
        add_by=dt.date(2020, 9, 30),
        by=by,
        at=at(8),
    )
    make_claim(run, by, state=Claim.State.WITHDRAWN, day=9)
    old = make_evidence(run, by, day=9, caption="Ảnh cũ")
    piece = make_evidence(run, by, day=10, caption="Ảnh mới", replaces=old)
    piece.removed_at, piece.removed_by, piece.removal_reason = at(11), by, "Nhầm tệp"
    piece.save()
    make_difficulty(
        run, by, resolved_on="2020-09-12", resolved_at=at(12), resolved_by=by, resolution="Đã cấp"
    )
    person = Person.objects.create(full_name="Lê Văn Tám", area=run.commune.area)
    Charge.objects.create(
        person=person,
        commune=run.commune,
        criterion=cell(run).criterion,
        due_on=dt.date(2020, 12, 31),
        from_on=dt.date(2020, 9, 3),
        recorded_at=at(13),
        recorded_by=by,
    )
    said = followup_actions.comment(cell(run), "Làm sớm", by=by)
    followup_actions.edit(said, "Làm ngay")


WHOLE_COMMUNE = {"recognition", "dossier"}
OF_A_CELL = {
    "assessment", "measurement", "claim", "decision", "evidence", "difficulty", "charge", "comment",
}  # fmt: skip


def add_of_the_commune(run, by):
    make_recognition(run, by, revoked_on=dt.date(2020, 9, 14), revoking_decision="9/QĐ")
    requirement = DossierRequirement.objects.create(
        criteria_set=run.criteria_set, number=1, name="Đăng ký"
    )
    DossierStep.objects.create(
        enrolment=run,
        requirement=requirement,
        done_on=dt.date(2020, 9, 10),
        recorded_at=at(11),
        recorded_by=by,
    )


# What is told


@pytest.mark.parametrize("address", [CELL, COMMUNE, CRITERION])
def test_every_kind_is_told(client, run, by, address):
    one_of_each(run, by)
    add_of_the_commune(run, by)

    told = kinds(read(client, address))

    assert set(told) == (OF_A_CELL | WHOLE_COMMUNE if address == COMMUNE else OF_A_CELL)
    assert told.count("claim") == 3
    assert told.count("evidence") == 3
    assert told.count("difficulty") == 2
    assert told.count("comment") == 2


def test_the_newest_entry_comes_first(client, run, by):
    assessment_actions.assess(cell(run), finding(on=dt.date(2020, 9, 9)), by=by, at=at(9))
    make_difficulty(run, by, day=5)
    assessment_actions.assess(cell(run), finding(on=EARLY), by=by, at=at(12))

    assert kinds(read(client, CELL)) == ["assessment", "assessment", "difficulty"]
    assert "01/09/2020" in texts(client, CELL)[0]


def test_a_result_tells_from_what_to_what_when_by_whom_and_why(client, run, by):
    assessment_actions.assess(cell(run), finding(Result.NOT_MET, EARLY), by=by, at=at(2))
    second = finding(Result.MET, dt.date(2020, 9, 8), reason="Đã đủ", basis_text="Buổi làm việc")
    assessment_actions.assess(cell(run), second, by=by, at=at(9, 15))

    newest, oldest = texts(client, CELL)

    order = [newest.index(word) for word in ("08/09/2020", str(Result.NOT_MET.label), "→")]
    assert order == sorted(order)
    for word in (str(Result.MET.label), "Đã đủ", "Buổi làm việc", by.full_name, "15:00 09/09/2020"):
        assert word in newest
    assert "→" not in oldest


def test_the_commune_s_word_and_that_from_above_have_each_their_own_before(client, run, by):
    assessment_actions.assess(cell(run), finding(Result.NOT_MET, EARLY), by=by, at=at(2))
    own = finding(Result.MET, dt.date(2020, 9, 3), level=Level.COMMUNE)
    assessment_actions.assess(cell(run), own, by=by, at=at(3))
    assessment_actions.assess(
        cell(run), finding(Result.NEARLY, dt.date(2020, 9, 4)), by=by, at=at(4)
    )

    above, commune, _ = texts(client, CELL)

    assert "→" not in commune
    assert str(Result.NOT_MET.label) in above


def test_a_correction_tells_what_it_replaces_and_a_void_what_it_takes_away(client, run, by):
    wrong = assessment_actions.assess(cell(run), finding(Result.MET, EARLY), by=by, at=at(2))
    instead = finding(Result.NEARLY, EARLY, reason="Nhầm dòng")
    right = assessment_actions.correct(wrong, instead, reason=instead.reason, by=by)
    assessment_actions.correct(right, None, reason="Ghi nhầm xã", by=by)

    page = read(client, CELL)
    void, correction, first = [event.text for event in events(page)]

    assert "Ghi nhầm xã" in void
    assert "→" not in void
    assert "Nhầm dòng" in correction
    assert correction.index(str(Result.MET.label)) < correction.index("→")
    assert len(page.find("span", class_="gone")) == 3
    assert first


def test_a_value_is_told_as_people_write_it(client, run, by):
    first = make_measurement(run, by, numerator=Decimal(2765), denominator=Decimal(3397))
    make_measurement(run, by, numerator=Decimal(3108), denominator=Decimal(3397), at_day=7, day=7)
    make_measurement(run, by, of=2, day=8, at_day=8, yes_no=True)
    make_measurement(run, by, of=3, day=9, at_day=9, not_applicable_reason="Không có chợ")
    make_measurement(
        run, by, day=5, at_day=10, numerator=Decimal("7.5"), denominator=Decimal(8), corrects=first
    )

    correction, not_applicable, yes, second, oldest = texts(client, COMMUNE)

    assert "2.765/3.397 (81,4%) →" in correction
    assert "7,5/8 (93,8%)" in correction
    assert "Không có chợ" in not_applicable
    assert str(Result.MET.label) in yes
    assert "3.108/3.397 (91,5%)" in second
    assert "2.765/3.397 (81,4%)" in oldest
    assert "→" not in oldest


def test_a_share_is_told_on_the_true_side_of_its_threshold(client, run, by):
    first = make_measurement(run, by, numerator=Decimal(8496), denominator=Decimal(10000))
    Threshold.objects.create(indicator=first.indicator, value="24.2", text="≤ 24,2%")
    make_measurement(run, by, numerator=Decimal(2424), denominator=Decimal(10000), day=7, at_day=7)

    newest, _oldest = texts(client, COMMUNE)

    assert "8.496/10.000 (84,96%) →" in newest
    assert "2.424/10.000 (24,24%)" in newest


def test_a_number_is_told_with_its_unit(client, run, by):
    made = make_measurement(run, by)
    Indicator.objects.filter(pk=made.indicator_id).update(unit="ha")
    make_measurement(run, by, day=9, at_day=9, number=Decimal("1250.500"))

    assert "1.250,5 ha" in texts(client, CELL)[0]


def test_entries_link_to_where_they_happened(client, run, by):
    entry = assessment_actions.assess(cell(run), finding(on=EARLY), by=by, at=at(2))
    make_difficulty(run, by, number=None)

    page = read(client, COMMUNE, as_of="2020-09-10")

    assert links(page) == [
        "/communes/ky-lac/?as_of=2020-09-10#difficulties",
        f"/communes/ky-lac/criteria/1/?as_of=2020-09-10#a{entry.pk}",
    ]


def test_another_set_is_named_in_the_link(client, run, by):
    other = make_enrolment(
        commune=run.commune, criteria_set=make_set(code="nang-cao", tier="advanced")
    )
    assessment_actions.assess(cell(other), finding(on=EARLY), by=by, at=at(2))

    assert "set=nang-cao" in links(read(client, COMMUNE))[0]
    assert kinds(read(client, CELL)) == []
    assert len(links(read(client, CELL, set="nang-cao"))) == 1


def test_a_revocation_has_a_day_and_no_hand(client, run, by):
    make_recognition(run, by, revoked_on=dt.date(2020, 9, 14), revoking_decision="9/QĐ")

    revoked, granted = texts(client, COMMUNE)

    assert "14/09/2020" in revoked
    assert "9/QĐ" in revoked
    assert by.full_name not in revoked
    assert by.full_name in granted
    assert len(texts(client, COMMUNE, as_of="2020-09-13")) == 1


def test_a_charge_of_a_village_says_so(client, run, by):
    village = Village.objects.create(commune=run.commune, name="Sơn Bình")
    person = Person.objects.create(full_name="Lê Văn Tám", area=run.commune.area)
    for place in (village, None):
        Charge.objects.create(
            person=person,
            commune=run.commune,
            village=place,
            from_on=EARLY,
            recorded_at=at(2),
            recorded_by=by,
        )

    head, of_the_village = texts(client, COMMUNE)

    assert "Sơn Bình" in of_the_village
    assert "Sơn Bình" not in head


# What is not told


def test_drafts_are_never_told(client, run):
    make_claim(run, make_user(), state=Claim.State.DRAFT, explanation="Chưa gửi")
    for role, place in (
        (Role.COMMUNE_STAFF, {"commune": run.commune}),
        (Role.COORDINATOR, {"area": run.commune.area}),
    ):
        client.force_login(make_user(role=role, **place))
        for address in (CELL, COMMUNE, CRITERION):
            assert kinds(read(client, address)) == []


def test_a_day_hides_what_came_after(client, run, by):
    one_of_each(run, by)

    told = kinds(read(client, CELL, as_of="2020-09-08"))

    assert sorted(told) == sorted(
        ["assessment", "measurement", "claim", "decision", "difficulty", "charge"]
    )


def test_what_was_known_hides_what_was_entered_later(client, run, by):
    one_of_each(run, by)

    told = kinds(read(client, CELL, known="2020-09-06"))

    assert sorted(told) == ["assessment", "difficulty", "measurement"]


def test_a_correction_that_was_not_known_marks_nothing(client, run, by):
    wrong = assessment_actions.assess(cell(run), finding(Result.MET, EARLY), by=by, at=at(2))
    assessment_actions.correct(wrong, finding(Result.NEARLY, EARLY), reason="Nhầm", by=by)

    page = read(client, CELL, known="2020-09-10")

    assert len(events(page)) == 1
    assert not page.find("span", class_="gone")


def test_a_comment_that_was_taken_back_is_read_nowhere(client, run, by):
    said = followup_actions.comment(cell(run), "Lời đã nói", by=by)
    said = followup_actions.edit(said, "Lời đã sửa")
    followup_actions.take_back(said)

    for address in (CELL, COMMUNE, CRITERION):
        page = read(client, address)
        assert kinds(page) == ["comment"] * 3
        assert "Lời đã" not in page.html
    assert Comment.objects.count() == 3


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.LEADER, False),
        (Role.OBSERVER, False),
        (Role.COORDINATOR, True),
        (Role.INSPECTOR, True),
        (Role.COMMUNE_STAFF, True),
        (Role.AGENCY_OFFICER, None),
    ],
)
def test_evidence_with_personal_data_is_named_to_few(client, run, role, sees):
    commune, other = run.commune, make_user()
    agency = make_agency(area=commune.area, criteria=[cell(run).criterion])
    place = {
        Role.COMMUNE_STAFF: {"commune": commune},
        Role.AGENCY_OFFICER: {"agency": agency},
    }.get(role, {"area": commune.area})
    client.force_login(make_user(role=role, **place))
    old = make_evidence(run, other, has_personal_data=True, caption="Sổ hộ nghèo ông Bình")
    piece = make_evidence(run, other, caption="Bảng tổng hợp", replaces=old, day=11)
    old.removed_at, old.removed_by, old.removal_reason = at(12), other, "Tên ông Bình bị lộ"
    old.save()

    for address in (CELL, COMMUNE, CRITERION):
        page = read(client, address)
        # The agency sees what its own cell holds; elsewhere nobody asks row by row.
        is_seen = address == CELL if sees is None else sees
        assert ("ông Bình" in page.html) == is_seen
        assert kinds(page) == ["evidence"] * 3
        assert piece.caption in page.html


def test_a_criterion_s_timeline_stays_within_reach(client, run, by):
    far = make_enrolment(
        commune=make_commune(area=make_area(code="446"), slug="cam-my", code="1", name="Cẩm Mỹ"),
        criteria_set=run.criteria_set,
    )
    near = make_enrolment(
        commune=make_commune(slug="lam-hop", code="2", name="Lâm Hợp"),
        criteria_set=run.criteria_set,
    )
    for enrolment in (far, near, run):
        assessment_actions.assess(cell(enrolment), finding(on=EARLY), by=by, at=at(2))
        make_difficulty(enrolment, by)

    page = read(client, CRITERION)

    assert len(events(page)) == 4
    assert "Cẩm Mỹ" not in page.html
    assert {"Lâm Hợp", "Kỳ Lạc"} == {
        name for name in ("Lâm Hợp", "Kỳ Lạc") if any(name in event.text for event in events(page))
    }


# What is asked for


def test_kinds_and_days_filter(client, run, by):
    one_of_each(run, by)

    assert set(kinds(read(client, CELL, kinds=["claim", "decision"]))) == {"claim", "decision"}
    between = kinds(read(client, CELL, start="07/09/2020", end="2020-09-07"))
    assert between == ["claim"]
    assert kinds(read(client, CELL, start="15/09/2020")) == ["comment", "comment"]


def test_days_of_a_revocation_filter_too(client, run, by):
    make_recognition(run, by, revoked_on=dt.date(2020, 9, 14), revoking_decision="9/QĐ")

    assert len(texts(client, COMMUNE, start="14/09/2020", end="14/09/2020")) == 1
    assert len(texts(client, COMMUNE, start="15/09/2020")) == 0


@pytest.mark.parametrize(
    "query",
    [
        {"start": "hôm qua"},
        {"end": "31/02/2020"},
        {"start": "10/09/2020", "end": "01/09/2020"},
        {"kinds": "draft"},
        {"start": "01/01/0001"},
    ],
)
def test_what_cannot_be_asked_for_is_said_and_kept(client, run, by, query):
    assessment_actions.assess(cell(run), finding(on=EARLY), by=by, at=at(12))

    response = client.get(CELL, query)

    assert response.status_code == 200
    assert response.context["timeline"].form.errors
    assert response.context["timeline"].page.paginator.count == 1


@pytest.mark.parametrize(
    "query",
    [
        {"start": "01/01/0001"},
        {"end": "31/12/9999"},
        {"page": "99999999999999999999"},
        {"as_of": "0001-01-01"},
        {"set": "khong-co"},
    ],
)
def test_far_days_and_pages_are_no_failure(client, run, by, query):
    for address in (CELL, COMMUNE, CRITERION):
        assert client.get(address, query).status_code == 200


def test_51_entries_are_two_pages_that_keep_what_was_asked(client, run, by):
    for n in range(51):
        assessment_actions.assess(
            cell(run), finding(on=EARLY), by=by, at=at(2) + dt.timedelta(minutes=n)
        )

    page = read(client, CELL, kinds="assessment")

    assert len(events(page)) == 50
    (onward,) = {link for link in page.links if "page=2" in link}
    assert "kinds=assessment" in onward
    assert len(events(read(client, CELL, kinds="assessment", page=2))) == 1


# What it costs


@pytest.mark.parametrize("address", [CELL, COMMUNE, CRITERION])
def test_a_long_history_asks_no_more_than_a_short_one(client, run, by, address):
    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    one_of_each(run, by)
    few = count()
    for n in range(60):
        followup_actions.comment(cell(run), f"Lời thứ {n}", by=by)
        make_difficulty(run, by, day=1 + n % 14)
        make_measurement(run, by, numerator=Decimal(n), denominator=Decimal(100))

    assert count() == few <= 20


# What was written in one go


def acts(page):
    return page.find("li", data_act=True)


def communes_assessed(run, by, count):
    """Communes of one set, whose criterion 1 was found at one moment."""
    for n in range(count):
        commune = make_commune(area=run.commune.area, slug=f"xa-{n}", name=f"Xã {n}", code=f"{n}")
        enrolment = make_enrolment(commune=commune, criteria_set=run.criteria_set)
        assessment_actions.assess(cell(enrolment), finding(on=EARLY), by=by, at=at(2))


def test_what_one_act_wrote_is_one_row_that_names_its_criteria(client, run, by):
    for number, result in ((1, Result.MET), (2, Result.NOT_MET), (3, Result.MET)):
        said = finding(result, on=EARLY, reason="Theo biên bản kiểm tra")
        assessment_actions.assess(cell(run, number), said, by=by, at=at(2))

    page = read(client, COMMUNE)

    (act,) = acts(page)
    assert act["data-act"] == "3"
    (head,) = page.find("summary", inside=act)
    assert "3 mục" in head.text
    assert "Đạt 1, 3" in head.text
    assert "Chưa đạt 2" in head.text
    assert act.text.count("Theo biên bản kiểm tra") == 1
    assert act.text.count("09:00 02/09/2020") == 1
    inside = page.find("li", data_kind="assessment", inside=act)
    assert [one.text.split()[0] for one in inside] == ["1", "2", "3"]
    assert page.find("details", inside=act, open=True) == []


def test_two_entries_of_one_act_are_told_one_by_one(client, run, by):
    for number in (1, 2):
        assessment_actions.assess(cell(run, number), finding(on=EARLY), by=by, at=at(2))

    page = read(client, COMMUNE)

    assert acts(page) == []
    assert len(events(page)) == 2


def test_days_and_kinds_of_one_moment_are_acts_of_their_own(client, run, by):
    for number in (1, 2, 3):
        assessment_actions.assess(cell(run, number), finding(on=EARLY), by=by, at=at(8))
        make_difficulty(run, by, number=number, day=8)
    assessment_actions.assess(cell(run), finding(on=dt.date(2020, 9, 2)), by=by, at=at(8))

    page = read(client, COMMUNE)

    assert sorted(act["data-act"] for act in acts(page)) == ["3", "3"]
    assert len(events(page)) == 7


def test_what_entries_of_one_act_say_each_for_itself_stands_with_each(client, run, by):
    for number, reason in ((1, "Thiếu nước"), (2, "Thiếu đất"), (3, "Thiếu vốn")):
        said = finding(Result.NOT_MET, on=EARLY, reason=reason)
        assessment_actions.assess(cell(run, number), said, by=by, at=at(2))

    page = read(client, COMMUNE)

    told = [one.text for one in page.find("li", data_kind="assessment", inside=acts(page)[0])]
    assert ["Thiếu nước" in told[0], "Thiếu đất" in told[1], "Thiếu vốn" in told[2]] == [True] * 3


def test_acts_of_many_communes_name_the_first_and_all_have_a_page(client, run, by):
    communes_assessed(run, by, 23)
    assessment_actions.assess(cell(run), finding(on=EARLY), by=by, at=at(3))

    page = read(client, CRITERION)

    (act,) = acts(page)
    assert act["data-act"] == "23"
    assert len(page.find("li", data_kind=True, inside=act)) == 20
    (head,) = page.find("summary", inside=act)
    assert "Xã 3, Xã 4, Xã 5, Xã 6, Xã 7 và 15 xã khác …" in head.text
    (whole,) = [one for one in page.find("a", inside=act) if "at=" in one["href"]]
    opened = read(client, f"{CRITERION}{whole['href'].split('#')[0]}")
    assert len(events(opened)) == 23
    assert acts(opened) == []


def test_pages_are_of_acts_and_miss_none(client, run, by):
    for n in range(51):
        for number in (1, 2, 3):
            on = at(2) + dt.timedelta(minutes=n)
            assessment_actions.assess(cell(run, number), finding(on=EARLY), by=by, at=on)

    first, second = (read(client, COMMUNE, page=number) for number in (1, 2))

    assert [len(acts(first)), len(acts(second))] == [50, 1]
    assert len(events(first)) + len(events(second)) == 153


@pytest.mark.parametrize(
    ("query", "is_open"),
    [({}, False), ({"kinds": "claim"}, True), ({"start": "hôm qua"}, True), ({"page": 1}, False)],
)
def test_the_choice_of_what_is_shown_is_folded_until_it_is_made(client, run, by, query, is_open):
    (fold,) = [one for one in read(client, CELL, **query).find("details") if "fold" in one.classes]

    assert ("open" in fold.attrs) is is_open


def test_a_moment_that_cannot_be_read_is_said(client, run, by):
    assessment_actions.assess(cell(run), finding(on=EARLY), by=by, at=at(2))

    page = read(client, CELL, at="hôm qua")

    assert len(page.find("p", class_="err")) == 1
    assert len(events(page)) == 1
