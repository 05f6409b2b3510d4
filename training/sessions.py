"""Working sessions with their minutes, and the tasks that came of them with all that became of
each."""

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from accounts.models import User
from dashboards.session.briefing import briefing_of
from meetings.minutes import actions as minutes
from meetings.models import DocumentHead, Participant, Task, WorkingSession
from meetings.publication.actions import publish
from meetings.sessions import actions as session_actions
from meetings.sessions.calling_off import call_off
from meetings.tasks import actions as tasks
from meetings.tasks import due_dates
from training import papers
from training.district import District

Form, State = WorkingSession.Form, WorkingSession.State
# Keys of the entries are made from this one.
_KEY = UUID("5d1c2f0e-7a11-4c0e-9b1e-7a9000000000")
TOLD = tomllib.loads(Path(__file__).with_name("told").joinpath("sessions.toml").read_text("utf-8"))
Told = dict[str, Any]


def heads(district: District) -> None:
    """What the papers of the two bodies say at their head."""
    for form, body, symbol in (
        (Form.GOVERNMENT, f"Ủy ban nhân dân huyện {district.area.name}", "UBND"),
        (Form.PARTY, f"Huyện ủy {district.area.name}", "HU"),
    ):
        DocumentHead.objects.create(
            area=district.area, form=form, issuer=body, place=district.area.name, symbol=symbol
        )


def hold(district: District) -> None:
    for number, told in enumerate(TOLD["session"]):
        _follow(district, number, told)


def _follow(district: District, number: int, told: Told) -> None:
    """A session from its convening on, as far as it came, then its tasks."""
    days = told["days"]
    with district.at(days + told["called"]):
        call = _call(district, told)
        session = session_actions.convene(district.area, call, by=district.coordinator)
    if told["state"] == State.CALLED_OFF:
        with district.at(days + 3):
            call_off(session, "Xã có việc đột xuất, hẹn buổi khác.", by=district.coordinator)
    if told["state"] not in WorkingSession.TAKEN_PLACE:
        return
    with district.at(days, hour=11):
        briefings = [(one, briefing_of(session, one)) for one in call.communes]
        session = session_actions.hold(session, briefings)
        made = [
            pair
            for place, said in enumerate(told["said"])
            for pair in _write(district, session, f"{number}-{place}", said)
        ]
    if told["state"] == State.PUBLISHED:
        with district.at(days - 2, hour=16):
            typed = {"minutes_number": told["number"], "notice_number": told["number"]}
            publish(session, **typed, by=district.coordinator)
    for task, job in made:
        for step, ago in job.get("steps", []):
            with district.at(ago, hour=14):
                _STEPS[step](district, task, district.users[job["lead"]])


def _call(district: District, told: Told) -> session_actions.Call:
    part = Participant.Part
    office = "Văn phòng điều phối"
    people = [
        Participant(full_name=f"Lãnh đạo {district.area}", position="Chủ trì", part=part.CHAIR),
        Participant(full_name="Thư ký cuộc họp", position=office, part=part.SECRETARY),
        Participant(group_name="Lãnh đạo các phòng của huyện"),
        Participant(group_name="Lãnh đạo các xã được mời"),
    ]
    return session_actions.Call(
        form=told["form"],
        title=told["title"],
        communes=[district.communes[slug] for slug in told["communes"]],
        held_on=district.ago(told["days"]),
        starts_at=dt.time(8),
        place=f"Hội trường huyện {district.area.name}",
        participants=people,
    )


def _write(
    district: District, session: WorkingSession, key: str, said: Told
) -> list[tuple[Task, Told]]:
    communes = district.communes.values()
    commune = next((one for one in communes if said["speaker"].endswith(one.name)), None)
    text = minutes.EntryText(
        kind=said["kind"], speaker=said["speaker"], text=said["text"], commune=commune
    )
    client_id = uuid5(_KEY, f"{district.day}-{key}")
    entry = minutes.write(session, client_id, text, version=0, by=district.coordinator)
    jobs = said.get("job", [])
    made = tasks.assign(
        [_task(district, job, session) for job in jobs], by=district.leader, entry=entry
    )
    return list(zip(made, jobs, strict=True))


def _task(district: District, job: Told, session: WorkingSession) -> Task:
    commune = district.communes.get(job["lead"])
    agency = district.agencies.get(job["lead"])
    kind = Task.Kind.RECURRING if "every" in job else Task.Kind.ONCE
    return Task(
        title=job["title"],
        commune=commune,
        lead_commune=commune,
        lead_agency=agency,
        lead_working_group=None if commune or agency else district.group,
        kind=kind if "due" in job else Task.Kind.CONTINUING,
        every=job.get("every", ""),
        due_on=district.ago(job["due"]) if "due" in job else None,
        expected_product=job.get("product", ""),
        assigned_on=session.held_on,
    )


def _progress(_district: District, task: Task, by: User) -> None:
    percent = min(task.percent + 35, 90)
    note = "Đang thực hiện theo kế hoạch."
    task.percent = tasks.report_progress(task, percent=percent, note=note, by=by).task.percent


def _done(_district: District, task: Task, by: User) -> None:
    files = [papers.paper(task.expected_product)] if task.expected_product else []
    tasks.report_done(task, note="Đã hoàn thành, đề nghị xác nhận.", by=by, files=files)


def _confirm(district: District, task: Task, _by: User) -> None:
    tasks.confirm(task, note="Đã kiểm tra.", by=district.leader)


def _send_back(district: District, task: Task, _by: User) -> None:
    tasks.send_back(task, note="Thiếu ảnh hiện trạng, bổ sung rồi báo lại.", by=district.leader)


def _cancel(district: District, task: Task, _by: User) -> None:
    tasks.cancel(task, note="Gộp vào chương trình cuối năm.", by=district.leader)


def _ask(_district: District, task: Task, by: User) -> None:
    assert task.due_on is not None  # noqa: S101 a continuing one asks for no day
    to_on = task.due_on + dt.timedelta(days=45)
    due_dates.ask_for_day(task, to_on=to_on, reason="Chờ bố trí vốn.", by=by)


def _grant(district: District, task: Task, _by: User) -> None:
    asked = task.date_changes.get(decided_at=None)
    due_dates.answer_day(asked, is_granted=True, answer="Đồng ý.", by=district.leader)


def _refuse(district: District, task: Task, _by: User) -> None:
    asked = task.date_changes.get(decided_at=None)
    answer = "Việc này cần xong đúng hạn."
    due_dates.answer_day(asked, is_granted=False, answer=answer, by=district.leader)


_STEPS: dict[str, Callable[[District, Task, User], None]] = {
    "progress": _progress,
    "done": _done,
    "confirm": _confirm,
    "send back": _send_back,
    "cancel": _cancel,
    "ask": _ask,
    "grant": _grant,
    "refuse": _refuse,
}
