"""What people are told: in the application, on /me/, and by one e-mail a day."""

import datetime as dt
import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils.translation import gettext as _

from accounts.models import Notice, User
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

    row = page.find("tr", data_commune="ky-lac", data_criterion="15")[0].text
    assert _("waits for %(days)s days") % {"days": 5} in row
    assert "15/09/2020" in row
    assert _("Claims that wait for your agency") in page.html


def test_who_has_spoken_is_no_longer_waited_for(sent):
    say("phong-yte", sent, verdict="met")

    mine = read(as_person("phong-yte"), ME)
    assert _("No claim waits for your agency.") in mine.html
    assert read(as_person("bhxh"), ME).find("tr", data_commune="ky-lac", data_criterion="15")


def test_the_commune_sees_what_came_back_until_it_acts(sent):
    give_back("phong-yte", sent)

    for username in ("kylac", "canbo-kylac"):
        assert "Thiếu biên bản cân đo" in as_person(username).get(ME).text
    assert "Thiếu biên bản cân đo" not in as_person("lamhop").get(ME).text
    send(resent_reason="Biên bản gửi theo đường công văn")
    queue = as_person("kylac").get(ME).context["queues"][0]
    assert queue.items == []


def test_the_navigation_counts_what_was_not_read(sent):
    client = as_person("bhxh")
    assert read(client, "/").find("span", class_="count")[0].text.startswith("1")

    assert client.get(NOTICES).status_code == 200
    client.post(f"{NOTICES}read/")

    assert not read(client, "/").find("span", class_="count")
    assert not Notice.objects.unread().filter(user__username="bhxh").exists()
    assert Notice.objects.unread().filter(user__username="phong-yte").exists()


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
