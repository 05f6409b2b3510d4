"""The district for training: full, sound, the same each time, and apart from all that is real."""

import datetime as dt
import hashlib
import io

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models, transaction
from docx import Document

from accounts.models import Membership, Notice, Role, User
from communes.models import Area, Commune
from criteria.models import (
    Charge,
    Claim,
    ClaimDecision,
    Comment,
    Difficulty,
    Enrolment,
    Evidence,
    Recognition,
    Result,
    Round,
    RoundReturn,
)
from meetings.models import DueDateChange, Task, TaskUpdate, Visit, WorkingSession
from nrm_tracker import clock
from plans.models import Plan
from tests.factories import make_area, make_user
from tests.pages import as_person, kept_for_the_module
from training import loading

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 9, 15)
ROOMS = ["communes", "accounts", "criteria", "meetings", "plans"]
# What differs each time although the same is said: keys, digests, files, what holds a key, and the
# chances, whose lots are drawn by keys.
APART = {"password", "sha256", "content", "thumbnail", "address", "chance", "safe_on"}
WHO = {
    "lanh-dao", "dieu-phoi", "quan-sat", "thanh-tra", "quan-tri", "ha-tang", "doan", "mau-an",
    "can-bo-mau-an", "mau-binh",
}  # fmt: skip
PAGES = (
    "/", "/?as_of=2019-06-01", "/communes/", "/criteria/", "/criteria/2/", "/criteria/2/history/",
    "/difficulties/", "/tasks/", "/sessions/", "/visits/", "/rounds/", "/checks/", "/review/",
    "/me/", "/accounts/notices/", "/search/?q=mau", "/plans/",
)  # fmt: skip
OF_A_COMMUNE = ("", "history/", "criteria/2/", "dossier/")


def digest():
    said = hashlib.sha256()
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            names = [
                field.attname
                for field in model._meta.concrete_fields
                if field.attname not in APART
                and not field.primary_key
                and not isinstance(field, models.ForeignKey)
            ]
            # Without a name Django would give every column, the keys too.
            rows = model._default_manager.values_list(*names) if names else []
            said.update(repr([model.__name__, sorted(map(repr, rows))]).encode())
    return said.hexdigest()


@pytest.fixture(scope="module")
def digests(django_db_setup, django_db_blocker):
    """What two loads came to; the second stays."""
    with kept_for_the_module(django_db_blocker):
        call_command("load_reference", without_places=True, verbosity=0)
        with transaction.atomic():
            loading.load(TODAY)
            first = digest()
            transaction.set_rollback(True)
        loading.load(TODAY)
        yield first, digest()


@pytest.fixture
def district(digests):
    return Area.objects.get(is_training=True)


def test_two_loads_say_the_same(digests):
    assert digests[0] == digests[1]


def test_its_standings_are_what_its_history_says(district, capsys):
    call_command("check_progress")

    assert "0" in capsys.readouterr().out.splitlines()[-1]


def test_it_has_claims_in_every_state_and_words_of_every_kind(district):
    assert set(Claim.objects.values_list("state", flat=True)) == set(Claim.State.values)
    assert set(ClaimDecision.objects.values_list("verdict", flat=True)) == set(
        ClaimDecision.Verdict.values
    )
    assert ClaimDecision.objects.filter(agency=None).exists()
    assert ClaimDecision.objects.exclude(document_number="").exists()
    half = Claim.objects.waiting().filter(decisions__isnull=False)
    assert half.exists()


def test_it_has_tasks_in_every_state_and_all_that_becomes_of_them(district):
    assert set(Task.objects.values_list("state", flat=True)) == set(Task.State.values)
    assert set(Task.objects.values_list("kind", flat=True)) == set(Task.Kind.values)
    assert Task.objects.late(TODAY).count() == 4
    kinds = set(TaskUpdate.objects.values_list("kind", flat=True))
    assert {"progress", "reported", "confirmed", "sent_back", "cancelled"} <= kinds
    granted = set(DueDateChange.objects.values_list("is_granted", flat=True))
    assert granted == {None, True, False}


def test_it_has_sessions_visits_and_rounds_of_every_kind(district):
    assert set(WorkingSession.objects.values_list("state", flat=True)) == set(
        WorkingSession.State.values
    )
    assert Visit.objects.planned().filter(planned_on__gt=TODAY).count() == 2
    assert Visit.objects.exclude(given_up_at=None).exists()
    made = Visit.objects.exclude(made_on=None)
    assert made.filter(findings__isnull=False, files__isnull=False).exists()
    closed = [one.closed_at is not None for one in Round.objects.order_by("number")]
    assert closed == [True, True, False]
    returned = RoundReturn.objects.filter(round__closed_at=None)
    assert returned.exclude(submitted_at=None).count() == 5


def test_it_has_targets_met_ahead_moved_and_missed(district):
    found = {run.commune.slug: run for run in Enrolment.objects.select_related("commune")}
    met = {
        slug: (last.met_count, last.applicable_count)
        for slug, run in found.items()
        if (last := run.standings.order_by("on_day").last())
    }

    assert len(found) == 12
    assert met["mau-binh"] == (20, 20)
    assert found["mau-binh"].target_on < TODAY
    assert found["mau-lam"].target_on < TODAY
    assert met["mau-lam"] == (7, 20)
    assert met["mau-chau"] == (17, 19)
    assert found["mau-hoa"].target_changes.count() == 1
    assert found["mau-giang"].target_on is None
    assert Recognition.objects.get().enrolment == found["mau-binh"]


def test_a_criterion_fell_back_and_one_was_never_assessed(district):
    cells = {
        slug: dict(run.statuses.values_list("result").annotate(n=models.Count("pk")).order_by())
        for slug, run in (
            (run.commune.slug, run) for run in Enrolment.objects.select_related("commune")
        )
    }

    assert cells["mau-lam"][Result.NOT_ASSESSED] == 1
    assert cells["mau-ninh"][Result.MET] == 11
    fallen = Enrolment.objects.get(commune__slug="mau-ninh").statuses.filter(
        assessments__result=Result.MET, result=Result.NOT_MET
    )
    assert fallen.exists()


def test_it_has_all_that_is_said_beside(district):
    assert Difficulty.objects.open().count() == 6
    assert Difficulty.objects.exclude(resolved_on=None).count() == 4
    assert Charge.objects.filter(criterion=None).count() == 12
    assert Charge.objects.exclude(until_on=None).count() == 1
    assert Comment.objects.count() == 9
    assert Evidence.objects.filter(has_personal_data=True).count() == 3
    assert Evidence.objects.exclude(removed_at=None).count() == 3
    assert Evidence.objects.exclude(replaces=None).count() == 3
    assert Evidence.objects.filter(valid_until__lt=TODAY).count() == 3
    for username in ("tap-huan-dieu-phoi", "tap-huan-mau-an", "tap-huan-ha-tang"):
        assert Notice.objects.unread().filter(user__username=username).exists(), username


def test_it_has_a_plan_that_is_late_one_that_was_saved_and_one_that_is_done(district):
    plans = {one.enrolment.commune.slug: one for one in Plan.objects.all()}
    targets = {slug: one.enrolment.target_on for slug, one in plans.items()}
    late, saved, done = (plans[slug] for slug in ("mau-dong", "mau-an", "mau-binh"))

    assert len(plans) == 3
    assert {one.state for one in plans.values()} == {Plan.State.APPROVED}
    assert late.versions.get().finish_on < targets["mau-dong"] < late.finish_on
    first, second = saved.versions.order_by("number")
    worst = max(saved.forecasts.values_list("finish_on", flat=True))
    assert max(first.finish_on, second.finish_on, saved.finish_on) < targets["mau-an"] < worst
    assert done.finish_on < targets["mau-binh"]
    assert not done.activities.filter(finished_on=None).exists()


def test_nothing_is_said_of_a_day_to_come_or_at_one(district):
    late = clock.at(TODAY, 0)
    for model in apps.get_app_config("criteria").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField):
                later = {f"{field.name}__gte": late}
                assert not model._default_manager.filter(**later).exists(), field


def pages_of(district):
    yield from PAGES
    yield from (f"/communes/mau-an/{part}" for part in OF_A_COMMUNE)
    yield from ("/communes/mau-binh/", "/communes/mau-lam/")
    yield from ("/plans/mau-dong/", "/plans/mau-an/versions/2/?against=1", "/plans/mau-binh/")
    for found in (WorkingSession, Task, Visit, Round):
        states = found.objects.order_by("pk")[:4]
        yield from (row.get_absolute_url() for row in states)


@pytest.mark.parametrize("who", sorted(WHO))
def test_every_page_opens_for_everybody_and_says_what_it_is(district, who):
    client = as_person(f"tap-huan-{who}")

    for address in pages_of(district):
        response = client.get(address)
        assert response.status_code == 200, address
        assert "Dữ liệu tập huấn" in response.content.decode(), address


def test_every_role_has_an_account_with_the_demo_s_password(district, client):
    held = Membership.objects.at_places_of([district.pk])

    assert set(held.values_list("role", flat=True)) == set(Role.values)
    assert client.login(username="tap-huan-thanh-tra", password=settings.DEMO_PASSWORD)


def test_no_name_is_that_of_a_real_commune(district):
    made_up = set(district.communes.values_list("name", flat=True))

    assert len(made_up) == 12
    assert not Commune.objects.exclude(area=district).filter(name__in=made_up).exists()


def test_papers_and_workbooks_say_that_they_are_for_training(district):
    session = WorkingSession.objects.filter(state=WorkingSession.State.PUBLISHED).first()
    coordinator = as_person("tap-huan-dieu-phoi")

    paper = Document(io.BytesIO(coordinator.get(f"/sessions/{session.pk}/minutes.docx").content))
    book = openpyxl.load_workbook(
        io.BytesIO(coordinator.get("/communes/mau-an/sheet.xlsx").content)
    )

    said = "DỮ LIỆU TẬP HUẤN, không có thật"
    section = paper.sections[0]
    assert section.first_page_header.paragraphs[0].text == said
    assert section.header.paragraphs[0].text == said
    assert book.worksheets[0].cell(1, 2).value.startswith(f"{said} · Xã Mẫu An")


def test_it_is_made_once(district):
    with pytest.raises(ValidationError, match="số liệu"):
        loading.load(TODAY)

    assert Area.objects.filter(is_training=True).count() == 1


def test_an_administrator_never_sees_it_beside_real_work(district, client):
    client.force_login(User.objects.get(username="tap-huan-quan-tri"))
    assert client.get("/communes/mau-an/").status_code == 200

    make_user(role=Role.COORDINATOR, area=make_area())

    client.force_login(make_user(staff=True))
    assert client.get("/communes/mau-an/").status_code == 404
