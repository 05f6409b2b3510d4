"""Word papers: their form, what they say, and the templates that people put."""

import dataclasses
import datetime as dt
import io
import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from accounts.models import Role
from communes.models import WorkingGroup
from meetings.documents import builtin, context, rendering
from meetings.documents.sample import sample
from meetings.models import DocumentHead, DocumentTemplate, Entry, Participant, WorkingSession
from meetings.publication import actions as publication_actions
from meetings.tasks import actions as task_actions
from meetings.tasks import due_dates
from nrm_tracker import limits
from nrm_tracker.text import search_key
from tests import files
from tests.factories import (
    make_administrator,
    make_agency,
    make_area,
    make_commune,
    make_entry,
    make_session,
    make_task,
    make_user,
)

pytestmark = pytest.mark.django_db
Kind, Form = DocumentTemplate.Kind, WorkingSession.Form
PARTY, GOVERNMENT = Form.PARTY, Form.GOVERNMENT
OF_SESSIONS = [Kind.MINUTES, Kind.NOTICE, Kind.INVITATION, Kind.TASKS, Kind.OUTCOME]


@pytest.fixture
def heads():
    area = make_area()
    DocumentHead.objects.create(
        area=area, form=PARTY, superior="Đảng bộ tỉnh Hà Tĩnh", issuer="Huyện ủy Kỳ Anh",
        place="Kỳ Anh", symbol="HU", signed_for="T/L Ban Thường vụ",
        signer_position="Chánh Văn phòng", signer_name="Nguyễn Văn Ký",
        sent_to="Các xã\n- Các phòng, ban;",
    )  # fmt: skip
    DocumentHead.objects.create(
        area=area, form=GOVERNMENT, issuer="Ủy ban nhân dân huyện Kỳ Anh", place="Kỳ Anh",
        symbol="UBND", signed_for="TL. Chủ tịch", signer_position="Chánh Văn phòng",
    )  # fmt: skip


def session_of(form, **kwargs):
    people = [
        Participant(full_name="Lê Thị Thư", part="secretary"),
        Participant(group_name="đại diện UBND huyện"),
        Participant(full_name="Phạm Văn Vắng", presence="absent", reason="đi công tác"),
    ]
    kwargs = {"participants": people, "place": "Hội trường", "starts_at": dt.time(8)} | kwargs
    return make_session(form=form, **kwargs)


def paper(session, kind=Kind.MINUTES):
    content = rendering.render(kind, session.form, context.of_session(session, kind))
    return Document(io.BytesIO(content))


def lines(document):
    """All that it says, in order: paragraphs, and those inside of tables."""
    blocks = document.element.body.iter(qn("w:p"))
    return ["".join(text.text or "" for text in block.iter(qn("w:t"))) for block in blocks]


def run_of(document, text):
    """The run that says `text`, wherever it stands."""
    places = [*document.paragraphs]
    for table in document.tables:
        places += [one for row in table.rows for cell in row.cells for one in cell.paragraphs]
    return next(run for one in places for run in one.runs if run.text == text)


@pytest.mark.parametrize("form", [PARTY, GOVERNMENT])
@pytest.mark.parametrize("kind", OF_SESSIONS)
def test_each_paper_is_a4_in_one_font_with_drawn_rules(heads, form, kind):
    session = session_of(form)
    make_task(commune=session.communes.get(), entry=make_entry(session))

    document = paper(session, kind)

    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.left_margin, section.top_margin)
    assert [round(size / Mm(1)) for size in sizes] == [210, 297, 30, 20]
    assert 15 <= section.right_margin / Mm(1) <= 20.1
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "Times New Roman"
    }
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "w:pBdr" in document.element.body.xml
    said = "\n".join(lines(document))
    assert "__" not in said
    assert "{" not in said
    assert "Nơi nhận:" in said


def test_the_government_s_head(heads):
    document = paper(session_of(GOVERNMENT), Kind.NOTICE)

    country = run_of(document, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = run_of(document, "Độc lập - Tự do - Hạnh phúc")
    issuer = run_of(document, "HUYỆN KỲ ANH")
    day = run_of(document, "Kỳ Anh, ngày 08 tháng 9 năm 2020")
    assert [(r.font.size, r.bold) for r in (country, motto, issuer)] == [
        (Pt(12), True), (Pt(13), True), (Pt(12), True),
    ]  # fmt: skip
    assert (day.font.size, day.italic) == (Pt(13), True)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" not in lines(document)
    said = lines(document)
    assert said[said.index("HUYỆN KỲ ANH") - 1] == "ỦY BAN NHÂN DÂN"
    assert {"TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG", "- …;", "- Lưu: VT, …."} <= set(said)
    receivers, filed = run_of(document, "Nơi nhận:"), run_of(document, "- Lưu: VT, ….")
    assert (receivers.font.size, receivers.bold, receivers.italic) == (Pt(12), True, True)
    assert (filed.font.size, filed.bold) == (Pt(11), False)


def test_the_party_s_head(heads):
    document = paper(session_of(PARTY), Kind.NOTICE)

    party = run_of(document, "ĐẢNG CỘNG SẢN VIỆT NAM")
    superior = run_of(document, "ĐẢNG BỘ TỈNH HÀ TĨNH")
    issuer = run_of(document, "HUYỆN ỦY KỲ ANH")
    assert [(r.font.size, bool(r.bold)) for r in (party, superior, issuer)] == [
        (Pt(15), True), (Pt(14), False), (Pt(14), True),
    ]  # fmt: skip
    said = lines(document)
    assert not any("CỘNG HÒA XÃ HỘI" in line for line in said)
    assert said[said.index("HUYỆN ỦY KỲ ANH") + 1] == "*"
    assert {"T/L BAN THƯỜNG VỤ", "- Các xã;", "- Các phòng, ban;", "- Lưu."} <= set(said)


def test_minutes_of_the_government_begin_with_time_and_place_and_name_no_day_at_the_head(heads):
    session = session_of(GOVERNMENT, ends_at=dt.time(11, 30))
    make_entry(session, "Một.\nHai.", speaker="Bí thư", kind=Entry.Kind.OPINION)

    said = lines(paper(session))

    assert "Kỳ Anh, ngày 08 tháng 9 năm 2020" not in said
    begin = said.index("Thời gian bắt đầu: 08 giờ 00, ngày 08 tháng 9 năm 2020")
    assert said[begin + 1] == "Địa điểm: Hội trường"
    assert "- Đại diện UBND huyện" in said
    assert "- Lưu: VT, Hồ sơ." in said
    assert "- Phạm Văn Vắng (đi công tác)" in said
    assert "Chủ trì (chủ tọa): Trần Văn Chủ" in said
    assert said[said.index("Một.") + 1] == "Hai."
    assert any(line.endswith("11 giờ 30, ngày 08 tháng 9 năm 2020./.") for line in said)
    assert said.index("THƯ KÝ") < said.index("CHỦ TỌA")
    assert {"Lê Thị Thư", "Trần Văn Chủ"} <= set(said)


def test_minutes_of_the_party_are_signed_by_the_writer_and_the_chair(heads):
    session = session_of(PARTY)
    make_entry(session, speaker="Các đại biểu", kind=Entry.Kind.OPINION)

    said = lines(paper(session))

    assert "Người chủ trì: đồng chí Trần Văn Chủ" in said
    assert "- Đồng chí Phạm Văn Vắng (đi công tác)" in said
    assert "- Đại diện UBND huyện" in said
    assert any(line.endswith(" - Các đại biểu:") for line in said)
    assert said.index("NGƯỜI GHI BIÊN BẢN") < said.index("NGƯỜI CHỦ TRÌ")
    assert "Kỳ Anh, ngày 08 tháng 9 năm 2020" in said


@pytest.mark.parametrize(
    ("typed", "kind", "form", "number"),
    [
        ("5", Kind.NOTICE, GOVERNMENT, "Số: 05/TB-UBND"),
        ("12", Kind.MINUTES, GOVERNMENT, "Số: 12/BB-UBND"),
        ("", Kind.MINUTES, GOVERNMENT, "Số: …/BB-UBND"),
        ("7/TB-VP", Kind.NOTICE, GOVERNMENT, "Số: 7/TB-VP"),
        ("", Kind.REMINDER, GOVERNMENT, "Số: …/UBND"),
        ("127", Kind.NOTICE, PARTY, "Số 127-TB/UBND"),
        ("5", Kind.MINUTES, PARTY, "Số 5-BB/UBND"),
        ("127-TB/HU", Kind.NOTICE, PARTY, "Số 127-TB/HU"),
    ],
)
def test_numbers_of_papers(typed, kind, form, number):
    assert context.number_of(typed, kind, form, "UBND") == number


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2020, 9, 8), "ngày 08 tháng 9 năm 2020"),
        (dt.date(2021, 1, 15), "ngày 15 tháng 01 năm 2021"),
        (dt.date(2021, 2, 1), "ngày 01 tháng 02 năm 2021"),
        (dt.date(2021, 12, 31), "ngày 31 tháng 12 năm 2021"),
    ],
)
def test_days_of_papers(day, words):
    assert context.in_words(day) == words


def test_the_notice_says_whose_conclusion_it_is_and_leaves_no_guideline_out(heads):
    session = session_of(PARTY, title="Làm việc với xã Kỳ Lạc")
    make_entry(session, "Rà soát các tiêu chí.", speaker="Trần Văn Chủ, Bí thư Huyện ủy")
    make_entry(session, "Dân làm chủ.", kind=Entry.Kind.GUIDELINE)

    said = lines(paper(session, Kind.NOTICE))

    subject = "kết luận của đồng chí Trần Văn Chủ, Bí thư Huyện ủy tại buổi làm việc với xã Kỳ Lạc"
    assert subject in said
    assert "1. Rà soát các tiêu chí." in said
    assert "Dân làm chủ." in said


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Làm việc với xã Kỳ Lạc", "buổi làm việc với xã Kỳ Lạc"),
        ("Hội nghị giao ban tháng 9", "hội nghị giao ban tháng 9"),
        ("Họp Ban Chỉ đạo", "cuộc họp Ban Chỉ đạo"),
        ("Kỳ Lạc: tiến độ", "buổi làm việc “Kỳ Lạc: tiến độ”"),
    ],
)
def test_a_title_within_a_sentence(title, told):
    assert context.occasion(title) == told


def test_a_group_that_concludes_is_no_comrade(heads):
    session = session_of(PARTY)
    make_entry(session, speaker="Ban Thường vụ Huyện ủy")

    said = lines(paper(session, Kind.NOTICE))

    assert any(line.startswith("kết luận của Ban Thường vụ Huyện ủy tại buổi") for line in said)


def test_what_one_says_on_one_matter_stands_under_one_heading(heads):
    session = session_of(PARTY)
    for text in ("Việc một.", "Việc hai."):
        make_entry(session, text, speaker="Trần Văn Chủ")

    said = lines(paper(session))

    assert sum(line.endswith(" - Trần Văn Chủ:") for line in said) == 1
    assert said[said.index("Việc một.") + 1] == "Việc hai."


def test_published_minutes_keep_the_days_that_were_moved_later_and_what_was_dropped_later(heads):
    session = session_of(PARTY, state=WorkingSession.State.HELD)
    entry, commune = make_entry(session), session.communes.get()
    mistaken, moved, dropped = (
        make_task(commune=commune, entry=entry, title=title, due_on=dt.date(2020, 10, 1))
        for title in ("Nhập nhầm", "Có gia hạn", "Thôi làm")
    )
    task_actions.cancel(mistaken, note="Nhập nhầm", by=mistaken.assigned_by)
    session = publication_actions.publish(
        session, minutes_number="", notice_number="", by=session.convened_by
    )
    asked = due_dates.ask_for_day(
        moved, to_on=dt.date(2020, 11, 1), reason="Mưa lũ", by=make_user()
    )
    due_dates.answer_day(asked, is_granted=True, answer="Đồng ý", by=session.convened_by)
    task_actions.cancel(dropped, note="Không còn cần", by=dropped.assigned_by)

    said = lines(paper(session))

    assert any("Có gia hạn" in line for line in said)
    assert any("Thôi làm" in line for line in said)
    assert not any("Nhập nhầm" in line for line in said)
    assert "01/10/2020" in said
    assert "01/11/2020" not in said
    assert any(
        "01/10/2020, gia hạn đến 01/11/2020" in x for x in lines(paper(session, Kind.OUTCOME))
    )


def test_the_report_puts_late_tasks_apart(heads):
    session = session_of(PARTY)
    entry, commune = make_entry(session), session.communes.get()
    make_task(commune=commune, entry=entry, title="Việc trễ", due_on=dt.date(2020, 9, 10))
    make_task(commune=commune, entry=entry, title="Việc còn hạn")

    said = lines(paper(session, Kind.OUTCOME))

    late = said.index("1. Quá hạn (1)")
    assert said[late + 1].startswith("- Việc trễ")
    assert "5 ngày" in said[late + 1]
    assert said[late + 3].startswith("- Việc còn hạn")


def test_where_nothing_is_set_a_paper_prints_blanks_and_the_settings_are_named():
    commune = make_commune()
    for form in Form:
        session = session_of(form, communes=[commune], participants=[])
        for kind in OF_SESSIONS:
            said = lines(paper(session, kind))
            assert "…" in said
            assert "None" not in " ".join(said)

    head = context.head_of(commune.area, PARTY)
    assert len(context.unset(head)) == 6
    head.issuer = head.place = head.symbol = "x"
    head.signer_position = head.signer_name = head.sent_to = "x"
    assert context.unset(head) == []


def test_where_a_paper_is_filed_may_be_set():
    head = DocumentHead(form=GOVERNMENT, sent_to="- Các xã;\n- Lưu: VT, VPĐP.\n- Các phòng;")

    assert context.receivers(head, Kind.NOTICE) == ["Các xã;", "Các phòng;", "Lưu: VT, VPĐP."]


def test_a_paper_takes_as_many_queries_for_many_rows(heads, django_assert_max_num_queries):
    session = session_of(PARTY)
    entry, commune = make_entry(session), session.communes.get()
    for number in range(20):
        make_entry(session, speaker=f"Người {number}")
        make_task(commune=commune, entry=entry, title=f"Việc {number}")

    for kind in OF_SESSIONS:
        with django_assert_max_num_queries(12):
            paper(session, kind)


def test_a_sample_has_all_that_a_paper_says(heads):
    session = session_of(PARTY)
    make_task(commune=session.communes.get(), entry=make_entry(session))

    for kind in OF_SESSIONS:
        known, said = sample(kind), context.of_session(session, kind)
        assert set(known) == set(said)
        assert all(set(known["tasks"][0]) == set(task) for task in said["tasks"])
    assert set(sample(Kind.REMINDER)) == set(context.reminder(session.area, PARTY, "x", []))


def test_what_no_document_may_hold_is_left_out(heads):
    session = session_of(PARTY, title="Họp\x07\x01 xã", place="Hội\x0b trường\ufffe")
    Participant.objects.create(session=session, full_name="Đỗ\x1f Văn An", rank=9)

    said = lines(paper(session))

    assert "Họp xã" in said
    assert "- Đồng chí Đỗ Văn An" in said


def test_the_same_task_of_several_is_one_line_of_the_minutes_and_two_of_the_list(heads):
    communes = [make_commune(), make_commune(name="Lâm Hợp", slug="lam-hop", code="1")]
    session = session_of(PARTY, communes=communes)
    entry = make_entry(session)
    for commune in communes:
        make_task(commune=commune, entry=entry, title="Làm rõ đường găng")

    assert sum("Làm rõ đường găng (" in line for line in lines(paper(session))) == 1
    assert sum("Làm rõ đường găng (" in line for line in lines(paper(session, Kind.TASKS))) == 2


def feet(document):
    """What stands at the foot of its pages, of the first and of the others."""
    (section,) = document.sections
    return [
        " ".join(one.text for one in foot.paragraphs).strip()
        for foot in (section.first_page_footer, section.footer)
    ]


@pytest.mark.parametrize("kind", [Kind.MINUTES, Kind.NOTICE, Kind.TASKS, Kind.OUTCOME])
def test_what_was_inferred_is_marked_and_explained(heads, kind):
    session = session_of(PARTY)
    entry = make_entry(session)
    commune = session.communes.get()
    make_task(commune=commune, entry=entry, title="Có trong báo cáo")
    assert feet(paper(session, kind)) == ["", ""]

    make_task(commune=commune, entry=entry, title="Suy ra", is_illustrative=True)

    said = lines(paper(session, kind))
    assert any("Suy ra † (Kỳ Lạc)" in line for line in said)
    assert any("Có trong báo cáo (Kỳ Lạc)" in line for line in said)
    explained = "Dấu †: nội dung minh họa, hoặc suy ra mà nguồn không nêu."
    assert feet(paper(session, kind)) == [explained] * 2


def test_a_template_of_an_office_and_a_published_paper_mark_it_too(client, administrator, heads):
    put(client, word("{%p for task in tasks %}", "{{ task.title }}", "{%p endfor %}"))
    session = session_of(PARTY, state=WorkingSession.State.HELD)
    entry = make_entry(session)
    make_task(commune=session.communes.get(), entry=entry, title="Suy ra", is_illustrative=True)
    assert lines(paper(session)) == ["Suy ra †"]
    assert feet(paper(session))[0].startswith("Dấu †")

    publication_actions.publish(
        session, minutes_number="", notice_number="", by=session.convened_by
    )

    kept = session.published_papers.get(kind=Kind.MINUTES)
    assert lines(Document(io.BytesIO(kept.content))) == ["Suy ra †"]


def test_letters_that_xml_minds_and_line_breaks_survive(heads):
    session = session_of(PARTY, title="Họp <&> “ngoặc”")
    make_entry(session, "Tổng < 5 & “đủ”\vDòng hai {{ 7 * 7 }} {% if %}")

    said = lines(paper(session))

    assert "Họp <&> “ngoặc”" in said
    assert said[said.index("Tổng < 5 & “đủ”") + 1] == "Dòng hai {{ 7 * 7 }} {% if %}"


def test_papers_are_downloaded_by_who_reaches_the_area(client, heads):
    session = session_of(PARTY)
    client.force_login(make_user(role=Role.OBSERVER, area=session.area))

    for kind in OF_SESSIONS:
        answer = client.get(reverse("session-paper", args=[session.pk, kind]))
        name = re.fullmatch(
            r"attachment; filename=\"([a-z0-9-]+)\.docx\"; filename\*=utf-8''([\w%.-]+)\.docx",
            answer["Content-Disposition"],
        )
        assert name[1] == "-".join(search_key(unquote(name[2])).split())
        assert name[1].endswith("08-09-2020")
        assert Document(io.BytesIO(answer.content)).paragraphs
    assert client.get(f"/sessions/{session.pk}/reminder.docx").status_code == 404
    assert client.post(f"/sessions/{session.pk}/minutes.docx").status_code == 405
    client.force_login(make_user())
    assert client.get(reverse("session-paper", args=[session.pk, "minutes"])).status_code == 404


def test_a_reminder_names_what_is_late_or_due_soon(client, heads):
    agency = make_agency()
    make_task(lead_agency=agency, title="Việc trễ", due_on=dt.date(2020, 9, 10))
    make_task(lead_agency=agency, title="Việc xa")
    make_task(
        lead_agency=make_agency(key="khac"),
        title="Việc của người khác",
        due_on=dt.date(2020, 9, 10),
    )
    address = f"{reverse('reminder')}?agency={agency.pk}"
    client.force_login(make_user(role=Role.COORDINATOR, area=agency.area))

    said = lines(Document(io.BytesIO(client.get(address).content)))

    assert "Việc trễ" in said
    assert not {"Việc xa", "Việc của người khác"} & set(said)
    assert f"Kính gửi: {agency.name}" in said
    assert client.get(reverse("reminder")).status_code == 404
    assert client.get(f"{reverse('reminder')}?agency=x").status_code == 404
    client.force_login(make_user(role=Role.AGENCY_OFFICER, agency=agency))
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("form", [PARTY, GOVERNMENT])
def test_a_reminder_of_nothing_says_so(heads, form):
    said = context.reminder(make_area(), form, "Phòng Y tế", [])

    document = Document(io.BytesIO(rendering.render(Kind.REMINDER, form, said)))

    assert any("Phòng Y tế không có nhiệm vụ nào" in line for line in lines(document))
    assert "V/v đôn đốc thực hiện nhiệm vụ được giao" in lines(document)
    assert "- Như trên;" in lines(document)
    assert len(document.tables) == 2


def test_a_reminder_reaches_communes_and_groups_of_one_s_area_only(client, heads):
    commune = make_commune()
    group = WorkingGroup.objects.create(
        key="doan", name="Đoàn công tác", area=commune.area, decision_number="1447"
    )
    make_task(commune=commune, title="Việc của xã", due_on=dt.date(2020, 9, 16))
    make_task(lead_working_group=group, title="Việc của đoàn", due_on=dt.date(2020, 9, 16))
    address = reverse("reminder")
    client.force_login(make_user(role=Role.COORDINATOR, area=commune.area))

    of_commune = client.get(f"{address}?commune={commune.slug}")
    of_group = client.get(f"{address}?group={group.pk}")

    assert "Việc của xã (Kỳ Lạc)" in lines(Document(io.BytesIO(of_commune.content)))
    assert "Việc của đoàn" in lines(Document(io.BytesIO(of_group.content)))
    client.force_login(make_user())
    assert client.get(f"{address}?commune={commune.slug}").status_code == 404


# Templates that people put


@pytest.fixture
def administrator(client):
    user = make_administrator()
    client.force_login(user)
    return user


def word(*texts):
    document, file = Document(), io.BytesIO()
    for text in texts:
        document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def put(client, content, *, kind=Kind.MINUTES, name="mau.docx"):
    upload = SimpleUploadedFile(name, content)
    sent = {"kind": kind, "form": PARTY, "upload": upload}
    return client.post(reverse("admin:meetings_documenttemplate_add"), sent)


def test_an_administrator_puts_a_template_and_papers_follow_it(client, administrator, heads):
    assert put(client, word("Mẫu của huyện: {{ title }}")).status_code == 302

    session = session_of(PARTY, title="Làm việc với xã")
    assert lines(paper(session)) == ["Mẫu của huyện: Làm việc với xã"]
    row = DocumentTemplate.objects.get()
    assert (row.put_by, len(row.file.sha256)) == (administrator, 64)
    in_force = client.get(reverse("document-template", args=["minutes", "party"]))
    assert lines(Document(io.BytesIO(in_force.content))) == ["Mẫu của huyện: {{ title }}"]
    assert (
        lines(paper(session_of(GOVERNMENT, communes=[session.communes.get()])))[0]
        != lines(paper(session))[0]
    )


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (word("{{ titel }} và {{ nguoi_ky }}"), ["titel", "nguoi_ky"]),
        (word("{%p for task in tasks %}", "{{ task.titel }}", "{%p endfor %}"), ["titel"]),
        (word("{{ title|safe }}"), ["safe"]),
        (word("{{ 'a' * 9999999999 }}"), []),
        (word("{{ 9 ** 9 ** 9 }}"), []),
        (word("{% for x in %}"), []),
        (word("{% if title %} không đóng"), []),
        (word("{{ ''.__class__.__mro__ }}"), []),
        (word("{{ 1 / 0 }}"), []),
        (b"khong phai Word", []),
        (b"", []),
        (files.pdf().read(), []),
    ],
)
def test_what_is_no_template_is_refused_and_the_old_one_stays(
    client, administrator, heads, content, named
):
    put(client, word("Mẫu cũ"))

    answer = put(client, content)

    assert answer.status_code == 200
    errors = " ".join(answer.context["adminform"].form.errors["upload"])
    assert errors
    assert all(name in errors for name in named)
    assert lines(paper(session_of(PARTY))) == ["Mẫu cũ"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ '%1000000000s' % title }}",
        "{{ '{:1000000000}'.format(title) }}",
        "{{ title|center(1000000000) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_that_takes_too_much_is_refused(client, administrator, heads, monkeypatch, text):
    monkeypatch.setattr(limits, "PAPER", dataclasses.replace(limits.PAPER, cpu=2))

    answer = put(client, word(text))

    said = _("The template takes too much time or memory to be filled in.")
    assert answer.context["adminform"].form.errors["upload"] == [said]


def test_a_template_that_fails_on_a_paper_gives_way_to_the_built_in_one(
    client, administrator, heads, caplog
):
    put(client, word("{{ absent[0].upper() }}"))
    session = session_of(PARTY, participants=[])

    assert "NGƯỜI CHỦ TRÌ" in lines(paper(session))
    assert "could not be filled in" in caplog.text


def test_a_template_whose_file_is_gone_gives_way_to_the_built_in_one(client, administrator, heads):
    put(client, word("Mẫu cũ"))
    file = DocumentTemplate.objects.get().file.content
    file.storage.delete(file.name)

    assert "NGƯỜI CHỦ TRÌ" in lines(paper(session_of(PARTY)))


def test_the_administration_shows_which_template_is_in_force(client, administrator):
    for text in ("Mẫu cũ", "Mẫu mới"):
        put(client, word(text))
    address = reverse("document-template", args=["minutes", "party"])

    rows = client.get(reverse("admin:meetings_documenttemplate_changelist")).content.decode()
    form = client.get(reverse("admin:meetings_documenttemplate_add")).content.decode()

    assert rows.count(address) == 1
    for kind in Kind.values:
        for of in Form.values:
            assert reverse("document-template", args=[kind, of]) in form


def test_the_administration_names_the_settings_that_are_missing(client, administrator, heads):
    rows = client.get(reverse("admin:meetings_documenthead_changelist")).content.decode()

    head = context.head_of(make_area(), GOVERNMENT)
    assert ", ".join(context.unset(head)) in rows


def test_only_staff_download_templates(client):
    address = reverse("document-template", args=["minutes", "party"])
    client.force_login(make_user(role=Role.COORDINATOR, area=make_area()))
    assert client.get(address).status_code == 403
    client.force_login(make_user(staff=True))
    assert client.get(address).content == builtin.template(Kind.MINUTES, PARTY)
    assert client.get(reverse("document-template", args=["thu", "party"])).status_code == 404


def test_the_built_in_templates_are_templates():
    for kind in Kind.values:
        for form in Form.values:
            rendering.check(builtin.template(kind, form), kind)


def test_the_page_of_a_session_names_the_settings_that_are_missing_to_who_convenes(client):
    session = session_of(PARTY)
    address = reverse("session", args=[session.pk])

    def told(**who):
        client.force_login(make_user(area=session.area, **who))
        return "data-unset" in client.get(address).content.decode()

    assert told(role=Role.COORDINATOR)
    assert not told(role=Role.OBSERVER)
    DocumentHead.objects.create(
        area=session.area, form=PARTY, issuer="Huyện ủy", place="Kỳ Anh", symbol="HU",
        signer_position="Chánh Văn phòng", signer_name="Nguyễn Văn Ký", sent_to="Các xã",
    )  # fmt: skip
    assert not told(role=Role.COORDINATOR)
