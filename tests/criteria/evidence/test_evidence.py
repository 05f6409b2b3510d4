import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import Role
from criteria.evidence import actions as evidence_actions
from criteria.evidence import queries as evidence_queries
from criteria.models import Claim, Evidence, EvidenceRequirement
from criteria.standards import yardstick
from nrm_tracker import clock, uploads
from nrm_tracker.forms import UPLOAD_HELP
from nrm_tracker.models import StoredFile
from tests import files
from tests.factories import (
    attach,
    attach_picture,
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_user,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db
URL = "/communes/ky-lac/criteria/1/evidence/new/"
CELL = "/communes/ky-lac/criteria/1/#evidence"
TODAY = dt.date(2020, 9, 15)
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def enrolment():
    return make_enrolment()


@pytest.fixture
def requirement(enrolment):
    criterion = cell(enrolment).criterion
    return EvidenceRequirement.objects.create(criterion=criterion, name="Biểu chi tiết")


@pytest.fixture
def staff(client, enrolment):
    return signed_in(client, Role.COMMUNE_STAFF, commune=enrolment.commune)


def signed_in(client, role=None, **place):
    user = make_user(role=role, **place)
    client.force_login(user)
    return user


def typed(*sent, **changes):
    values = {"criteria": ["1"], "captions": "", "url": "", "dated_on": "", "valid_until": ""}
    return values | {"new_files": list(sent)} | changes


def replacing(**changes):
    values = {"caption": "Bản mới", "url": "", "dated_on": "", "valid_until": ""}
    return values | changes


def editing(found, **changes):
    values = {"caption": "Minh chứng", "dated_on": "", "valid_until": "", "criteria": ["1"]}
    return values | {"seen": evidence_actions.mark(found)} | changes


def errors(response, status=200):
    assert response.status_code == status
    return list(response.context["form"].errors)


def submit(enrolment, number=1, *, at=None):
    """A claim of the cell that was submitted, now or then."""
    at, by = at or clock.now(), make_user()
    return Claim.objects.create(
        status=cell(enrolment, number),
        result="met",
        state=Claim.State.SUBMITTED,
        drafted_at=at,
        drafted_by=by,
        submitted_at=at,
        submitted_by=by,
    )


def rows(of, *, day=TODAY, may=True):
    return evidence_queries.evidence_of(of, day, may)


def code_of(client, url):
    """The answer's code; a file that is served is read to its end, which closes it."""
    response = client.get(url)
    if response.streaming:
        response.getvalue()
    return response.status_code


def url_of(found, name):
    return f"/evidence/{found.pk}/{name}/"


# Attaching


def test_a_file_is_attached(client, enrolment, staff, requirement):
    data = typed(
        files.picture("so-the.jpg"),
        captions="Số thẻ BHYT theo thôn",
        dated_on="02/09/2020",
        valid_until="31/12/2020",
        requirement=requirement.pk,
        has_personal_data="on",
    )

    response = client.post(URL, data)

    assert (response.status_code, response.url) == (302, CELL)
    made = Evidence.objects.get()
    assert (made.enrolment, list(made.statuses.all())) == (enrolment, [cell(enrolment)])
    assert (made.caption, made.requirement) == ("Số thẻ BHYT theo thôn", requirement)
    assert (made.dated_on, made.valid_until) == (dt.date(2020, 9, 2), dt.date(2020, 12, 31))
    assert made.has_personal_data
    assert (made.attached_by, clock.local_day(made.attached_at)) == (staff, TODAY)
    assert (made.file.name, made.file.kind) == ("so-the.jpg", "image/jpeg")
    assert made.file.thumbnail
    (said,) = client.get(URL).context["messages"]
    assert "Số thẻ BHYT theo thôn" in str(said)


def test_several_files_and_a_link_go_at_once(client, enrolment, staff):
    data = typed(
        files.pdf("mot.pdf"),
        files.docx("hai.docx"),
        url="https://hatinh.gov.vn/qd-218",
        captions="Một\n\nHai\nBa",
        criteria=["1", "3"],
    )

    client.post(URL, data)

    found = Evidence.objects.order_by("pk")
    assert [one.caption for one in found] == ["Một", "Hai", "Ba"]
    assert [one.url for one in found] == ["", "", "https://hatinh.gov.vn/qd-218"]
    for one in found:
        assert set(one.statuses.all()) == {cell(enrolment, 1), cell(enrolment, 3)}


@pytest.mark.parametrize(
    ("captions", "expected"),
    [("", ["mot", "hai", "hatinh.gov.vn/tin"]), ("Ảnh", ["Ảnh"] * 3)],
)
def test_without_a_caption_each_the_one_or_the_names_serve(client, staff, captions, expected):
    sent = (files.pdf("mot.pdf"), files.pdf("hai.pdf"))

    client.post(URL, typed(*sent, url="hatinh.gov.vn/tin", captions=captions))

    assert list(Evidence.objects.values_list("caption", flat=True)) == expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "new_files"),
        ({"new_files": files.upload("rong.pdf", b"")}, "new_files"),
        ({"new_files": files.upload("anh.jpg", b"no picture")}, "new_files"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "ftp://hatinh.gov.vn/x"}, "url"),
        ({"url": "không phải"}, "url"),
        ({"url": f"https://hatinh.gov.vn/{'x' * 500}"}, "url"),
        ({"url": "https://a.vn", "captions": "a\nb"}, "captions"),
        ({"url": "https://a.vn", "captions": "đ" * 301}, "captions"),
        ({"url": "https://a.vn", "captions": "\x00"}, "captions"),
        ({"url": "https://a.vn", "dated_on": "16/09/2020"}, "dated_on"),
        ({"url": "https://a.vn", "dated_on": "x"}, "dated_on"),
        (
            {"url": "https://a.vn", "dated_on": "10/09/2020", "valid_until": "09/09/2020"},
            "valid_until",
        ),
        ({"url": "https://a.vn", "criteria": []}, "criteria"),
        ({"url": "https://a.vn", "criteria": ["4"]}, "criteria"),
        ({"url": "https://a.vn", "requirement": "999"}, "requirement"),
        ({"url": "https://a.vn", "requirement": "x\x00"}, "requirement"),
    ],
)
def test_bad_input_is_told_beside_the_field(client, staff, requirement, changes, field):
    response = client.post(URL, typed(**changes))

    assert errors(response) == [field]
    assert not Evidence.objects.exists()
    assert not StoredFile.objects.exists()


def test_one_refused_file_refuses_all_and_the_rest_stays(client, staff, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    sent = [
        files.pdf("tot.pdf"),
        files.upload("rong.pdf", b""),
        files.upload("doi.pdf", b"no paper"),
    ]

    response = client.post(URL, typed(*sent, captions="Hồ sơ", dated_on="01/09/2020"))

    refused = response.context["form"].errors["new_files"]
    assert [said.split(":")[0] for said in refused] == ["rong.pdf", "doi.pdf"]
    page = response.content.decode()
    assert "Hồ sơ</textarea>" in page
    assert 'value="01/09/2020"' in page
    assert not Evidence.objects.exists()
    assert not list(tmp_path.iterdir())


def test_a_paper_required_of_another_criterion_is_refused(client, enrolment, staff, requirement):
    data = typed(url="https://a.vn", criteria=["2"], requirement=requirement.pk)

    assert errors(client.post(URL, data)) == ["requirement"]
    assert not Evidence.objects.exists()


def test_a_file_beyond_the_limit_is_refused_with_a_sentence(client, staff, settings):
    settings.UPLOAD_LIMIT = 100

    response = client.post(URL, typed(files.pdf("lon.pdf", text="x" * 200)))

    (said,) = response.context["form"].errors["new_files"]
    assert said.startswith("lon.pdf: ")
    assert not StoredFile.objects.exists()


def test_a_closed_run_takes_no_more(client, enrolment, staff):
    enrolment.closed_on = TODAY
    enrolment.save()

    assert errors(client.post(URL, typed(files.pdf()))) == ["__all__"]
    assert not StoredFile.objects.exists()


def test_the_form_warns_of_secret_papers_and_offers_what_is_required(client, staff, requirement):
    page = Page(client.get(URL, {"requirement": requirement.pk}))

    assert str(UPLOAD_HELP) in page.html
    assert page.one("option", value=str(requirement.pk), selected=True)
    assert [box["value"] for box in page.find("input", type="checkbox", checked=True)] == ["1"]
    assert not page.find("input", maxlength=True)


def test_a_cell_of_another_commune_is_refused(enrolment):
    other = make_enrolment(
        commune=make_commune(name="Lâm Hợp", slug="lam-hop", code="18851"),
        criteria_set=enrolment.criteria_set,
    )
    piece = evidence_actions.Piece(caption="x", url="https://a.vn")

    with pytest.raises(ValidationError):
        evidence_actions.attach(enrolment, [cell(other)], [piece], by=make_user())


def test_of_files_that_cannot_all_be_kept_none_stays(enrolment, tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    pieces = [
        evidence_actions.Piece(caption=name, file=uploads.check(files.picture(name)))
        for name in ("a.jpg", "b.jpg")
    ]
    store = uploads.store
    monkeypatch.setattr(
        uploads, "store", lambda file, by: 1 / 0 if file.name == "b.jpg" else store(file, by)
    )

    with pytest.raises(ZeroDivisionError):
        evidence_actions.attach(enrolment, [cell(enrolment)], pieces, by=make_user())

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


# Saying it better


def test_what_was_said_is_said_better(client, enrolment, staff, requirement):
    found = attach_picture(enrolment)
    data = editing(
        found,
        caption="Ảnh trạm y tế",
        dated_on="01/09/2020",
        valid_until="01/10/2020",
        has_personal_data="on",
        criteria=["1", "2"],
        requirement=requirement.pk,
    )

    response = client.post(url_of(found, "edit"), data)

    assert (response.status_code, response.url) == (302, CELL)
    found.refresh_from_db()
    assert (found.caption, found.requirement) == ("Ảnh trạm y tế", requirement)
    assert (found.dated_on, found.valid_until) == (dt.date(2020, 9, 1), dt.date(2020, 10, 1))
    assert found.has_personal_data
    assert {one.criterion.number for one in found.statuses.all()} == {1, 2}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"caption": " "}, "caption"),
        ({"caption": "đ" * 301}, "caption"),
        ({"criteria": []}, "criteria"),
        ({"dated_on": "16/09/2020"}, "dated_on"),
        ({"dated_on": "10/09/2020", "valid_until": "09/09/2020"}, "valid_until"),
    ],
)
def test_a_bad_edit_is_told_beside_the_field(client, enrolment, staff, changes, field):
    found = attach_picture(enrolment)

    assert errors(client.post(url_of(found, "edit"), editing(found, **changes))) == [field]
    found.refresh_from_db()
    assert (found.caption, found.dated_on) == ("Minh chứng", None)


def test_what_a_claim_leans_on_keeps_its_words_but_may_be_guarded(client, enrolment, staff):
    found = attach_picture(enrolment, numbers=[1, 2])
    submit(enrolment)
    page = Page(client.get(url_of(found, "edit")))
    assert "disabled" in page.one("input", name="caption").attrs

    data = editing(found, caption="Khác", has_personal_data="on", criteria=["1", "2", "3"])
    client.post(url_of(found, "edit"), data)

    found.refresh_from_db()
    assert (found.caption, found.has_personal_data) == ("Minh chứng", True)
    assert found.statuses.count() == 3


def test_what_a_claim_leans_on_is_not_taken_from_its_criterion(client, enrolment, staff):
    found = attach_picture(enrolment, numbers=[1, 2])
    submit(enrolment)

    assert errors(client.post(url_of(found, "edit"), editing(found, criteria=["2"]))) == [
        "criteria"
    ]
    assert found.statuses.count() == 2


def test_the_verb_itself_refuses_other_words_for_what_is_leant_on(enrolment):
    found = attach_picture(enrolment)
    submit(enrolment)

    with pytest.raises(ValidationError):
        evidence_actions.edit(
            found,
            seen=evidence_actions.mark(found),
            statuses=[cell(enrolment)],
            caption="Khác",
            dated_on=None,
            valid_until=None,
            has_personal_data=False,
            requirement=None,
        )


def test_who_edits_second_is_told_and_what_was_typed_is_kept(client, enrolment, staff):
    found = attach_picture(enrolment)
    mine = editing(found, caption="Của tôi")
    client.post(url_of(found, "edit"), editing(found, caption="Của người kia"))

    response = client.post(url_of(found, "edit"), mine)

    assert errors(response, 409) == []
    page = response.content.decode()
    assert "Của người kia" in page
    assert 'value="Của tôi"' in page
    found.refresh_from_db()
    assert found.caption == "Của người kia"
    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert client.post(url_of(found, "edit"), again).status_code == 302
    found.refresh_from_db()
    assert found.caption == "Của tôi"


def test_the_way_back_leads_to_the_cell_come_from(client, enrolment, staff):
    found = attach_picture(enrolment, numbers=[1, 3])
    data = editing(found, criteria=["1", "3"])

    for come_from, number in (("3", 3), ("2", 1), ("x", 1)):
        response = client.post(f"{url_of(found, 'edit')}?from={come_from}", data)
        assert response.url == f"/communes/ky-lac/criteria/{number}/#evidence"


# Replacing


def test_a_piece_is_replaced_and_the_old_one_stays_readable(client, enrolment, staff, requirement):
    old = attach_picture(enrolment, numbers=[1, 2], requirement=requirement)
    submit(enrolment)

    response = client.post(url_of(old, "replace"), replacing(file=files.pdf("moi.pdf")))

    assert (response.status_code, response.url) == (302, CELL)
    new = Evidence.objects.get(replaces=old)
    assert (new.caption, new.requirement, new.attached_by) == ("Bản mới", requirement, staff)
    assert {one.criterion.number for one in new.statuses.all()} == {1, 2}
    assert list(Evidence.objects.present()) == [new]
    assert [row.pk for row in rows(cell(enrolment))] == [new.pk]
    answer = client.get(url_of(old, "file"))
    assert answer.getvalue() == files.picture().read()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "file"),
        ({"url": "https://a.vn", "file": files.pdf()}, "file"),
        ({"file": files.upload("a.pdf", b"")}, "file"),
        ({"url": "https://a.vn", "caption": ""}, "caption"),
        ({"url": "https://a.vn", "dated_on": "16/09/2020"}, "dated_on"),
    ],
)
def test_a_bad_replacement_is_told_beside_the_field(client, enrolment, staff, changes, field):
    old = attach_picture(enrolment)

    assert errors(client.post(url_of(old, "replace"), replacing(**changes))) == [field]
    assert Evidence.objects.count() == StoredFile.objects.count() == 1


def test_what_was_replaced_is_not_replaced_again(client, enrolment, staff):
    old = attach_picture(enrolment)
    evidence_actions.replace(
        old, evidence_actions.Piece(caption="Mới", url="https://a.vn"), by=staff
    )

    page = client.get(url_of(old, "replace")).content.decode()
    assert "Mới" in page
    assert 'name="caption"' not in page
    response = client.post(url_of(old, "replace"), replacing(url="https://b.vn"))
    assert errors(response) == ["__all__"]
    assert Evidence.objects.count() == 2


# Taking away


def test_a_piece_is_taken_away_with_a_reason(client, enrolment, staff):
    found = attach_picture(enrolment)

    response = client.post(url_of(found, "remove"), {"reason": "Nhầm xã"})

    assert (response.status_code, response.url) == (302, CELL)
    found.refresh_from_db()
    assert (found.removed_by, found.removal_reason) == (staff, "Nhầm xã")
    assert clock.local_day(found.removed_at) == TODAY
    assert rows(cell(enrolment)) == []
    assert uploads.is_there(found.file)


def test_it_needs_a_reason(client, enrolment, staff):
    found = attach_picture(enrolment)

    assert errors(client.post(url_of(found, "remove"), {"reason": " "})) == ["reason"]
    assert list(Evidence.objects.present()) == [found]


def test_what_a_submitted_claim_leant_on_is_not_taken_away(client, enrolment, staff):
    found = attach_picture(enrolment, numbers=[1, 2])
    submit(enrolment, 2)

    response = client.post(url_of(found, "remove"), {"reason": "Nhầm"})

    assert errors(response) == ["__all__"]
    assert str(evidence_actions.LEANT_ON) in response.context["form"].errors["__all__"]
    assert list(Evidence.objects.present()) == [found]


def test_nor_what_stands_in_for_such_a_piece(enrolment):
    old = attach_picture(enrolment)
    submit(enrolment)
    piece = evidence_actions.Piece(caption="Mới", url="https://a.vn")
    new = evidence_actions.replace(old, piece, by=make_user())
    Evidence.objects.filter(pk=new.pk).update(attached_at=clock.now() + dt.timedelta(hours=1))

    with pytest.raises(ValidationError):
        evidence_actions.take_away(new, reason="Nhầm", by=make_user())


def test_a_claim_before_it_or_elsewhere_does_not_hold_it(enrolment):
    submit(enrolment, at=clock.at(YESTERDAY, 9))
    submit(enrolment, 2)
    found = attach_picture(enrolment)

    evidence_actions.take_away(found, reason="Nhầm", by=make_user())

    assert not Evidence.objects.present().exists()


def test_what_was_taken_away_is_not_touched_again(client, enrolment, staff):
    found = attach_picture(enrolment)
    evidence_actions.take_away(found, reason="Nhầm", by=staff)

    for name, data in (
        ("edit", editing(found)),
        ("replace", replacing(url="https://a.vn")),
        ("remove", {"reason": "Lại"}),
    ):
        assert 'class="btn btn-send"' not in client.get(url_of(found, name)).content.decode()
        assert errors(client.post(url_of(found, name), data)) == ["__all__"]


# Reading


def test_a_row_says_what_there_is(enrolment, requirement):
    by = make_user()
    found = attach(
        enrolment,
        files.picture("a.jpg"),
        by=by,
        numbers=[1, 3],
        requirement=requirement,
        dated_on=YESTERDAY,
        valid_until=YESTERDAY,
    )

    (row,) = rows(enrolment)

    assert (row.pk, row.caption, row.name) == (found.pk, "Minh chứng", "a.jpg")
    assert (row.kind, row.size) == (str(uploads.JPEG.label), found.file.size)
    assert (row.address, row.thumbnail) == (url_of(found, "file"), url_of(found, "thumbnail"))
    assert (row.numbers, row.requirement_id) == ((1, 3), requirement.pk)
    assert (row.attached_by, row.attached_at) == (by.full_name, found.attached_at)
    assert row.is_expired
    assert [one.pk for one in rows(cell(enrolment, 3))] == [found.pk]
    assert rows(cell(enrolment, 2)) == []


def test_it_runs_out_after_its_last_day(enrolment):
    attach_picture(enrolment, valid_until=TODAY)

    assert [row.is_expired for row in rows(enrolment)] == [False]
    assert [row.is_expired for row in rows(enrolment, day=TODAY + dt.timedelta(days=1))] == [True]


def test_personal_data_are_hidden_but_not_that_there_are_some(enrolment):
    attach_picture(enrolment, caption="Danh sách hộ nghèo", has_personal_data=True, numbers=[1, 3])

    for may in (False, {2}, frozenset()):
        (row,) = rows(enrolment, may=may)
        assert (row.is_personal, row.is_visible) == (True, False)
        assert (row.caption, row.name, row.address, row.thumbnail, row.sha256) == ("",) * 5
    for may in (True, {3}):
        (row,) = rows(enrolment, may=may)
        assert (row.is_visible, row.caption) == (True, "Danh sách hộ nghèo")


def test_an_earlier_day_shows_what_stood_then(enrolment):
    kept = attach_picture(enrolment, caption="Còn")
    taken = attach_picture(enrolment, caption="Bỏ")
    old = attach_picture(enrolment, caption="Cũ")
    Evidence.objects.update(attached_at=clock.at(YESTERDAY, 9))
    evidence_actions.take_away(taken, reason="Nhầm", by=make_user())
    new = evidence_actions.replace(
        old, evidence_actions.Piece(caption="Mới", url="https://a.vn"), by=make_user()
    )

    assert {row.pk for row in rows(enrolment)} == {kept.pk, new.pk}
    assert {row.pk for row in rows(enrolment, day=YESTERDAY)} == {kept.pk, taken.pk, old.pk}
    assert rows(enrolment, day=YESTERDAY - dt.timedelta(days=1)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_all_is_read_with_one_query(enrolment, count):
    for _n in range(count):
        attach_picture(enrolment, numbers=[1, 2])
    status = cell(enrolment)

    for of in (status, enrolment):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(rows(of)) == count
        assert len(queries) == 1


def test_the_checklist_tells_what_is_there_from_what_is_not(enrolment, requirement):
    criterion = requirement.criterion
    missing = EvidenceRequirement.objects.create(criterion=criterion, name="Quyết định")
    attach_picture(enrolment, requirement=requirement, valid_until=YESTERDAY)
    attach_picture(enrolment, caption="Khác")
    with CaptureQueriesContext(connection) as queries:
        required = yardstick.papers_of(criterion.pk)
    assert len(queries) == 1

    found = evidence_queries.checklist(required, rows(cell(enrolment)))

    assert [one.requirement for one in found.required] == [requirement, missing]
    assert [one.is_there for one in found.required] == [True, False]
    assert [one.is_expired for one in found.required] == [True, False]
    assert (found.there_count, [row.caption for row in found.others]) == (1, ["Khác"])


def drawn(enrolment, *, may=True, may_attach=True):
    status = cell(enrolment)
    found = evidence_queries.checklist(
        yardstick.papers_of(status.criterion_id), rows(status, may=may)
    )
    context = {"evidence": found, "status": status, "may_attach": may_attach}
    return render_to_string("criteria/evidence/_evidence.html", context)


def test_the_block_of_a_cell_shows_all_and_offers_the_next_step(enrolment, requirement):
    assert f"requirement={requirement.pk}" in drawn(enrolment)
    found = attach_picture(enrolment, valid_until=YESTERDAY, requirement=requirement)

    page = drawn(enrolment)

    assert url_of(found, "thumbnail") in page
    assert _("Evidence expired") in page
    for name in ("edit", "replace", "remove"):
        assert url_of(found, name) in page
        assert url_of(found, name) not in drawn(enrolment, may_attach=False)
    assert URL not in drawn(enrolment, may_attach=False)


def test_the_block_of_a_cell_keeps_personal_data_to_itself(enrolment):
    found = attach_picture(enrolment, caption="Danh sách hộ nghèo", has_personal_data=True)

    page = drawn(enrolment, may=False, may_attach=False)

    assert "Danh sách hộ nghèo" not in page
    assert f"/evidence/{found.pk}/" not in page
    assert f'data-evidence="{found.pk}"' in page


# Files


def test_a_file_goes_out_as_it_came_in(client, enrolment, staff):
    found = attach(enrolment, files.pdf("Báo cáo.pdf"))

    response = client.get(url_of(found, "file"))

    assert response.getvalue() == files.pdf().read()
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(url_of(found, "thumbnail")).status_code == 404


def test_a_link_has_no_file(client, enrolment, staff):
    found = attach(enrolment, url="https://a.vn")

    for name in ("file", "thumbnail"):
        assert client.get(url_of(found, name)).status_code == 404


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.OBSERVER, 403),
        (Role.LEADER, 403),
        (Role.INSPECTOR, 200),
        (Role.COORDINATOR, 200),
    ],
)
@pytest.mark.parametrize("guarded", ["personal", "taken away"])
def test_who_sees_what_is_guarded(client, enrolment, role, code, guarded):
    found = attach_picture(enrolment, has_personal_data=guarded == "personal")
    if guarded == "taken away":
        evidence_actions.take_away(found, reason="Có dấu mật", by=make_user())
    signed_in(client, role, area=enrolment.commune.area)

    for name in ("file", "thumbnail"):
        assert code_of(client, url_of(found, name)) == code


def test_an_agency_sees_the_personal_data_of_its_own_criteria(client, enrolment):
    agency = make_agency(criteria=[cell(enrolment, 3).criterion])
    own = attach_picture(enrolment, has_personal_data=True, numbers=[1, 3])
    other = attach_picture(enrolment, has_personal_data=True, numbers=[1, 2])
    signed_in(client, Role.AGENCY_OFFICER, agency=agency)

    assert code_of(client, url_of(own, "file")) == 200
    assert code_of(client, url_of(other, "file")) == 403


def test_elsewhere_nothing_is_there(client, enrolment):
    found = attach_picture(enrolment)
    signed_in(client, Role.COORDINATOR, area=make_area(code="446", name="Cẩm Xuyên"))

    for name in ("file", "thumbnail", "edit", "replace", "remove"):
        assert client.get(url_of(found, name)).status_code == 404
    assert client.get(URL).status_code == 404


def test_evidence_is_no_document_of_a_decision(client, enrolment, staff):
    found = attach_picture(enrolment)

    assert client.get(f"/documents/{found.file_id}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_no_more_for_more(client, enrolment, staff, count, requirement):
    for _n in range(count):
        found = attach_picture(enrolment, numbers=[1, 2])
    for url in (URL, url_of(found, "edit"), url_of(found, "replace"), url_of(found, "remove")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) <= 15


def test_what_replaced_such_a_piece_is_not_moved_to_another_criterion(enrolment):
    """Replacing opens no way round the rule."""
    by = make_user()
    old = attach_picture(enrolment, by=by)
    submit(enrolment)
    new = evidence_actions.replace(
        old, evidence_actions.Piece(caption="Mới", url="https://a.vn"), by=by
    )
    Evidence.objects.filter(pk=new.pk).update(attached_at=clock.now() + dt.timedelta(hours=1))
    new.refresh_from_db()

    with pytest.raises(ValidationError):
        evidence_actions.edit(
            new,
            seen=evidence_actions.mark(new),
            statuses=[cell(enrolment, 2)],
            caption=new.caption,
            dated_on=None,
            valid_until=None,
            has_personal_data=False,
            requirement=None,
        )

    assert [status.criterion.number for status in new.statuses.all()] == [1]
