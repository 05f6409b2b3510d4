"""Areas full of communes with years of history, written in bulk: for the bench and query counts.

The rows are those that the actions would have made one by one: `check_progress` finds nothing.
"""

import datetime as dt
import itertools
import random
from dataclasses import dataclass
from uuid import uuid4

from django.db import transaction
from django.db.models import OuterRef, Subquery

from communes.models import Area, Commune
from criteria.models import (
    Assessment,
    Basis,
    CriteriaSet,
    CriterionStatus,
    Enrolment,
    Level,
    Result,
    Standing,
)
from criteria.models.history import SAYABLE
from criteria.progress import scoring, standings
from meetings.models import Entry, Participant, Task, Visit, WorkingSession
from nrm_tracker import clock, text

OPENED = dt.date(2016, 1, 1)
TARGET = dt.date(2020, 12, 31)
# Of the communes one in so many has a target day: those that lists put first.
AIMING = 10
BATCH = 2000
FIRST = [
    "Kỳ",
    "Cẩm",
    "Thạch",
    "Đức",
    "Hương",
    "Sơn",
    "Xuân",
    "Quang",
    "Tùng",
    "Thượng",
    "Lâm",
    "Yên",
    "Phú",
    "Nghi",
    "Bình",
    "Trung",
]
LAST = [
    "Lạc",
    "Hợp",
    "Thượng",
    "Hải",
    "Khang",
    "Phong",
    "Tây",
    "Lâm",
    "Thọ",
    "Giang",
    "Đồng",
    "Ninh",
    "Phú",
    "Văn",
    "Hà",
    "Châu",
    "Tân",
    "Trinh",
    "Bắc",
    "Nam",
    "Lĩnh",
    "Hòa",
    "Thịnh",
    "Mỹ",
    "Lộc",
]
BASES = {
    Basis.VERIFICATION: "Kết quả thẩm tra đợt {:%m/%Y}",
    Basis.SESSION: "Buổi làm việc ngày {:%d/%m/%Y}",
    Basis.DOCUMENT: "Báo cáo tháng {:%m/%Y}",
}


@dataclass(frozen=True)
class History:
    """What is said of each commune: first of every criterion, then on days of some."""

    first: dt.date = OPENED
    last: dt.date = dt.date(2020, 9, 8)
    days: int = 12
    cells: int = 2


YEARS = History()


def fill(area, count, criteria_set, *, by, history=YEARS):
    """`count` communes of `area`, enrolled in `criteria_set` and assessed over the years."""
    chance = random.Random(f"{area.code} {count}")
    with transaction.atomic():
        communes = _communes(area, count, chance)
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                commune=commune,
                criteria_set=criteria_set,
                opened_on=history.first,
                target_on=None if position % AIMING else TARGET,
            )
            for position, commune in enumerate(communes)
        )
        criteria = list(criteria_set.criteria.order_by("number"))
        for start in range(0, len(enrolments), BATCH // 10):
            _write(enrolments[start : start + BATCH // 10], criteria, chance, by, history)
    return communes


def make_district(code, name, *, parent=None):
    kind = Area.Kind.DISTRICT if parent else Area.Kind.PROVINCE
    return Area.objects.create(code=code, name=name, kind=kind, parent=parent, region="btb")


def article_set():
    """The set of 2016 to 2020, which `load_reference` loaded."""
    return CriteriaSet.objects.get(code="ntm-2016-ha-tinh")


def _communes(area, count, chance):
    names = itertools.cycle(f"{first} {last}" for last in LAST for first in FIRST)
    return Commune.objects.bulk_create(
        Commune(
            area=area,
            code=f"{area.pk}-{position}",
            name=name,
            slug=f"{text.search_key(name).replace(' ', '-')}-{area.pk}-{position}",
            latitude=f"{17.9 + chance.random() / 2:.4f}",
            longitude=f"{106.0 + chance.random() / 2:.4f}",
        )
        for position, name in zip(range(count), names, strict=False)
    )


def _write(enrolments, criteria, chance, by, history):
    lives = [_life(criteria, chance, history) for _ in enrolments]
    statuses = CriterionStatus.objects.bulk_create(
        [
            CriterionStatus(enrolment=enrolment, criterion=criterion, result=now, version=len(said))
            for enrolment, life in zip(enrolments, lives, strict=True)
            for criterion, (now, said) in zip(criteria, _cells(life, criteria), strict=True)
        ],
        batch_size=BATCH,
    )
    cells = {(status.enrolment_id, status.criterion.number): status for status in statuses}
    Assessment.objects.bulk_create(
        [
            Assessment(
                status=cells[enrolment.pk, entry.number],
                level=entry.level,
                result=entry.result,
                basis=entry.basis,
                basis_text=entry.basis_text,
                assessed_on=entry.assessed_on,
                recorded_at=entry.recorded_at,
                recorded_by=by,
                reason="Không quy hoạch." if entry.result == Result.NOT_APPLICABLE else "",
            )
            for enrolment, life in zip(enrolments, lives, strict=True)
            for entry in life
        ],
        batch_size=BATCH,
    )
    newest = Assessment.objects.filter(status=OuterRef("pk")).order_by("-assessed_on", "-pk")
    CriterionStatus.objects.filter(enrolment__in=enrolments, version__gt=0).update(
        assessment=Subquery(newest.values("pk")[:1])
    )
    Standing.objects.bulk_create(
        [
            _standing(enrolment, row)
            for enrolment, life in zip(enrolments, lives, strict=True)
            for row in standings.rows(life, [criterion.number for criterion in criteria])
        ],
        batch_size=BATCH,
    )


def _life(criteria, chance, history):
    """What was said of a commune over the years; later words are better ones."""
    span = (history.last - history.first).days
    days = sorted(chance.sample(range(span + 1), history.days))
    entries = []
    for turn, day in enumerate(days):
        on = history.first + dt.timedelta(days=day)
        basis = chance.choice(list(BASES))
        some = chance.sample(criteria, min(history.cells, len(criteria)))
        for criterion in some if turn else criteria:
            entries.append(
                standings.AssessmentEntry(
                    pk=len(entries),
                    number=criterion.number,
                    level=Level.DISTRICT,
                    result=_result(chance, criterion, turn / len(days)),
                    assessed_on=on,
                    recorded_at=clock.at(on, 17),
                    basis=basis,
                    basis_text=BASES[basis].format(on),
                )
            )
    return entries


def _result(chance, criterion, share):
    """Some criteria are met nearly everywhere, some nearly nowhere."""
    ease = criterion.number * 7 % 10 / 10
    weights = [ease * 2 + share / 2, 0.2, (1 - ease) * 2, 0.02]
    return chance.choices(SAYABLE, weights)[0]


def _cells(life, criteria):
    """For each criterion its result now and all that was said of it."""
    heads = standings.headlines(life)
    for criterion in criteria:
        said = [entry for entry in life if entry.number == criterion.number]
        head = heads.get(criterion.number)
        yield (head.result if head else Result.NOT_ASSESSED), said


def _standing(enrolment, row):
    head = scoring.headline(row.results)
    return Standing(
        enrolment=enrolment,
        on_day=row.on_day,
        results=row.results,
        met_count=head.met,
        applicable_count=head.applicable,
        basis=row.basis,
        basis_text=row.basis_text,
    )


def hold_session(area, communes, *, by, entries, tasks):
    """A session that was held, with so many entries; every second one is a conclusion."""
    session = WorkingSession.objects.create(
        area=area,
        form="party",
        title="Làm việc về tiến độ nông thôn mới",
        held_on=dt.date(2020, 9, 8),
        state=WorkingSession.State.HELD,
        convened_by=by,
        convened_at=clock.now(),
    )
    session.communes.set(communes)
    Participant.objects.create(session=session, full_name="Trần Văn Chủ", part="chair")
    said = Entry.objects.bulk_create(
        Entry(
            session=session,
            client_id=uuid4(),
            kind="conclusion" if number % 2 else "opinion",
            speaker="Trần Văn Chủ",
            text="Tập trung làm rõ đường găng của từng tiêu chí chưa đạt.",
            commune=communes[number % len(communes)],
            position=number,
            written_by=by,
            written_at=clock.now(),
            search_key=text.search_key("tập trung làm rõ đường găng"),
        )
        for number in range(1, entries + 1)
    )
    assign(area, communes, tasks, by=by, session=session, entries=said)
    return session


def assign(area, communes, count, *, by, session=None, entries=()):
    """So many tasks of an area, each led by a commune: late, due soon, far off and done."""
    days = [dt.date(2020, 9, 1), dt.date(2020, 9, 18), dt.date(2020, 12, 31)]
    return Task.objects.bulk_create(
        Task(
            area=area,
            session=session,
            entry=entries[number % len(entries)] if entries else None,
            commune=communes[number % len(communes)],
            lead_commune=communes[number % len(communes)],
            title=f"Rà soát các tiêu chí chưa đạt, việc {number}",
            due_on=days[number % len(days)],
            state=Task.State.DONE if number % 4 == 3 else Task.State.OPEN,
            done_on=dt.date(2020, 9, 10) if number % 4 == 3 else None,
            closed_at=clock.now() if number % 4 == 3 else None,
            assigned_by=by,
            assigned_on=dt.date(2020, 8, 1),
            assigned_at=clock.now(),
            search_key=text.search_key(f"rà soát các tiêu chí chưa đạt việc {number}"),
        )
        for number in range(count)
    )


def visit(communes, body, *, by):
    """A visit to each commune, every second one made."""
    return Visit.objects.bulk_create(
        Visit(
            kind="supervision",
            agency=body,
            commune=commune,
            planned_on=dt.date(2020, 9, 10),
            purpose="Kiểm tra tiến độ",
            made_on=None if number % 2 else dt.date(2020, 9, 10),
            summary="" if number % 2 else "Đúng tiến độ",
            planned_by=by,
            planned_at=clock.now(),
        )
        for number, commune in enumerate(communes)
    )
