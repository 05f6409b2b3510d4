import datetime as dt
import io
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import Role
from criteria.evidence import actions as evidence_actions
from criteria.evidence import dossier_steps, evidence_zip
from criteria.models import (
    Assessment,
    Claim,
    ClaimDecision,
    CriteriaSet,
    DossierRequirement,
    DossierStep,
    Evidence,
    EvidenceRequirement,
    Recognition,
)
from criteria.standards import reference_files, reference_loading
from nrm_tracker import clock, uploads
from nrm_tracker.models import StoredFile
from tests import files
from tests.factories import (
    attach,
    attach_picture,
    cell,
    make_agency,
    make_area,
    make_enrolment,
    make_set,
    make_user,
)
from tests.pages import read

pytestmark = pytest.mark.django_db
PAGE = "/communes/ky-lac/dossier/"
STEP = "/communes/ky-lac/dossier/1/"
ZIP = "/communes/ky-lac/dossier.zip"
TODAY = dt.date(2020, 9, 15)
DAY = dt.date(2020, 9, 8)
MEGABYTE = 1024 * 1024


@pytest.fixture
def enrolment():
    enrolment = make_enrolment()
    DossierRequirement.objects.bulk_create(
        DossierRequirement(
            criteria_set=enrolment.criteria_set, number=n, name=name, is_required=n < 3
        )
        for n, name in enumerate(("Đăng ký", "Công khai", "Ảnh minh họa"), start=1)
    )
    return enrolment


@pytest.fixture
def coordinator(client, enrolment):
    return signed_in(client, Role.COORDINATOR, area=enrolment.commune.area)


def signed_in(client, role=None, **place):
    user = make_user(role=role, **place)
    client.force_login(user)
    return user


def required(enrolment, number=1):
    return enrolment.criteria_set.dossier_requirements.get(number=number)


def record(enrolment, number=1, *, on=DAY, by=None, file=None, **kwargs):
    asked = required(enrolment, number)
    newest = dossier_steps.newest_of(enrolment, asked)
    done = dossier_steps.Done(done_on=on, file=uploads.check(file) if file else None, **kwargs)
    seen = newest.pk if newest else None
    return dossier_steps.record(enrolment, asked, done, by=by or make_user(), seen=seen)


def typed(**changes):
    values = {"done_on": "08/09/2020", "number": "12/TTr-UBND", "note": "Đủ hồ sơ", "seen": ""}
    return values | changes


def errors(response, status=200):
    assert response.status_code == status
    return list(response.context["form"].errors)


def done(page):
    return {int(row["data-step"]): row["data-done"] for row in page.find("tr", data_step=True)}


# Recording a step


def test_a_step_is_recorded(client, enrolment, coordinator):
    response = client.post(STEP, typed(file=files.pdf("to-trinh.pdf")))

    assert (response.status_code, response.url) == (302, PAGE)
    step = DossierStep.objects.get()
    assert (step.enrolment, step.requirement) == (enrolment, required(enrolment))
    assert (step.done_on, step.number, step.note) == (DAY, "12/TTr-UBND", "Đủ hồ sơ")
    assert (step.recorded_by, step.file.name) == (coordinator, "to-trinh.pdf")
    page = read(client, PAGE)
    assert done(page) == {1: "yes", 2: "no", 3: "no"}
    assert "12/TTr-UBND" in page.html
    answer = client.get(f"/documents/{step.file_id}/")
    assert answer.getvalue() == files.pdf().read()


def test_a_correction_is_a_further_row_and_keeps_the_file(client, enrolment, coordinator):
    first = record(enrolment, file=files.pdf())
    assert "bao-cao.pdf" in client.get(STEP).content.decode()

    client.post(STEP, typed(number="13/TTr-UBND", seen=first.pk))

    old, new = DossierStep.objects.order_by("pk")
    assert (old.pk, old.number) == (first.pk, "")
    assert (new.number, new.file) == ("13/TTr-UBND", old.file)
    (shown, *_rest) = dossier_steps.steps_of(enrolment, TODAY)
    assert (shown.latest, shown.earlier) == (new, [old])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"done_on": ""}, "done_on"),
        ({"done_on": "x"}, "done_on"),
        ({"done_on": "16/09/2020"}, "done_on"),
        ({"number": "1" * 101}, "number"),
        ({"note": "đ" * 2001}, "note"),
        ({"note": "\x00"}, "note"),
        ({"file": files.upload("rong.pdf", b"")}, "file"),
        ({"file": files.upload("anh.pdf", b"no paper")}, "file"),
        ({"seen": "x"}, "seen"),
    ],
)
def test_bad_input_is_told_beside_the_field(client, enrolment, coordinator, changes, field):
    response = client.post(STEP, typed(**changes))

    assert errors(response) == [field]
    assert not DossierStep.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("seen", ["", "first"])
def test_who_comes_second_is_told_and_both_are_kept(client, enrolment, coordinator, seen):
    first = record(enrolment) if seen else None
    theirs = record(enrolment, on=TODAY, by=make_user(username="nguoi-kia"))

    response = client.post(STEP, typed(seen=first.pk if first else ""))

    assert errors(response, 409) == []
    page = response.content.decode()
    assert "nguoi-kia" in page
    assert 'value="12/TTr-UBND"' in page
    assert DossierStep.objects.order_by("-pk").first() == theirs
    assert f'value="{theirs.pk}"' in page

    assert client.post(STEP, typed(seen=theirs.pk)).status_code == 302
    assert DossierStep.objects.order_by("-pk").first().number == "12/TTr-UBND"


def test_a_step_of_another_set_is_refused(enrolment):
    other = DossierRequirement.objects.create(
        criteria_set=make_set(code="khac"), number=1, name="Khác"
    )

    with pytest.raises(ValidationError):
        dossier_steps.record(enrolment, other, dossier_steps.Done(done_on=DAY), by=make_user())


def test_what_was_recorded_is_never_changed(enrolment):
    step = record(enrolment)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DossierStep.objects.filter(pk=step.pk).update(note="Khác")


@pytest.mark.parametrize("role", [Role.LEADER, Role.OBSERVER, Role.INSPECTOR])
def test_only_the_coordinator_records(client, enrolment, role):
    signed_in(client, role, area=enrolment.commune.area)

    assert client.post(STEP, typed()).status_code == 403
    page = read(client, PAGE)
    assert STEP not in page.html
    assert not DossierStep.objects.exists()


# Reading


def test_what_is_missing_is_said(client, enrolment, coordinator):
    record(enrolment, 2)

    page = read(client, PAGE)

    assert [step.requirement.number for step in page_missing(enrolment)] == [1]
    assert done(page) == {1: "no", 2: "yes", 3: "no"}
    assert any(link.startswith(STEP) for link in page.links)


def page_missing(enrolment):
    return dossier_steps.missing(dossier_steps.steps_of(enrolment, TODAY))


def test_an_earlier_day_shows_what_was_done_by_then(client, enrolment, coordinator):
    record(enrolment, 1, on=DAY)
    record(enrolment, 2, on=TODAY)

    page = read(client, PAGE, as_of="2020-09-14")

    assert done(page) == {1: "yes", 2: "no", 3: "no"}
    assert STEP not in page.html
    assert done(read(client, PAGE, known="2020-09-14")) == {1: "no", 2: "no", 3: "no"}


def test_a_correction_to_a_later_day_takes_the_earlier_one_back(enrolment):
    record(enrolment, on=DAY)
    record(enrolment, on=TODAY)

    (step, *_rest) = dossier_steps.steps_of(enrolment, DAY)

    assert step.latest is None
    assert step.is_missing


def test_a_set_without_steps_says_so(client, coordinator, enrolment):
    DossierRequirement.objects.all().delete()

    assert 'class="empty"' in client.get(PAGE).content.decode()
    assert client.get(STEP).status_code == 404


@pytest.mark.parametrize("url", [PAGE, ZIP])
@pytest.mark.parametrize(("asked", "code"), [("x", 404), ("%00x", 400)])
def test_a_set_that_is_not_there_is_not_found(client, enrolment, coordinator, url, asked, code):
    assert client.get(f"{url}?set={asked}").status_code == code


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_no_more_for_more(client, enrolment, coordinator, count):
    for number in range(1, count + 1):
        record(enrolment, number, file=files.pdf())
        record(enrolment, number)

    with CaptureQueriesContext(connection) as queries:
        assert client.get(PAGE).status_code == 200
    assert len(queries) <= 20


def test_recognising_says_what_the_dossier_lacks(client, enrolment, coordinator):
    record(enrolment, 1)
    page = read(client, "/communes/ky-lac/recognition/")
    assert "Công khai" in page.html
    assert "Đăng ký" not in page.html
    assert any(link.startswith(PAGE) for link in page.links)

    record(enrolment, 2)
    assert "Công khai" not in client.get("/communes/ky-lac/recognition/").content.decode()


def test_a_recognition_keeps_its_decision(client, enrolment, coordinator):
    data = {"title": "Xã đạt chuẩn", "decided_on": "08/09/2020", "file": files.pdf("qd-218.pdf")}

    response = client.post("/communes/ky-lac/recognition/", data)

    assert response.status_code == 302
    granted = Recognition.objects.get()
    assert granted.file.name == "qd-218.pdf"
    assert f"/documents/{granted.file_id}/" in client.get(PAGE).content.decode()
    answer = client.get(f"/documents/{granted.file_id}/")
    assert answer.getvalue() == files.pdf().read()


def test_a_refused_recognition_keeps_no_file(client, enrolment, coordinator):
    data = {"title": "Xã", "decided_on": "16/09/2020", "file": files.pdf("qd-218.pdf")}

    assert errors(client.post("/communes/ky-lac/recognition/", data)) == ["decided_on"]
    assert not StoredFile.objects.exists()


def test_the_paper_behind_an_assessment_or_a_word_on_a_claim_is_read_by_all(client, enrolment):
    by, now, status = make_user(), clock.now(), cell(enrolment)
    stored = [uploads.store(files.pdf(name), by) for name in ("a.pdf", "b.pdf", "c.pdf")]
    Assessment.objects.create(
        status=status,
        level=2,
        result="met",
        basis="document",
        assessed_on=DAY,
        recorded_at=now,
        recorded_by=by,
        document_file=stored[0],
    )
    claim = Claim.objects.create(
        status=status,
        result="met",
        state="submitted",
        drafted_at=now,
        drafted_by=by,
        submitted_at=now,
        submitted_by=by,
    )
    ClaimDecision.objects.create(claim=claim, verdict="met", by=by, at=now, document_file=stored[1])
    signed_in(client, Role.OBSERVER, area=enrolment.commune.area)

    for paper in stored[:2]:
        assert client.get(f"/documents/{paper.pk}/").getvalue() == files.pdf().read()
    assert client.get(f"/documents/{stored[2].pk}/").status_code == 404


def test_a_document_is_nobody_s_elsewhere(client, enrolment):
    step = record(enrolment, file=files.pdf())
    signed_in(client, Role.COORDINATOR, area=make_area(code="446", name="Cẩm Xuyên"))

    for url in (f"/documents/{step.file_id}/", PAGE, STEP, ZIP):
        assert client.get(url).status_code == 404


# The ZIP


def unzipped(client, **query):
    response = client.get(ZIP, query)
    assert response.status_code == 200
    content = response.getvalue()
    assert len(content) == int(response["Content-Length"])
    found = zipfile.ZipFile(io.BytesIO(content))
    assert found.testzip() is None
    return found


def index_of(zipped):
    (name,) = [name for name in zipped.namelist() if name.endswith(".xlsx") and "/" not in name]
    sheet = openpyxl.load_workbook(io.BytesIO(zipped.read(name))).active
    return [[value or "" for value in row] for row in sheet.iter_rows(min_row=4, values_only=True)]


def papers(zipped):
    return [name for name in zipped.namelist() if "/" in name]


def test_the_whole_dossier_is_one_zip(client, enrolment, coordinator):
    by = make_user()
    plain = attach(
        enrolment,
        files.pdf("a.pdf"),
        by=by,
        caption="=HYPERLINK(1)",
        dated_on=DAY,
        valid_until=DAY,
        numbers=[1, 3],
    )
    attach(enrolment, files.picture("anh.jpg"), numbers=[3], caption="Ảnh")
    attach(enrolment, url="https://hatinh.gov.vn/qd", numbers=[3], caption="Quyết định")
    taken = attach(enrolment, files.pdf("bo.pdf"))
    evidence_actions.take_away(taken, reason="Nhầm", by=by)

    zipped = unzipped(client)

    assert papers(zipped) == ["01 TC 1/a.pdf", "03 TC 3/anh.jpg"]
    assert zipped.read("01 TC 1/a.pdf") == files.pdf().read()
    lines = index_of(zipped)
    assert [line[:3] for line in lines] == [
        ["1 Tiêu chí 1", "=HYPERLINK(1)", "01 TC 1/a.pdf"],
        ["3 Tiêu chí 3", "=HYPERLINK(1)", "01 TC 1/a.pdf"],
        ["3 Tiêu chí 3", "Ảnh", "03 TC 3/anh.jpg"],
        ["3 Tiêu chí 3", "Quyết định", "https://hatinh.gov.vn/qd"],
    ]
    assert lines[0][3:7] == ["08/09/2020", "08/09/2020", plain.file.sha256, by.full_name]
    assert lines[0][9] == _("Evidence expired")


def test_names_are_safe_and_unique(client, enrolment, coordinator):
    names = ["a.pdf", "A.pdf", "a.pdf", "con.pdf", 'x"<>|?*:y.pdf', "đ" * 190 + ".pdf"]
    criterion = cell(enrolment).criterion
    criterion.short_name = "../Y tế: 1/2"
    criterion.save()
    for name in names:
        attach(enrolment, files.pdf(name))

    found = papers(unzipped(client))

    assert len({name.lower() for name in found}) == len(names)
    for name in found:
        folder, paper = name.split("/")
        assert folder == "01 .._Y tế_ 1_2"
        assert not set('<>:"\\|?*') & set(paper)
        assert paper.lower() != "con.pdf"
        assert len(paper.encode()) < 250
        assert paper.endswith(".pdf")


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.LEADER])
def test_personal_data_are_left_out_and_the_index_says_so(client, enrolment, role):
    attach(enrolment, files.pdf("ho-ngheo.pdf"), caption="Hộ nghèo", has_personal_data=True)
    attach(enrolment, files.pdf("a.pdf"))
    signed_in(client, role, area=enrolment.commune.area)

    zipped = unzipped(client)

    assert papers(zipped) == ["01 TC 1/a.pdf"]
    (hidden, _other) = index_of(zipped)
    assert hidden[1:3] == ["", ""]
    assert hidden[9] == _("Holds personal data: left out, this account may not see it.")


def test_who_may_see_personal_data_gets_them(client, enrolment):
    attach(enrolment, files.pdf("mot.pdf"), has_personal_data=True, numbers=[1])
    attach(enrolment, files.pdf("ba.pdf"), has_personal_data=True, numbers=[2, 3])
    signed_in(client, Role.COMMUNE_STAFF, commune=enrolment.commune)
    assert len(papers(unzipped(client))) == 2

    agency = make_agency(criteria=[cell(enrolment, 3).criterion])
    signed_in(client, Role.AGENCY_OFFICER, agency=agency)
    assert papers(unzipped(client)) == ["02 TC 2/ba.pdf"]


def test_a_file_that_the_store_lost_is_told_and_does_not_break_the_zip(
    client, enrolment, coordinator
):
    lost, short = attach(enrolment, files.pdf("a.pdf")), attach(enrolment, files.pdf("b.pdf"))
    uploads.forget(lost.file)
    with open(short.file.content.path, "wb") as cut:  # noqa: PTH123
        cut.write(b"%PDF")

    zipped = unzipped(client)

    assert papers(zipped) == []
    assert [line[9] for line in index_of(zipped)] == [_("The file is missing from the store.")] * 2


def test_an_empty_dossier_has_its_index(client, enrolment, coordinator):
    zipped = unzipped(client)

    assert len(zipped.namelist()) == 1
    assert index_of(zipped) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_zip_asks_no_more_for_more(client, enrolment, coordinator, count):
    for _n in range(count):
        attach_picture(enrolment, numbers=[1, 2])

    with CaptureQueriesContext(connection) as queries:
        unzipped(client)
    assert len(queries) <= 20


def test_500_files_of_2_megabytes_stream_in_little_memory(client, enrolment, coordinator):
    """A gigabyte goes out; a fiftieth of it is ever held."""
    first = attach_picture(enrolment)
    with open(first.file.content.path, "r+b") as sparse:  # noqa: PTH123
        sparse.truncate(2 * MEGABYTE)
    values = {"kind": "image/jpeg", "size": 2 * MEGABYTE, "sha256": "0" * 64}
    StoredFile.objects.filter(pk=first.file_id).update(**values)
    stored = StoredFile.objects.bulk_create(
        StoredFile(
            name=f"{n}.jpg",
            content=first.file.content.name,
            stored_at=clock.now(),
            stored_by=coordinator,
            **values,
        )
        for n in range(499)
    )
    made = Evidence.objects.bulk_create(
        Evidence(
            enrolment=enrolment,
            file=file,
            caption=file.name,
            attached_at=clock.now(),
            attached_by=coordinator,
        )
        for file in stored
    )
    link = Evidence.statuses.through
    status = cell(enrolment)
    link.objects.bulk_create(link(evidence=one, criterionstatus=status) for one in made)

    started = time.perf_counter()
    tracemalloc.start()
    response = client.get(ZIP)
    size = sum(len(piece) for piece in response)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == int(response["Content-Length"])
    assert size > 1000 * MEGABYTE
    assert peak < 20 * MEGABYTE
    assert time.perf_counter() - started < 60


# Reference data


def test_the_files_lay_down_the_steps_and_a_paper_for_each_criterion():
    reference_loading.load(reference_files.read())

    criteria_set = CriteriaSet.objects.get(code="ntm-2016-ha-tinh")
    steps = criteria_set.dossier_requirements.order_by("number")
    assert [step.number for step in steps] == list(range(1, 11))
    assert not steps.filter(source="").exists()
    papers = EvidenceRequirement.objects.filter(criterion__criteria_set=criteria_set)
    assert papers.values("criterion").distinct().count() == papers.count() == 20
    assert not papers.filter(source="").exists()


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("15 Y tế", "15 Y tế"),
        ("NUL", "_NUL"),
        ("com1.txt", "_com1.txt"),
        ("a/b\\c", "a_b_c"),
        (" .. ", "_"),
        ("x. .pdf", "x.pdf"),
        ("\x00\n", "__"),
    ],
)
def test_a_name_is_made_safe(given, safe):
    assert evidence_zip.safe_name(given) == safe
