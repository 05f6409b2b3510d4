"""What becomes of a session: held, published, completed, with its papers."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Notice, Role
from criteria.models import Assessment, Basis, Result
from meetings.models import DroppedItem, Task
from meetings.sessions import actions as session_actions
from nrm_tracker.models import StoredFile
from tests import files
from tests.factories import (
    cell,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_entry,
    make_session,
    make_task,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return make_enrolment()


@pytest.fixture
def commune(run):
    return run.commune


@pytest.fixture
def leader(client, commune):
    user = make_user(role=Role.LEADER, area=commune.area)
    client.force_login(user)
    return user


@pytest.fixture
def held(commune, leader):
    return make_session(communes=[commune], state="held", by=leader)


@pytest.fixture
def published(commune, leader):
    return make_session(communes=[commune], state="published", by=leader)


@pytest.fixture(autouse=True)
def kept_files(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def at(session, deed):
    return f"/sessions/{session.pk}/{deed}/"


def errors(response):
    return response.context["form"].errors


def pdf(name="bien-ban.pdf", content=b"%PDF-1.7\n1 0 obj\n%%EOF\n"):
    return SimpleUploadedFile(name, content, "application/pdf")


def stored_on_disk(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


# Held


def test_holding_freezes_the_briefing_of_each_commune(client, commune, leader):
    session = make_session(communes=[commune])
    assert client.get(at(session, "hold")).status_code == 200
    assert not session.briefings.exists()

    response = client.post(at(session, "hold"))

    assert response["Location"] == f"/sessions/{session.pk}/"
    session.refresh_from_db()
    assert session.state == "held"
    assert session.briefings.get().commune == commune
    assert session.briefings.get().content


def test_a_session_to_come_is_not_held_yet(client, commune, leader):
    session = make_session(communes=[commune], on=dt.date(2020, 9, 16))

    response = client.post(at(session, "hold"))

    assert response.status_code == 200
    assert errors(response)
    session.refresh_from_db()
    assert session.is_draft


def test_it_is_held_once(client, held):
    assert client.get(at(held, "hold")).status_code == 409
    assert client.post(at(held, "hold")).status_code == 409
    assert not held.briefings.exists()


# Published


ALL_THE_SAME = {"all_the_same": "on"}


def test_publishing_locks_the_minutes_under_their_numbers(client, leader, held):
    make_entry(held)

    response = client.post(
        at(held, "publish"),
        ALL_THE_SAME | {"minutes_number": "15-BB/HU", "notice_number": "27-TB/HU"},
    )

    assert response["Location"] == f"/sessions/{held.pk}/"
    held.refresh_from_db()
    assert (held.state, held.published_by) == ("published", leader)
    assert (held.minutes_number, held.notice_number) == ("15-BB/HU", "27-TB/HU")


def test_a_draft_is_not_published(client, commune, leader):
    session = make_session(communes=[commune])
    make_entry(session)
    assert client.get(at(session, "publish")).status_code == 409

    response = client.post(at(session, "publish"), {"minutes_number": "15-BB/HU"})

    assert response.status_code == 409
    assert "15-BB/HU" in response.content.decode()
    session.refresh_from_db()
    assert session.is_draft


def test_publishing_waits_for_entries_that_say_something(client, held):
    response = client.post(at(held, "publish"), ALL_THE_SAME | {"minutes_number": "15-BB/HU"})
    assert errors(response)["__all__"]

    make_entry(held)
    make_entry(held, text="")
    page = read(client, at(held, "publish"))
    assert page.one(data_open="entries")
    response = client.post(at(held, "publish"), ALL_THE_SAME | {"minutes_number": "15-BB/HU"})

    assert errors(response)["__all__"]
    assert "15-BB/HU" in response.content.decode()
    held.refresh_from_db()
    assert held.state == "held"


def test_the_page_names_tasks_without_a_person_in_charge(client, held, commune):
    entry = make_entry(held)
    make_task(entry=entry, commune=commune, title="Xóa bỏ vườn tạp")

    page = read(client, at(held, "publish"))

    assert "Xóa bỏ vườn tạp" in page.one(data_open="tasks").text


def test_a_number_too_long_is_told(client, held):
    make_entry(held)

    response = client.post(at(held, "publish"), ALL_THE_SAME | {"minutes_number": "x" * 61})

    assert list(errors(response)) == ["minutes_number"]
    assert "x" * 61 in response.content.decode()


def test_a_published_session_refuses_every_change(client, published, commune):
    task = make_task(commune=commune)
    version = published.version
    deeds = {
        "edit": {"title": "Khác"},
        "hold": {},
        "publish": {"minutes_number": "2"},
        "files/new": {"kind": "report", "caption": "Báo cáo", "file": pdf()},
        f"drop/{task.pk}": {"reason": "Đã giao lại"},
        "assess/ky-lac/1": {"version": "0", "result": "not_met"},
    }
    for deed, said in deeds.items():
        assert client.get(at(published, deed)).status_code == 409, deed
        assert client.post(at(published, deed), said).status_code == 409, deed

    published.refresh_from_db()
    assert published.version == version
    assert not published.files.exists()
    assert not published.dropped.exists()
    assert not published.assessments.exists()
    assert not StoredFile.objects.exists()


# After publication


def test_an_addendum_stands_below(client, leader, published):
    response = client.post(at(published, "addendum"), {"text": "Sửa: 15 thành 16."})

    assert response["Location"] == f"/sessions/{published.pk}/"
    added = published.addenda.get()
    assert (added.text, added.by) == ("Sửa: 15 thành 16.", leader)


def test_an_addendum_says_something_of_published_minutes(client, published, held):
    assert errors(client.post(at(published, "addendum"), {"text": " "}))["__all__"]

    response = client.post(at(held, "addendum"), {"text": "Sửa lại"})
    assert response.status_code == 409
    assert "Sửa lại" in response.content.decode()
    assert not held.addenda.exists()


def test_a_signed_scan_is_kept_with_its_sha256(client, published):
    sent = pdf()
    digest = hashlib.sha256(sent.read()).hexdigest()
    sent.seek(0)

    response = client.post(at(published, "scan"), {"file": sent})

    assert response["Location"] == f"/sessions/{published.pk}/#addenda"
    assert published.addenda.get().scan.sha256 == digest
    assert digest in client.get(at(published, "scan")).content.decode()
    served = client.get(f"/sessions/{published.pk}/scan.pdf")
    assert hashlib.sha256(b"".join(served.streaming_content)).hexdigest() == digest
    assert "attachment" in served["Content-Disposition"]


@pytest.mark.parametrize("sent", ["docx as pdf", "docx", "nothing", "empty"])
def test_only_a_pdf_is_a_signed_scan(client, published, kept_files, sent):
    document = files.docx().read()
    upload = {
        "docx as pdf": {"file": pdf(content=document)},
        "docx": {"file": SimpleUploadedFile("bien-ban.docx", document)},
        "nothing": {},
        "empty": {"file": pdf(content=b"")},
    }[sent]

    response = client.post(at(published, "scan"), upload)

    assert response.status_code == 200
    assert list(errors(response)) == ["file"]
    assert stored_on_disk(kept_files) == []
    assert not published.addenda.exists()


def test_a_second_scan_without_a_reason_or_the_same_again_is_refused_and_forgotten(
    client, published, kept_files
):
    client.post(at(published, "scan"), {"file": pdf()})
    first = stored_on_disk(kept_files)

    newer = {"file": pdf("khac.pdf", b"%PDF-1.4\nx%%EOF\n")}
    unexplained = client.post(at(published, "scan"), newer)
    same = client.post(at(published, "scan"), {"file": pdf(), "reason": "Quét lại"})

    assert list(errors(unexplained)) == ["reason"]
    assert list(errors(same)) == ["file"]
    assert stored_on_disk(kept_files) == first
    assert StoredFile.objects.count() == 1


def test_a_wrong_scan_is_superseded_and_both_are_kept(client, published):
    wrong, right = b"%PDF-1.4\nsai%%EOF\n", b"%PDF-1.4\ndung%%EOF\n"
    client.post(at(published, "scan"), {"file": pdf(content=wrong)})

    response = client.post(
        at(published, "scan"), {"file": pdf(content=right), "reason": "Bản trước thiếu trang 2"}
    )

    assert response["Location"] == f"/sessions/{published.pk}/#addenda"
    older, newer = published.addenda.all()
    page = read(client, f"/sessions/{published.pk}/")
    superseded = page.one("p", data_superseded=True)
    assert superseded.is_inside(page.one("li", id=f"addendum-{older.pk}"))
    assert "Bản trước thiếu trang 2" in page.one("li", id=f"addendum-{newer.pk}").text
    served = {
        "scan.pdf": right,
        f"scans/{newer.pk}.pdf": right,
        f"scans/{older.pk}.pdf": wrong,
    }
    for name, content in served.items():
        answer = client.get(f"/sessions/{published.pk}/{name}")
        assert b"".join(answer.streaming_content) == content
    other = make_session(communes=[published.communes.get()])
    assert client.get(f"/sessions/{other.pk}/scans/{older.pk}.pdf").status_code == 404


def test_the_number_is_received_later(client, published):
    response = client.post(at(published, "addendum"), {"minutes_number": "15-BB/HU"})

    assert response["Location"] == f"/sessions/{published.pk}/"
    published.refresh_from_db()
    assert published.minutes_number == ""
    page = read(client, f"/sessions/{published.pk}/")
    assert "15-BB/HU" in page.one("section", id="addenda").text


def test_only_what_says_something_else_makes_minutes_corrected(client, published):
    def state():
        row = read(client, "/sessions/").one("tr", data_session=str(published.pk))
        return row.text

    before = state()
    client.post(at(published, "addendum"), {"minutes_number": "15-BB/HU"})
    client.post(at(published, "scan"), {"file": pdf()})
    assert state() == before

    client.post(at(published, "addendum"), {"text": "Sửa: 15 thành 16."})

    assert state() != before


def test_a_scan_waits_for_publication(client, held, kept_files):
    assert client.post(at(held, "scan"), {"file": pdf()}).status_code == 409
    assert stored_on_disk(kept_files) == []
    assert client.get(f"/sessions/{held.pk}/scan.pdf").status_code == 404


# Papers


def test_a_paper_is_added_and_read_by_those_of_the_area(client, held, commune):
    client.post(
        at(held, "files/new"),
        {"kind": "report", "caption": "Báo cáo", "commune": commune.pk, "file": pdf()},
    )

    paper = held.files.get()
    assert (paper.kind, paper.caption, paper.commune) == ("report", "Báo cáo", commune)
    client.force_login(make_user(role=Role.COMMUNE_STAFF, commune=commune))
    served = client.get(f"/sessions/{held.pk}/files/{paper.pk}/")
    assert b"".join(served.streaming_content).startswith(b"%PDF")


def test_a_paper_is_read_by_nobody_elsewhere_and_under_its_own_session(client, held, commune):
    client.post(at(held, "files/new"), {"kind": "photo", "caption": "Ảnh", "file": files.picture()})
    paper = held.files.get()
    other = make_session(communes=[commune])
    assert client.get(f"/sessions/{other.pk}/files/{paper.pk}/").status_code == 404
    assert client.get(f"/sessions/{10**30}/files/{paper.pk}/").status_code == 404
    assert client.get(f"/sessions/{held.pk}/files/{10**30}/").status_code == 404

    client.force_login(make_user(role=Role.LEADER, area=make_area(code="448", name="Can Lộc")))
    assert client.get(f"/sessions/{held.pk}/files/{paper.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"caption": ""}, "caption"),
        ({"kind": "x"}, "kind"),
        ({"commune": "999999"}, "commune"),
        ({"file": ""}, "file"),
    ],
)
def test_a_paper_that_is_refused_keeps_what_was_typed(client, held, kept_files, changes, field):
    said = {"kind": "report", "caption": "Báo cáo tháng 8", "file": pdf()} | changes

    response = client.post(at(held, "files/new"), said)

    assert list(errors(response)) == [field]
    assert said["caption"] in response.content.decode()
    assert stored_on_disk(kept_files) == []


def test_a_commune_that_is_not_in_the_session_has_no_paper_there(client, held):
    other = make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")

    response = client.post(
        at(held, "files/new"),
        {"kind": "report", "caption": "Báo cáo", "commune": other.pk, "file": pdf()},
    )

    assert list(errors(response)) == ["commune"]


# Tasks of before


def test_a_task_is_left_out_with_its_reason(client, leader, commune):
    task = make_task(commune=commune)
    session = make_session(communes=[commune])

    response = client.post(at(session, f"drop/{task.pk}"), {"reason": "Đã gộp vào nhiệm vụ khác"})

    assert response["Location"] == f"/sessions/{session.pk}/"
    dropped = DroppedItem.objects.get()
    assert (dropped.session, dropped.task, dropped.by) == (session, task, leader)
    task.refresh_from_db()
    assert task.state == Task.State.OPEN
    again = client.post(at(session, f"drop/{task.pk}"), {"reason": "Lần nữa"})
    assert again.status_code == 200
    assert errors(again)["__all__"]


def test_nothing_is_left_out_without_a_reason(client, leader, commune):
    task = make_task(commune=commune)
    session = make_session(communes=[commune])

    response = client.post(at(session, f"drop/{task.pk}"), {"reason": " "})

    assert list(errors(response)) == ["reason"]
    assert not DroppedItem.objects.exists()


def test_a_task_elsewhere_or_of_the_session_itself_is_not_left_out(client, held, commune):
    own = make_task(commune=commune, entry=make_entry(held))
    other = make_area(code="448", name="Can Lộc")
    strange = make_task(area=other, lead_agency=make_agency(area=other))

    for task in (own, strange):
        assert client.get(at(held, f"drop/{task.pk}")).status_code == 404


# Assessments


def said_of(status, **changes):
    values = {"version": status.version, "result": "not_met", "reason": "", "percent": ""}
    return values | changes


def test_a_result_carries_the_session_as_its_basis(client, leader, run, held):
    status = cell(run)

    response = client.post(at(held, "assess/ky-lac/1"), said_of(status, reason="Thiếu 2 km đường"))

    assert response["Location"] == f"/sessions/{held.pk}/"
    written = Assessment.objects.get()
    assert (written.result, written.basis) == (Result.NOT_MET, Basis.SESSION)
    assert written.assessed_on == held.held_on
    assert written.decided_by == "Trần Văn Chủ"
    assert held.title in written.basis_text
    assert held.assessments.get().assessment == written


def test_met_asks_why_there_is_no_evidence(client, run, held):
    status = cell(run)

    response = client.post(
        at(held, "assess/ky-lac/1"), said_of(status, result="met", reason="Đã xong")
    )
    assert response.status_code == 200
    assert errors(response)
    assert "Đã xong" in response.content.decode()
    assert not Assessment.objects.exists()

    client.post(
        at(held, "assess/ky-lac/1"),
        said_of(status, result="met", no_evidence_reason="Hồ sơ tại xã"),
    )
    assert Assessment.objects.get().result == Result.MET


def test_the_second_writer_of_a_cell_is_told(client, run, held):
    seen = said_of(cell(run), reason="Của người thứ nhất")
    client.post(at(held, "assess/ky-lac/1"), seen)

    response = client.post(at(held, "assess/ky-lac/1"), seen | {"reason": "Của người thứ hai"})

    assert response.status_code == 409
    shown = response.content.decode()
    assert "Của người thứ nhất" in shown
    assert "Của người thứ hai" in shown
    assert Assessment.objects.count() == 1


def test_a_commune_that_is_not_in_the_session_is_not_assessed(client, leader, run):
    other = make_session(communes=[make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")])
    found = session_actions.finding_of(other, result=Result.NOT_MET)

    assert client.get(at(other, "assess/ky-lac/1")).status_code == 404
    assert client.post(at(other, "assess/ky-lac/1"), said_of(cell(run))).status_code == 404
    with pytest.raises(ValidationError):
        session_actions.record(other, cell(run), found, by=leader)
    assert not Assessment.objects.exists()


def test_no_result_is_told_beside_it(client, run, held):
    response = client.post(at(held, "assess/ky-lac/1"), said_of(cell(run), result=""))

    assert list(errors(response)) == ["result"]


# Who


DEEDS = ["hold", "publish", "addendum", "scan", "files/new", "assess/ky-lac/1"]


@pytest.mark.parametrize("deed", DEEDS)
def test_only_who_convenes_does_it(client, commune, held, deed):
    agency = make_agency()
    for place in (
        {"role": Role.COMMUNE_LEADER, "commune": commune},
        {"role": Role.AGENCY_OFFICER, "agency": agency},
        {"role": Role.OBSERVER, "area": commune.area},
    ):
        client.force_login(make_user(**place))
        assert client.get(at(held, deed)).status_code == 403
        assert client.post(at(held, deed)).status_code == 403

    client.force_login(make_user(role=Role.LEADER, area=make_area(code="448", name="Can Lộc")))
    assert client.get(at(held, deed)).status_code == 404
    assert client.post(at(held, deed)).status_code == 404
    assert client.delete(at(held, deed)).status_code == 405


@pytest.mark.parametrize("deed", DEEDS)
def test_the_form_opens_for_a_coordinator(client, commune, held, published, deed):
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))
    session = {"hold": make_session(communes=[commune]), "addendum": published, "scan": published}

    page = read(client, at(session.get(deed, held), deed))

    assert page.find("button", type="submit")


def test_the_communes_are_told_of_their_session_and_of_its_minutes():
    commune = make_commune()
    head = make_user(role=Role.COMMUNE_LEADER, commune=commune)

    session = make_session(communes=[commune], state="published")

    notices = Notice.objects.filter(user=head).order_by("pk")
    assert {notice.address for notice in notices} == {f"/sessions/{session.pk}/"}
    assert notices.count() == 2
