"""What people are told: in the application, on /me/, and by one e-mail a day."""

import datetime as dt
import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from accounts.models import Notice, User
from accounts.notifications.notices import tell
from criteria.models import Claim
from tests.criteria.claims.deeds import give_back, say, send
from tests.pages import as_person, demo_for_the_module, read

pytestmark = pytest.mark.django_db
ME = "/me/"
NOTICES = "/accounts/notices/"


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with demo_for_the_module(django_db_blocker):
        # Of the tasks that the demo assigned.
        Notice.objects.all().delete()
        yield


@pytest.fixture
def sent():
    send()
    return Claim.objects.get()


def digests():
    out = io.StringIO()
    call_command("send_digests", stdout=out)
    return out.getvalue()


def reachable(*usernames):
    for username in usernames:
        User.objects.filter(username=username).update(email=f"{username}@nrm.example")


def test_an_agency_sees_what_waits_and_for_how_long(sent, settings):
    settings.DEMO_DAY = "2020-09-20"

    page = read(as_person("bhxh"), ME)

    row = page.one("li", data_kind="verify", data_commune="ky-lac", data_criterion="15").text
    for said in ("chờ 5 ngày", "15/09/2020", "Thẩm tra"):
        assert said in row


def test_who_has_spoken_is_no_longer_waited_for(sent):
    say("phong-yte", sent, verdict="met")

    assert not read(as_person("phong-yte"), ME).find("li", data_kind=True)
    assert read(as_person("bhxh"), ME).one("li", data_commune="ky-lac", data_criterion="15")


def test_the_commune_sees_what_came_back_until_it_acts(sent):
    give_back("phong-yte", sent)

    for username in ("kylac", "canbo-kylac"):
        assert "Thiếu biên bản cân đo" in as_person(username).get(ME).text
    assert "Thiếu biên bản cân đo" not in as_person("lamhop").get(ME).text
    send(resent_reason="Biên bản gửi theo đường công văn")
    page = read(as_person("kylac"), ME)
    assert not page.find("li", data_kind=True)
    assert _("Sent, waiting") in page.html


def unread(username):
    return Notice.objects.unread().filter(user__username=username).count()


def test_all_are_marked_as_read_for_oneself(sent):
    client = as_person("bhxh")
    assert client.get(NOTICES).status_code == 200
    assert unread("bhxh") == 1

    client.post(f"{NOTICES}read/")

    assert (unread("bhxh"), unread("phong-yte")) == (0, 1)


def test_who_opens_what_a_notice_is_about_has_seen_it(sent):
    client = as_person("bhxh")
    address = Notice.objects.get(user__username="bhxh").address
    client.get("/communes/ky-lac/criteria/14/")
    client.get("/communes/ky-lac/criteria/15/?set=ntm-2010")
    client.get("/communes/ky-lac/criteria/15/word/")
    client.get("/communes/ky-lac/criteria/15/?as_of=2020-09-01")
    client.get("/communes/ky-lac/criteria/15/?known=2020-09-01")
    assert unread("bhxh") == 1

    client.get(address)

    assert (unread("bhxh"), unread("phong-yte")) == (0, 1)
    assert not read(client, ME).find("details", id="notices", open=True)


def test_a_kept_and_an_unchanged_page_are_seen_too(sent):
    client = as_person("bhxh")
    person = User.objects.get(username="bhxh")
    tag = client.get("/communes/ky-lac/").headers["ETag"]
    tell([person], "Có ý kiến.", "/communes/ky-lac/#comments")

    again = client.get("/communes/ky-lac/", headers={"If-None-Match": tag})

    assert again.status_code == 304
    assert unread("bhxh") == 1


def test_nothing_is_written_where_nothing_is_new(sent, client):
    def writes(reader, address):
        with CaptureQueriesContext(connection) as asked:
            reader.get(address)
        return [q["sql"] for q in asked if "accounts_notice" in q["sql"] and "UPDATE" in q["sql"]]

    address = Notice.objects.get(user__username="bhxh").address
    assert writes(client, address) == []
    assert writes(as_person("quansat"), address) == []
    officer = as_person("bhxh")
    assert writes(officer, "/communes/") == []
    assert [len(writes(officer, address)) for _n in range(2)] == [1, 0]


def test_notices_are_told_by_what_they_are_about():
    person = User.objects.get(username="bhxh")
    for text, address in [("Một", "/tasks/1/"), ("Hai", "/tasks/2/"), ("Ba", "/tasks/1/#history")]:
        tell([person], text, address)
    client = as_person("bhxh")

    for address in (ME, NOTICES):
        page = read(client, address)
        links = [one for one in page.find("a", class_="lnk") if one.text in ("Một", "Hai", "Ba")]
        assert [one.text for one in links] == ["Ba", "Hai"], address
    assert "2 mới" in read(client, ME).one("details", id="notices").text


def test_a_notice_leads_to_where_it_happened(sent):
    notice = Notice.objects.filter(user__username="bhxh").get()

    assert as_person("bhxh").get(notice.address).status_code == 200


def test_one_e_mail_a_day_however_often_it_is_sent(sent):
    reachable("bhxh", "phong-yte", "lanhdao", "quansat")

    assert _("Daily e-mails sent: %(count)s.") % {"count": 3} in digests()
    assert _("Daily e-mails sent: %(count)s.") % {"count": 0} in digests()

    to = sorted(message.to[0] for message in mail.outbox)
    assert to == ["bhxh@nrm.example", "lanhdao@nrm.example", "phong-yte@nrm.example"]
    body = next(m.body for m in mail.outbox if m.to == ["bhxh@nrm.example"])
    assert "/communes/ky-lac/criteria/15/" in body
    assert "Kỳ Lạc" in body


def test_the_next_day_tells_only_what_is_new(sent, settings):
    reachable("kylac")
    give_back("phong-yte", sent)
    digests()
    settings.DEMO_DAY = "2020-09-16"

    digests()

    first, second = (message.body for message in mail.outbox)
    told = Notice.objects.get(user__username="kylac").text
    assert told in first
    assert told not in second
    assert "Thiếu biên bản cân đo" in second  # it waits still


def test_nobody_is_written_to_against_their_wish(sent):
    reachable("bhxh", "phong-yte")
    as_person("bhxh").post("/accounts/digest/", {"wanted": "no"})
    User.objects.filter(username="phong-yte").update(is_active=False)

    digests()

    assert mail.outbox == []
    as_person("bhxh").post("/accounts/digest/", {"wanted": "yes"})
    digests()
    assert len(mail.outbox) == 1


def test_what_could_not_be_sent_is_tried_again(sent, settings):
    reachable("bhxh")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1

    err = io.StringIO()
    call_command("send_digests", stdout=io.StringIO(), stderr=err)

    assert err.getvalue()
    person = User.objects.get(username="bhxh")
    assert not person.daily_mails.exists()
    assert Notice.objects.filter(user=person, mailed_on__isnull=True).exists()


def test_a_person_is_told_once_and_not_of_their_own_deed(sent):
    assert not Notice.objects.filter(user__username="kylac").exists()
    assert Notice.objects.filter(user__username="bhxh").count() == 1
    assert Notice.objects.filter(at__date=dt.date(2020, 9, 15)).exists()
