"""What a paper says, as plain values, in Vietnamese whatever language the interface shows.

What nobody entered is "…", for whoever signs to fill in.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from communes.models import Area
from criteria import scoring
from criteria.cells import choose_enrolment
from criteria.models import Enrolment, Standing
from meetings.documents.builtin import ABBREVIATIONS
from meetings.models import (
    DocumentHead,
    DocumentTemplate,
    Entry,
    Participant,
    Task,
    TaskUpdate,
    WorkingSession,
)
from nrm_tracker import clock
from nrm_tracker.text import pasted

Kind = DocumentTemplate.Kind
State = Task.State
BLANK = "…"
Values = dict[str, Any]


@translation.override("vi")
def of_session(session: WorkingSession, kind: str) -> Values:
    """What a paper of a session says: a fixed number of queries."""
    head = head_of(session.area, session.form)
    people = list(session.participants.all())
    entries = list(session.entries.select_related("commune", "criterion", "theme"))
    tasks = list(session.tasks.with_all()) if kind != Kind.INVITATION else []
    typed = session.notice_number if kind == Kind.NOTICE else session.minutes_number
    said = _head(head, session.form, kind, typed if kind in (Kind.NOTICE, Kind.MINUTES) else "")
    issued_on = session.held_on if kind in (Kind.MINUTES, Kind.NOTICE) else clock.today()
    said["place_and_day"] = place_and_day(head.place, issued_on)
    said |= _session(session) | _people(people) | _entries(session, people, entries)
    said["communes"] = _communes(session) if kind == Kind.MINUTES else []
    said |= _tasks(tasks, kind)
    said["addenda"] = [pasted(one.text) for one in session.addenda.all()]
    return said


@translation.override("vi")
def reminder(area: Area, form: str, name: str, tasks: Iterable[Task]) -> Values:
    """What a body is reminded of."""
    head = head_of(area, form)
    today = clock.today()
    said = _head(head, form, Kind.REMINDER, "")
    said["place_and_day"] = place_and_day(head.place, today)
    said |= {"receiver_name": name, "today": f"{today:%d/%m/%Y}"}
    said["tasks"] = [_task(task, number) for number, task in enumerate(tasks, start=1)]
    said["receivers"] = receivers(head, first="Như trên")
    return said


def head_of(area: Area, form: str) -> DocumentHead:
    """What the papers of the body say at their head; blanks where nobody set it."""
    found = DocumentHead.objects.filter(area=area, form=form).first()
    return found or DocumentHead(area=area, form=form, issuer=BLANK, place=BLANK, symbol=BLANK)


def number_of(typed: str, kind: str, form: str, symbol: str) -> str:
    """The number line: "Số: 05/TB-UBND" of the government, "Số 127-TB/HU" of the Party.

    What was typed whole stays as it was typed; of a bare number the rest is made.
    """
    abbreviation = ABBREVIATIONS.get(Kind(kind), "")
    if form == WorkingSession.Form.PARTY:
        whole = typed if _is_whole(typed) else f"{typed or BLANK}-{abbreviation}/{symbol}"
        return f"Số {whole}"
    # An official letter has no abbreviation in its number.
    after = f"{symbol}" if kind == Kind.REMINDER else f"{abbreviation}-{symbol}"
    bare = f"{int(typed):02d}" if typed.isdecimal() else typed or BLANK
    return f"Số: {typed if _is_whole(typed) else f'{bare}/{after}'}"


def _is_whole(typed: str) -> bool:
    return "/" in typed or "-" in typed


def in_words(day: dt.date) -> str:
    """ "ngày 08 tháng 9 năm 2020": a nought before days to 9 and before months 1 and 2."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def place_and_day(place: str, day: dt.date) -> str:
    return f"{place}, {in_words(day)}"


def receivers(head: DocumentHead, *, first: str = "") -> list[str]:
    """Each but the last ends with ";"."""
    lines = [line.strip(" -;.") for line in head.sent_to.splitlines() if line.strip()]
    archive = "Lưu: VT." if head.form == WorkingSession.Form.GOVERNMENT else "Lưu."
    lines = list(filter(None, [first, *lines]))
    return [*(f"{line};" for line in lines), archive]


def _head(head: DocumentHead, form: str, kind: str, typed: str) -> Values:
    return {
        "superior": head.superior,
        "issuer": head.issuer,
        "number": number_of(typed, kind, form, head.symbol) if kind != Kind.TASKS else "",
        "signed_for": head.signed_for,
        "signer_position": head.signer_position or BLANK,
        "signer_name": head.signer_name,
        "receivers": receivers(head),
    }


def _session(session: WorkingSession) -> Values:
    words = in_words(session.held_on)
    return {
        "title": session.title,
        "day": f"{session.held_on:%d/%m/%Y}",
        "day_in_words": words[0].upper() + words[1:],
        "day_in_words_small": words,
        "begins": f"{_hour(session.starts_at)}, {words}",
        "ends": f"{_hour(session.ends_at)}, {words}",
        "place": session.place or BLANK,
        "legal_basis": pasted(session.legal_basis),
        "today": f"{clock.today():%d/%m/%Y}",
    }


def _hour(time: dt.time | None) -> str:
    return f"{time:%H} giờ {time:%M}" if time else f"{BLANK} giờ"


def _people(people: list[Participant]) -> Values:
    Part = Participant.Part
    chairs = [one for one in people if one.part == Part.CHAIR]
    writers = [one for one in people if one.part == Part.SECRETARY]
    here = [one for one in people if one.presence == Participant.Presence.PRESENT]
    guests = [one for one in here if one.part == Part.ATTENDEE]
    return {
        "chairs": [str(one) for one in chairs],
        "chair_name": chairs[0].name if chairs else BLANK,
        "secretary": str(writers[0]) if writers else BLANK,
        "secretary_name": writers[0].name if writers else BLANK,
        "present": [str(one) for one in here],
        "attending": [str(one) for one in guests] or [BLANK],
        "invited": [str(one) for one in people if one.part != Part.CHAIR],
        "absent": [f"{one} ({one.reason})" for one in people if one not in here],
    }


def _entries(session: WorkingSession, people: list[Participant], entries: list[Entry]) -> Values:
    conclusions = [one for one in entries if one.kind == Entry.Kind.CONCLUSION]
    guidelines = [one for one in entries if one.kind == Entry.Kind.GUIDELINE]
    chairs = [one.name for one in people if one.part == Participant.Part.CHAIR]
    speaker = next((one.speaker for one in conclusions if one.speaker), ", ".join(chairs))
    return {
        "entries": [
            {
                "kind": one.get_kind_display(),
                "about": one.commune.name if one.commune else "",
                "speaker": one.speaker,
                "paragraphs": _paragraphs(one.text),
            }
            for one in entries
        ],
        "conclusions": [
            {"number": number, "speaker": one.speaker, "paragraphs": _paragraphs(one.text)}
            for number, one in enumerate(conclusions, start=1)
        ],
        "guidelines": [line for one in guidelines for line in _paragraphs(one.text)],
        "subject": _conclusion_of(session, speaker),
    }


def _conclusion_of(session: WorkingSession, speaker: str) -> str:
    """What the notice is about. The Party begins it with a small letter and says "đồng chí"."""
    title = session.title[:1].lower() + session.title[1:]
    if session.form == WorkingSession.Form.PARTY:
        return f"kết luận của đồng chí {speaker or BLANK} tại buổi {title}"
    return f"Kết luận của {speaker or BLANK} tại buổi {title}"


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in pasted(text).split("\n") if line.strip()] or [BLANK]


def _communes(session: WorkingSession) -> list[Values]:
    """Where each commune stood on the day: two queries."""
    until = Standing.objects.filter(enrolment=OuterRef("pk"), on_day__lte=session.held_on)
    runs = Enrolment.objects.filter(commune__in=session.communes.all())
    runs = runs.select_related("criteria_set").annotate(
        stood=Subquery(until.order_by("-on_day").values("results")[:1])
    )
    by_commune: dict[int, list[Enrolment]] = {}
    for run in runs:
        by_commune.setdefault(run.commune_id, []).append(run)
    found = []
    for commune in session.communes.all():
        chosen = choose_enrolment(by_commune.get(commune.pk, []), session.held_on)
        head = scoring.headline(getattr(chosen, "stood", None) or "")
        told = str(head) if head.is_assessed else _("not assessed")
        found.append({"name": commune.full_name, "headline": told})
    return found


def _tasks(tasks: list[Task], kind: str) -> Values:
    numbered = [_task(task, number) for number, task in enumerate(tasks, start=1)]
    said: Values = {"tasks": numbered}
    if kind in (Kind.MINUTES, Kind.NOTICE):
        said["tasks"] = _merged(numbered)
    if kind == Kind.OUTCOME:
        words = _last_words(tasks)
        for task, values in zip(tasks, numbered, strict=True):
            values["word"] = words.get(task.pk, "")
        said |= {"groups": _groups(tasks, numbered), "count": _count(tasks)}
    return said


def _task(task: Task, number: int) -> Values:
    return {
        "number": number,
        "title": task.title,
        "commune": task.commune.name if task.commune else "",
        "lead": task.lead_name,
        "person": task.focal_person.full_name if task.focal_person else "",
        "coordinates": task.coordinates,
        "product": task.expected_product,
        "assigned": f"{task.assigned_on:%d/%m/%Y}",
        "due": f"{task.due_on:%d/%m/%Y}" if task.due_on else task.get_kind_display(),
        "status": _status(task),
        "word": "",
    }


def _merged(tasks: list[Values]) -> list[Values]:
    """The same task of several is one line, which names them all."""
    found: dict[tuple[str, ...], Values] = {}
    for task in tasks:
        key = tuple(task[name] for name in ("title", "due", "product", "coordinates"))
        line = found.setdefault(key, task | {"number": len(found) + 1, "leads": [], "places": []})
        line["leads"].append(task["lead"])
        line["places"].append(task["commune"])
    for line in found.values():
        line["lead"] = "; ".join(dict.fromkeys(line.pop("leads")))
        line["commune"] = ", ".join(dict.fromkeys(filter(None, line.pop("places"))))
    return list(found.values())


def _status(task: Task) -> str:
    """Where a task stands, in the words of reports."""
    late = task.days_late(clock.today())
    if late:
        return _("Late by %(days)s days, %(percent)s%%") % {"days": late, "percent": task.percent}
    if task.state == State.OPEN:
        return _("In progress, %(percent)s%%") % {"percent": task.percent}
    if task.state == State.DONE:
        return _("Done in time") if _is_in_time(task) else _("Done late")
    return str(task.get_state_display())


def _is_in_time(task: Task) -> bool:
    return task.done_on is None or task.due_on is None or task.done_on <= task.due_on


def _groups(tasks: list[Task], numbered: list[Values]) -> list[Values]:
    found = []
    for state in (State.DONE, State.REPORTED, State.OPEN, State.CANCELLED):
        rows = [said for task, said in zip(tasks, numbered, strict=True) if task.state == state]
        if rows:
            found.append({"name": str(state.label), "tasks": rows})
    return found


def _count(tasks: list[Task]) -> Values:
    today = clock.today()
    states = [task.state for task in tasks]
    done = [task for task in tasks if task.state == State.DONE]
    return {
        "all": len(tasks),
        "done": len(done),
        "in_time": sum(_is_in_time(task) for task in done),
        "open": states.count(State.OPEN),
        "late": sum(bool(task.days_late(today)) for task in tasks),
        "reported": states.count(State.REPORTED),
        "cancelled": states.count(State.CANCELLED),
    }


def _last_words(tasks: list[Task]) -> dict[int, str]:
    """What was said of each task last: one query."""
    found = TaskUpdate.objects.filter(task__in=tasks).exclude(note="").order_by("pk")
    return {row.task_id: pasted(row.note) for row in found}
