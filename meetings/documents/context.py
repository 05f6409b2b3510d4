"""What a paper says, as plain values, in Vietnamese whatever language the interface shows.

What nobody entered is "…", for whoever signs to fill in.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from communes.models import Area
from criteria.models import Enrolment, Standing
from criteria.progress import scoring
from criteria.progress.cells import choose_enrolment
from meetings.documents.builtin import ABBREVIATIONS
from meetings.models import (
    Addendum,
    DocumentHead,
    DocumentTemplate,
    DueDateChange,
    Entry,
    Participant,
    Publication,
    Task,
    TaskUpdate,
    WorkingSession,
)
from nrm_tracker import clock
from nrm_tracker.text import pasted

Kind = DocumentTemplate.Kind
State = Task.State
BLANK = "…"
# After what was made up to show the application, or inferred: the foot of the paper explains it.
ILLUSTRATIVE = "†"
Values = dict[str, Any]
# Where the name of a long body is broken at the head of a paper: before its place.
_LAST_OF_BODY = re.compile(r"(?<=nhân dân) (?=\S)", re.IGNORECASE)
# What of a task was published, and is never named otherwise.
_PUBLISHED = ("title", "commune", "lead", "coordinates", "product", "assigned", "due")
# How the title of a session begins, and what then stands before it in a sentence.
_OCCASIONS = {
    "buổi ": "", "cuộc ": "", "hội nghị": "", "phiên ": "", "làm việc": "buổi ",
    "kiểm tra": "buổi ", "giám sát": "buổi ", "họp": "cuộc ", "giao ban": "hội nghị ",
}  # fmt: skip


@translation.override("vi")
def of_session(session: WorkingSession, kind: str) -> Values:
    """What a paper of a session says: a fixed number of queries."""
    head = head_of(session.area, session.form)
    people = list(session.participants.all())
    entries = list(session.entries.select_related("commune", "criterion", "theme"))
    tasks = _tasks_for(session, kind)
    published = _published(session) if kind == Kind.OUTCOME else {}
    if published:
        # The report is about what was assigned; what was added later is none of it.
        tasks = [task for task in tasks if str(task.pk) in published]
    typed = session.notice_number if kind == Kind.NOTICE else session.minutes_number
    said = _head(head, session.form, kind, typed if kind in (Kind.NOTICE, Kind.MINUTES) else "")
    issued_on = session.held_on if kind in (Kind.MINUTES, Kind.NOTICE) else clock.today()
    if kind == Kind.INVITATION:
        # Nobody is invited to what is over.
        issued_on = min(issued_on, session.held_on)
    said["place_and_day"] = place_and_day(head.place or BLANK, issued_on)
    said |= _session(session) | _people(people, session.form)
    said |= _entries(session, people, entries)
    said["communes"] = _communes(session) if kind == Kind.MINUTES else []
    said |= _tasks(tasks, kind) | _explained(tasks)
    if published:
        for task, values in zip(tasks, said["tasks"], strict=True):
            _name_as_published(task, values, published[str(task.pk)])
    # Nothing is added before a paper is published, and nothing to it after. The name stays for
    # templates that people put.
    said["addenda"] = []
    return said


@translation.override("vi")
def assigned(session: WorkingSession) -> Values:
    """The tasks of a session as its papers name them, by their keys."""
    return {str(task.pk): _task(task, 0) for task in session.tasks.meant().with_all()}


def addenda(session: WorkingSession) -> list[str]:
    """What published minutes received later, a line or more each."""
    return [line for one in session.addenda.all() for line in _addendum(one)]


def _addendum(one: Addendum) -> list[str]:
    day = f"{clock.local_day(one.at):%d/%m/%Y}"
    said = _paragraphs(one.text) if one.text and not one.scan_id else []
    if one.minutes_number:
        said.append(f"Số biên bản: {one.minutes_number}")
    if one.notice_number:
        said.append(f"Số thông báo kết luận: {one.notice_number}")
    return [f"{day}: {said[0]}", *said[1:]] if said else []


@translation.override("vi")
def reminder(area: Area, form: str, name: str, tasks: Iterable[Task]) -> Values:
    """What a body is reminded of."""
    head = head_of(area, form)
    today = clock.today()
    said = _head(head, form, Kind.REMINDER, "")
    said["place_and_day"] = place_and_day(head.place or BLANK, today)
    said |= {"receiver_name": name, **_today()}
    found = list(tasks)
    said["tasks"] = [_task(task, number) for number, task in enumerate(found, start=1)]
    said |= _explained(found)
    said["receivers"] = receivers(head, Kind.REMINDER)
    return said


def head_of(area: Area, form: str) -> DocumentHead:
    """What the papers of the body say at their head and foot; nothing where nobody set it."""
    found = DocumentHead.objects.filter(area=area, form=form).first()
    head = found or DocumentHead(form=form)
    head.area = area
    return head


def unset(head: DocumentHead) -> list[str]:
    """Which settings of a head are missing, by their names. Not every body has one above it, nor
    does everyone sign for another."""
    names = ("issuer", "place", "symbol", "signer_position", "signer_name", "sent_to")
    fields = (head._meta.get_field(name) for name in names if not getattr(head, name))
    return [str(field.verbose_name) for field in fields]  # type: ignore[union-attr]


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


def receivers(head: DocumentHead, kind: str) -> list[str]:
    """Each but the last ends with ";". The last says where the paper is filed."""
    lines = [line.strip(" -;.") for line in head.sent_to.splitlines()]
    filed = next((line for line in lines if line.startswith("Lưu")), _filed(head.form, kind))
    others = [line for line in lines if line and not line.startswith("Lưu")]
    if kind == Kind.REMINDER:
        others.insert(0, "Như trên")
    return [*(f"{line};" for line in others or [BLANK]), f"{filed}."]


def _filed(form: str, kind: str) -> str:
    if form == WorkingSession.Form.PARTY:
        return "Lưu"
    return "Lưu: VT, Hồ sơ" if kind == Kind.MINUTES else f"Lưu: VT, {BLANK}"


def _head(head: DocumentHead, form: str, kind: str, typed: str) -> Values:
    return {
        "superior": head.superior,
        "issuer": head.issuer or BLANK,
        "issuer_lines": _LAST_OF_BODY.sub("\n", head.issuer or BLANK).split("\n"),
        "number": number_of(typed, kind, form, head.symbol or BLANK) if kind != Kind.TASKS else "",
        "signed_for": head.signed_for,
        "signer_position": head.signer_position or BLANK,
        "signer_name": head.signer_name or BLANK,
        "receivers": receivers(head, kind),
        "training_mark": head.area.training_mark,
        "illustrative_mark": "",
    }


def _today() -> Values:
    today = clock.today()
    return {"today": f"{today:%d/%m/%Y}", "today_in_words": in_words(today)}


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
        "legal_basis": session.legal_basis,
        "occasion": occasion(session.title),
        **_today(),
    }


def occasion(title: str) -> str:
    """The title within a sentence: "buổi làm việc với xã …". A name at its begin keeps its
    capital."""
    for begin, before in _OCCASIONS.items():
        if title.lower().startswith(begin):
            return f"{before}{title[0].lower()}{title[1:]}"
    return f"buổi làm việc “{title}”"


def _hour(time: dt.time | None) -> str:
    return f"{time:%H} giờ {time:%M}" if time else f"{BLANK} giờ {BLANK}"


def _people(people: list[Participant], form: str) -> Values:
    Part = Participant.Part

    def named(found: list[Participant]) -> list[str]:
        return [_called(str(one), people, form) for one in found] or [BLANK]

    def listed(found: list[Participant]) -> list[str]:
        return [f"{line[0].upper()}{line[1:]}" for line in named(found)]

    chairs = [one for one in people if one.part == Part.CHAIR]
    writers = [one for one in people if one.part == Part.SECRETARY]
    here = [one for one in people if one.presence == Participant.Presence.PRESENT]
    away = [one for one in people if one.presence == Participant.Presence.ABSENT]
    return {
        "chairs": named(chairs),
        "chair_name": chairs[0].name if chairs else BLANK,
        "secretary": named(writers[:1])[0],
        "secretary_name": writers[0].name if writers else BLANK,
        "present": listed(here),
        "attending": named([one for one in here if one.part == Part.ATTENDEE]),
        "invited": listed([one for one in people if one.part != Part.CHAIR]),
        "absent": [f"{listed([one])[0]} ({one.reason})" for one in away],
    }


def _called(who: str, people: list[Participant], form: str) -> str:
    """The Party's papers say "đồng chí" before a person, not before a group."""
    if form != WorkingSession.Form.PARTY:
        return who
    names = tuple(one.full_name for one in people if one.full_name)
    is_person = who.startswith(names) and not who.lower().startswith("đồng chí")
    return f"đồng chí {who}" if is_person else who


def _entries(session: WorkingSession, people: list[Participant], entries: list[Entry]) -> Values:
    conclusions = [one for one in entries if one.kind == Entry.Kind.CONCLUSION]
    guidelines = [one for one in entries if one.kind == Entry.Kind.GUIDELINE]
    chairs = [one.name for one in people if one.part == Participant.Part.CHAIR]
    speakers = [one.speaker for one in conclusions if one.speaker][:1] or chairs or [BLANK]
    concluded = ", ".join(_called(one, people, session.form) for one in speakers)
    begin = "kết luận" if session.form == WorkingSession.Form.PARTY else "Kết luận"
    return {
        "entries": [
            {
                "kind": one.get_kind_display(),
                "about": "; ".join(filter(None, _about(one))),
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
        # What the notice is about: the Party begins it with a small letter.
        "subject": f"{begin} của {concluded} tại {occasion(session.title)}",
    }


def _about(entry: Entry) -> tuple[str, str, str]:
    """What an entry is about, of whatever was named."""
    return (
        entry.commune.name if entry.commune else "",
        f"tiêu chí {entry.criterion.number}" if entry.criterion else "",
        entry.theme.name if entry.theme else "",
    )


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


def _tasks_for(session: WorkingSession, kind: str) -> list[Task]:
    """The tasks that came of a session. Minutes and notices say what was assigned, whatever came
    of it after they were published."""
    if kind == Kind.INVITATION:
        return []
    found = session.tasks.meant().with_all()
    if kind not in (Kind.MINUTES, Kind.NOTICE):
        return list(found)
    since = session.published_at or clock.now()
    tasks = list(found.exclude(state=State.CANCELLED, closed_at__lte=since))
    moved = DueDateChange.objects.filter(task__in=tasks, is_granted=True, decided_at__gt=since)
    first = {move.task_id: move.from_on for move in moved.order_by("-decided_at")}
    for task in tasks:
        task.due_on = first.get(task.pk, task.due_on)
    return tasks


def _published(session: WorkingSession) -> Values:
    """The tasks as the published papers name them, by their keys: one query."""
    kept = Publication.objects.filter(session=session).values_list("content", flat=True).first()
    return kept["assigned"] if kept else {}


def _name_as_published(task: Task, values: Values, known: Values) -> None:
    """Give a task the names and the day of the published papers, with the day granted since. That
    of a recurring one moves on by itself."""
    now = values["due"]
    values |= {name: known[name] for name in _PUBLISHED}
    if task.kind == Task.Kind.RECURRING:
        values["due"] = now
    elif values["due"] != now:
        values["due"] = f"{values['due']}, gia hạn đến {now}"


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
        "title": f"{task.title} {ILLUSTRATIVE}" if task.is_illustrative else task.title,
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


def _explained(tasks: list[Task]) -> Values:
    """What the mark of a task means, where one bears it."""
    if not any(task.is_illustrative for task in tasks):
        return {}
    said = f"Dấu {ILLUSTRATIVE}: nội dung minh họa, hoặc suy ra mà nguồn không nêu."
    return {"illustrative_mark": said}


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
    if task.state == State.OPEN and (task.percent or task.kind == Task.Kind.ONCE):
        return _("In progress, %(percent)s%%") % {"percent": task.percent}
    if task.state == State.DONE:
        return _("Done in time") if _is_in_time(task) else _("Done late")
    return str(task.get_state_display())


def _is_in_time(task: Task) -> bool:
    return task.done_on is None or task.due_on is None or task.done_on <= task.due_on


def _groups(tasks: list[Task], numbered: list[Values]) -> list[Values]:
    """The tasks by where they stand, those that are late apart."""
    today = clock.today()
    late = "Quá hạn"
    found: dict[str, list[Values]] = {str(State.DONE.label): [], str(State.REPORTED.label): []}
    found |= {late: [], str(State.OPEN.label): [], str(State.CANCELLED.label): []}
    for task, said in zip(tasks, numbered, strict=True):
        found[late if task.days_late(today) else str(task.get_state_display())].append(said)
    return [{"name": name, "tasks": rows} for name, rows in found.items() if rows]


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
    return {row.task_id: row.note for row in found}
