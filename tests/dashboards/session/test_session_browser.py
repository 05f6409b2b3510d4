"""One working session, from its call to what the next one takes over, by those who live it."""

import hashlib
import io
import re

from django.test import override_settings
from docx import Document
from playwright.sync_api import expect

from meetings.models import Entry, Task, WorkingSession
from tests import files
from tests.browser import ROW

HOUR = re.compile(r"[0-9]{2}:[0-9]{2}")
ASKED = "Hoàn thành 2 km đường trục xã"
PRODUCT = "Biên bản nghiệm thu"
AGENCY_TASK = "Lập hồ sơ thiết kế đường trục xã Lâm Hợp"
LATER = "Chờ thẩm định thiết kế"


def look(page, axe, address):
    """Open a page that is fit for everybody."""
    assert page.goto(address).status == 200, address
    seen = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= seen, address
    axe(page)


def send(page, form="main form"):
    page.locator(f"{form} button.btn-send").click()
    expect(page.locator(".msg-ok").first).to_be_visible()


def follow(page, axe, end):
    """Take the way that the page offers."""
    page.locator(f"main a[href*='{end}']").first.click()
    expect(page).to_have_url(re.compile(re.escape(end)))
    axe(page)


def open_details(page, target):
    """Unfold what the target is folded in, as one does with a mouse."""
    folds = page.locator("details:not([open])", has=page.locator(target))
    while folds.count():
        folds.first.locator("summary").first.click()
    return page.locator(target).first


# The session


def convene(page, axe, on, title):
    """Call both communes; the address of the session."""
    page.goto("/sessions/")
    axe(page)
    follow(page, axe, "/sessions/new/")
    page.locator("input[name=form][value=party]").check()
    page.locator("#id_title").fill(title)
    for name in ("Lâm Hợp", "Kỳ Lạc"):
        page.locator("input[name=communes]").and_(page.get_by_label(name)).check()
    page.locator("#id_held_on").fill(on)
    page.locator("#id_starts_at").fill("7h30")
    page.locator("#id_chairs").fill("Nguyễn Văn A; Bí thư Huyện ủy; Huyện ủy Kỳ Anh")
    page.locator("#id_secretary").fill("Trần Thị B; Chánh Văn phòng; Huyện ủy Kỳ Anh")
    page.locator("#id_attendees").fill("- Đại diện UBND huyện")
    page.locator("input[name=groups]").first.check()
    send(page, "#call")
    axe(page)
    return re.search(r"/sessions/\d+/", page.url)[0]


def the_call_is_complete(page):
    said = page.locator("main")
    for told in ("Nguyễn Văn A", "Trần Thị B", "Đại diện UBND huyện", "07:30", "15/09/2020"):
        expect(said).to_contain_text(told)
    session = WorkingSession.objects.get(title="Kiểm điểm tiến độ")
    # With the members of the working group, who came by one tick.
    assert session.participants.count() == 4
    assert {one.slug for one in session.communes.all()} == {"ky-lac", "lam-hop"}


def leave_one_out(page, axe, session):
    """Leaders read what was promised on 08/09; one task is not taken over."""
    look(page, axe, f"{session}briefing/ky-lac/")
    expect(page.locator("[data-now]")).to_have_attribute("data-now", "10/20")
    promised = [one.get_attribute("data-promise") for one in page.locator("[data-promise]").all()]
    before = WorkingSession.objects.get(held_on="2020-09-08")
    assert promised
    assert {Task.objects.get(pk=pk).session for pk in promised} == {before}

    page.goto(session)
    expect(page.locator(f"[data-carried='{promised[0]}']")).to_have_count(1)
    open_details(page, f"a[href='{session}drop/{promised[0]}/']").click()
    axe(page)
    page.locator("#id_reason").fill("Đã có kế hoạch riêng của Đảng ủy xã")
    send(page)
    expect(page.locator(f"[data-carried='{promised[0]}']")).to_have_count(0)
    expect(page.locator(f"[data-dropped='{promised[0]}']")).to_contain_text("kế hoạch riêng")


def hold(page, axe, session):
    page.goto(session)
    follow(page, axe, f"{session}hold/")
    # One briefing is frozen after the other, which looks like one query too many.
    with override_settings(ZEAL_NPLUSONE_THRESHOLD=1000):
        send(page)
    for slug in ("lam-hop", "ky-lac"):
        look(page, axe, f"{session}briefing/{slug}/")
        expect(page.locator("[data-frozen]")).to_have_count(1)
    expect(page.locator("[data-dropped]")).to_have_count(1)


# Its minutes


def say(page, kind, text, *, commune="", criterion=""):
    """Type one entry, and wait until the page says when it was saved."""
    form = page.locator(
        f"[data-entry='{page.locator('form.entry').last.get_attribute('data-entry')}']"
    )
    form.locator("[name=kind]").select_option(kind)
    form.locator("[name=speaker]").fill("Bí thư Huyện ủy")
    for name, value in (("commune", commune), ("criterion", criterion)):
        if value:
            listed = form.locator(f"[name={name}] option").filter(has_text=value)
            form.locator(f"[name={name}]").select_option(listed.first.get_attribute("value"))
    form.locator("textarea").fill(text)
    form.locator("textarea").press("Control+Enter")
    expect(form.locator("[data-state]")).to_have_text(HOUR)


def write_the_minutes(page, axe, session):
    page.goto(session)
    follow(page, axe, f"{session}minutes/")
    say(page, "report", "Xã đạt 16/20 tiêu chí.", commune="Lâm Hợp")
    say(page, "opinion", "Cần ưu tiên đường trục xã.")
    say(page, "conclusion", ASKED, commune="Lâm Hợp", criterion=re.compile("^2 "))
    axe(page)
    page.reload()
    expect(page.locator("form.entry")).to_have_count(4)
    concluded = Entry.objects.get(text=ASKED)
    assert (concluded.commune.slug, concluded.criterion.number) == ("lam-hop", 2)
    return concluded


def record_a_result(page, axe, session):
    """The first try lacks the reason why nothing is attached."""
    page.goto(session)
    open_details(page, f"a[href^='{session}assess/lam-hop/1/']").click()
    page.locator("input[name=result][value=met]").check()
    page.locator("main button.btn-send").click()
    expect(page.locator("#id_no_evidence_reason")).to_have_attribute("aria-invalid", "true")
    axe(page)
    page.locator("#id_no_evidence_reason").fill("Quyết định phê duyệt quy hoạch gửi sau")
    send(page)
    expect(page.locator("[data-assessment]")).to_have_count(1)
    page.goto("/")
    expect(page.locator(ROW.format("lam-hop")).locator(".tot")).to_contain_text("17/20")
    look(page, axe, "/communes/lam-hop/criteria/1/")
    expect(page.locator("div[data-criterion='1']")).to_have_attribute("data-result", "met")
    expect(page.locator("main")).to_contain_text("15/09/2020: Kiểm điểm tiến độ")


def assign(page, axe, session, entry, *, lead=None, title=None):
    """Make a task of what was concluded, led by the commune unless told otherwise."""
    page.goto(session)
    page.locator(f"#minutes a[href='/entries/{entry.pk}/tasks/new/']").click()
    axe(page)
    expect(page.locator("#id_title")).to_have_value(ASKED)
    if title:
        page.locator("#id_title").fill(title)
        page.locator("#id_lead").select_option(label=lead)
    else:
        page.locator("#id_expected_product").fill(PRODUCT)
    page.locator("#id_due_on").fill("25/09/2020")
    send(page)
    made = Task.objects.latest("pk")
    expect(page.locator(f"#tasks tr[data-task='{made.pk}']")).to_contain_text("25/09/2020")
    assert (made.entry, made.criterion.number, made.commune.slug) == (entry, 2, "lam-hop")
    return made


def the_tasks_of_the_conclusion(page, axe, session, entry):
    led = assign(page, axe, session, entry)
    assert led.lead_commune.slug == "lam-hop"
    other = assign(page, axe, session, entry, lead="Phòng Kinh tế - Hạ tầng", title=AGENCY_TASK)
    assert other.lead_agency.name == "Phòng Kinh tế - Hạ tầng"
    axe(page)
    return led, other


# Its papers


def publish(page, axe, session):
    page.goto(session)
    follow(page, axe, f"{session}publish/")
    page.locator("#id_minutes_number").fill("16-BB/HU")
    page.locator("#id_notice_number").fill("28-TB/HU")
    page.locator("#id_all_the_same").check()
    send(page)
    for told in ("16-BB/HU", "28-TB/HU"):
        expect(page.locator("#addenda")).to_contain_text(told)


def paper(page, session, kind):
    """The text of a Word document, downloaded from the session's page."""
    with page.expect_download() as waited:
        page.locator(f"a[href='{session}{kind}.docx']").first.click()
    document = Document(io.BytesIO(waited.value.path().read_bytes()))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(part.text for part in [*document.paragraphs, *cells])


def the_papers_say_what_was_said(page, session):
    minutes, notice = (paper(page, session, kind) for kind in ("minutes", "notice"))
    for told in (ASKED, "Cần ưu tiên đường trục xã.", "Nguyễn Văn A", "16-BB/HU"):
        assert told in minutes
    assert ASKED in notice
    assert "28-TB/HU" in notice


def attach_the_scan(page, axe, session):
    page.goto(session)
    follow(page, axe, f"{session}scan/")
    signed = files.pdf("bien-ban-da-ky.pdf").read()
    sent = {"name": "bien-ban-da-ky.pdf", "mimeType": "application/pdf", "buffer": signed}
    page.locator("#id_file").set_input_files(sent)
    send(page)
    expect(page).to_have_url(re.compile(f"{session}#addenda$"))
    expect(page.locator(".msg-warn")).to_have_count(0)
    expect(page.locator("#addenda")).to_contain_text(hashlib.sha256(signed).hexdigest())


def published_minutes_are_only_added_to(page, axe, session):
    page.goto(f"{session}minutes/")
    expect(page).to_have_url(re.compile(f"{session}$"))
    expect(page.locator(f"main a[href='{session}minutes/']")).to_have_count(0)
    follow(page, axe, f"{session}addendum/")
    page.locator("#id_text").fill("Đính chính: đường trục xã dài 2,1 km.")
    send(page)
    expect(page.locator("#addenda")).to_contain_text("2,1 km")
    axe(page)


# Its tasks


def form_of(page, name):
    fold = page.locator(f"details[data-form='{name}']")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return fold


def do(page, name, **typed):
    """Fill in one of the task's forms and send it."""
    form = form_of(page, name)
    for field, value in typed.items():
        form.locator(f"[name={field}]").fill(value)
    form.locator("button[type=submit]").click()


def state_of(page):
    return page.locator("h1 + [data-state]")


def the_commune_reports(page, axe, task):
    """It reads what it was asked, says how far it is, then that it is done, with the paper."""
    look(page, axe, "/me/")
    page.locator(f"#notices a[href='/tasks/{task.pk}/']").click()
    axe(page)
    do(page, "progress", percent="60", note="Đã thi công 1,2 km")
    expect(state_of(page)).to_contain_text("60%")
    do(page, "done", note="Đã nghiệm thu")
    expect(page.locator("[name=attached]")).to_have_attribute("aria-invalid", "true")
    axe(page)
    signed = {"name": "bb.pdf", "mimeType": "application/pdf", "buffer": files.pdf().read()}
    page.locator("[name=attached]").set_input_files(signed)
    page.locator("main button.btn-send").click()
    expect(state_of(page)).to_have_attribute("data-state", "reported")
    expect(page.locator("#history a[href*='/files/']")).to_have_count(1)
    expect(page.locator("[data-form=confirm]")).to_have_count(0)
    assert page.request.get(f"/tasks/{task.pk}/confirm/").status == 403


def the_agency_is_given_another_day(agency, leader, axe, task):
    look(agency, axe, "/tasks/?who=mine")
    agency.locator(f"tr[data-task='{task.pk}'] a").first.click()
    do(agency, "day", to_on="30/09/2020", reason=LATER)
    expect(agency.locator("#asked")).to_contain_text(LATER)
    axe(agency)

    look(leader, axe, "/me/")
    leader.locator(f"a[href='/tasks/{task.pk}/']").first.click()
    form_of(leader, "day-answer").locator("[name=is_granted][value=yes]").check()
    do(leader, "day-answer", answer="Đồng ý")
    expect(leader.locator("tr[data-from='2020-09-25'][data-to='2020-09-30']")).to_have_count(1)
    expect(leader.locator("#facts")).to_contain_text("30/09/2020")
    agency.reload()
    expect(agency.locator("#days")).to_contain_text("25/09/2020")
    axe(agency)


def the_coordinator_confirms(page, axe, task):
    look(page, axe, "/me/")
    page.locator(f"li[data-task='{task.pk}'] a").first.click()
    axe(page)
    do(page, "confirm", note="Đúng hồ sơ nghiệm thu")
    expect(state_of(page)).to_have_attribute("data-state", "done")
    expect(state_of(page)).to_contain_text("đúng hạn")
    axe(page)
    page.locator("#next a").click()
    expect(page).to_have_url(re.compile("/communes/lam-hop/criteria/2/"))
    # Finished work by itself changes no result.
    expect(page.locator("div[data-criterion='2']")).to_have_attribute("data-result", "not_met")


def the_next_one_opens_with_what_is_unfinished(page, axe, led, other):
    convene(page, axe, "22/09/2020", "Kiểm điểm tuần sau")
    carried = page.locator("#carried")
    expect(carried.locator(f"[data-carried='{other.pk}']")).to_have_count(1)
    expect(carried.locator(f"[data-carried='{led.pk}']")).to_have_count(0)
    expect(page.locator("a[href$='/hold/']")).to_have_count(0)
    for address in ("/tasks/", "/visits/", "/sessions/"):
        look(page, axe, address)


def test_the_life_of_a_session(people, axe):
    clerk, leader = people("dieuphoi"), people("lanhdao")
    session = convene(clerk, axe, "15/09/2020", "Kiểm điểm tiến độ")
    the_call_is_complete(clerk)
    leave_one_out(clerk, axe, session)
    hold(clerk, axe, session)
    concluded = write_the_minutes(clerk, axe, session)
    record_a_result(clerk, axe, session)
    led, other = the_tasks_of_the_conclusion(leader, axe, session, concluded)
    publish(clerk, axe, session)
    the_papers_say_what_was_said(clerk, session)
    attach_the_scan(clerk, axe, session)
    published_minutes_are_only_added_to(clerk, axe, session)
    the_commune_reports(people("lamhop"), axe, led)
    the_agency_is_given_another_day(people("phong-ktht"), leader, axe, other)
    the_coordinator_confirms(clerk, axe, led)
    the_next_one_opens_with_what_is_unfinished(leader, axe, led, other)
