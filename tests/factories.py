"""Rows for tests: each function's signature is its manual."""

import datetime as dt
from itertools import count
from uuid import uuid4

from accounts.models import Membership, Role, User
from communes.models import Agency, Area, Commune
from criteria.assessments.actions import Finding
from criteria.assessments.recognition import recognise
from criteria.enrolments import actions as enrolment_actions
from criteria.evidence import actions as evidence_actions
from criteria.models import (
    Basis,
    CriteriaSet,
    Criterion,
    Enrolment,
    Level,
    Recognition,
    Responsibility,
    Result,
)
from meetings.minutes import actions as minutes_actions
from meetings.models import Entry, Participant, Task, Visit, WorkingSession
from meetings.publication import actions as publication_actions
from meetings.sessions import actions as session_actions
from meetings.tasks import actions as task_actions
from meetings.visits import actions as visit_actions
from nrm_tracker import clock, uploads
from tests import files

_numbers = count(1)
OPENED = dt.date(2016, 12, 1)


def make_area(*, code="447", name="Kỳ Anh", kind=Area.Kind.DISTRICT, **kwargs):
    return Area.objects.get_or_create(code=code, defaults={"kind": kind, "name": name, **kwargs})[0]


def make_commune(*, name="Kỳ Lạc", slug="ky-lac", code="18850", area=None, **kwargs):
    area = area or make_area()
    return Commune.objects.create(area=area, name=name, slug=slug, code=code, **kwargs)


def make_set(*, code="ntm", size=3, **kwargs):
    defaults = {"name": f"Bộ tiêu chí {code}", "valid_from": OPENED, "legal_basis": "1980/QĐ-TTg"}
    criteria_set = CriteriaSet.objects.create(code=code, **{**defaults, **kwargs})
    Criterion.objects.bulk_create(
        Criterion(criteria_set=criteria_set, number=n, name=f"Tiêu chí {n}", short_name=f"TC {n}")
        for n in range(1, size + 1)
    )
    return criteria_set


def make_enrolment(*, commune=None, criteria_set=None, opened_on=OPENED, **kwargs):
    commune = commune or make_commune()
    return enrolment_actions.enrol(
        commune, criteria_set or make_set(), opened_on=opened_on, **kwargs
    )


def make_user(*, username=None, role=None, staff=False, from_on=OPENED, until_on=None, **place):
    username = username or f"nguoi-{next(_numbers)}"
    user = User.objects.create_user(
        username, password="mat-khau-thu", full_name=f"Họ tên {username}", is_staff=staff
    )
    if role:
        if role == Role.INSPECTOR and until_on is None:
            until_on = dt.date(2030, 1, 1)
        Membership.objects.create(user=user, role=role, from_on=from_on, until_on=until_on, **place)
    return user


def make_administrator(**kwargs):
    user = make_user(staff=True, **kwargs)
    user.is_superuser = True
    user.save()
    return user


def make_agency(*, key="phong-vhtt", name="Phòng Văn hóa - Thông tin", area=None, criteria=()):
    agency = Agency.objects.create(area=area or make_area(), key=key, name=name, short_name=name)
    Responsibility.objects.bulk_create(
        Responsibility(agency=agency, criterion=criterion) for criterion in criteria
    )
    return agency


def finding(result=Result.MET, on=dt.date(2020, 9, 8), *, level=Level.DISTRICT, **kwargs):
    kwargs.setdefault("basis", Basis.SELF if level == Level.COMMUNE else Basis.VERIFICATION)
    if result == Result.NOT_APPLICABLE:
        kwargs.setdefault("reason", "Không quy hoạch chợ.")
    if result == Result.MET:
        kwargs.setdefault("no_evidence_reason", "Hồ sơ lưu tại xã.")
    return Finding(level=level, result=result, assessed_on=on, **kwargs)


def cell(enrolment, number=1):
    return enrolment.statuses.get(criterion__number=number)


def recognise_in(year, *, slug="ky-giang", by=None):
    """A commune's recognition, known by its year alone."""
    on = dt.date(year, 12, 31)
    granted = Recognition(
        enrolment=Enrolment.objects.get(commune__slug=slug),
        title="Xã đạt chuẩn nông thôn mới",
        decided_on=on,
        precision=Recognition.Precision.YEAR,
    )
    return recognise(granted, by=by or make_user(), at=clock.at(on, 17))


def attach(enrolment, file=None, *, by=None, numbers=(1,), caption="Minh chứng", **kwargs):
    """A file, or with `url` a link, attached to cells of an enrolment."""
    if file:
        kwargs["file"] = uploads.check(file)
    piece = evidence_actions.Piece(caption=caption, **kwargs)
    shown = enrolment.statuses.filter(criterion__number__in=numbers)
    return evidence_actions.attach(enrolment, shown, [piece], by=by or make_user())[0]


def attach_picture(enrolment, **kwargs):
    return attach(enrolment, files.picture(), **kwargs)


def make_session(
    *, communes=None, by=None, chairs=("Trần Văn Chủ",), on=dt.date(2020, 9, 8), **kwargs
):
    """A session that was convened; `state` puts it straight into a later one."""
    communes = communes or [make_commune()]
    state = kwargs.pop("state", WorkingSession.State.DRAFT)
    people = [Participant(full_name=name, part=Participant.Part.CHAIR) for name in chairs]
    people += kwargs.pop("participants", [])
    call = session_actions.Call(
        form=kwargs.pop("form", "party"),
        title=kwargs.pop("title", "Làm việc với xã về nông thôn mới"),
        communes=communes,
        held_on=on,
        participants=people,
        **kwargs,
    )
    session = session_actions.convene(communes[0].area, call, by=by or make_user())
    if state != WorkingSession.State.DRAFT:
        session = session_actions.hold(session, [])
    if state == WorkingSession.State.PUBLISHED:
        make_entry(session)
        session = publication_actions.publish(
            session, minutes_number="", notice_number="", by=session.convened_by
        )
    return session


def make_entry(
    session, text="Tập trung làm rõ đường găng.", *, kind=Entry.Kind.CONCLUSION, **kwargs
):
    by = kwargs.pop("by", session.convened_by)
    said = minutes_actions.EntryText(kind=kind, text=text, **kwargs)
    return minutes_actions.write(session, uuid4(), said, version=0, by=by)


def make_task(*, by=None, area=None, entry=None, title="Rà soát các tiêu chí chưa đạt", **kwargs):
    """An open task, led by a commune unless another lead is given."""
    leads = ("lead_commune", "lead_agency", "lead_working_group", "lead_person")
    if not any(lead in kwargs for lead in leads):
        kwargs["lead_commune"] = kwargs.get("commune") or make_commune()
        kwargs.setdefault("commune", kwargs["lead_commune"])
    if kwargs.get("kind") != Task.Kind.CONTINUING:
        kwargs.setdefault("due_on", dt.date(2020, 12, 31))
    kwargs.setdefault("assigned_on", dt.date(2020, 9, 8))
    task = Task(area=area or make_area(), title=title, **kwargs)
    return task_actions.assign([task], by=by or make_user(), entry=entry)[0]


def make_visit(commune, *, by, on=dt.date(2020, 9, 15), **kwargs):
    values = {"kind": "supervision", "purpose": "Kiểm tra tiến độ"} | kwargs
    return visit_actions.plan(Visit(commune=commune, planned_on=on, **values), by=by)


def make_made(commune, day, *, by, **kwargs):
    visit = make_visit(commune, by=by, on=day, **kwargs)
    return visit_actions.record(visit, made_on=day, summary="Đúng tiến độ", findings={}, by=by)
