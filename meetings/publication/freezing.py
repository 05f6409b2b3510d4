"""The page of a session as plain values, kept when its minutes are published, and read again."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from criteria.models import Criterion
from criteria.progress.board import Board, BoardRow, RowBasis
from criteria.progress.moment import Moment
from meetings.models import Publication, WorkingSession
from meetings.publication import session_page
from meetings.publication.session_page import (
    LeftOutTask,
    MinutesEntry,
    RecordedResult,
    SessionPage,
    SessionPaper,
    SessionTask,
)
from meetings.tasks.briefing import dated
from meetings.tasks.task_history import Contact

Json = dict[str, Any]


def page_of(session: WorkingSession) -> SessionPage:
    """The page as it was published; before that, and where nothing was kept yet, as data stand."""
    kept = session.is_published and Publication.objects.filter(session=session).first()
    if not kept:
        return session_page.page_of(session)
    return session_page.with_today(thaw(kept.content, session), session)


@translation.override("vi")
def freeze(session: WorkingSession) -> Json:
    """The page as the data stand, in Vietnamese whatever language the interface shows."""
    page = session_page.page_of(session)
    said = {
        "day_on": page.day,
        "set_code": page.set_code,
        "criteria": [{"number": one.number, "name": one.name} for one in page.board.criteria],
        "rows": [_row(row) for row in page.board.rows],
        "others": [_row(row) for row in page.board.others],
        "unenrolled": [_row(row) for row in page.board.unenrolled],
        "entries": [asdict(replace(entry, came={})) for entry in page.entries],
        "tasks": [_task(task) for task in page.tasks],
        "carried": [_task(task) for task in page.carried],
        "left_out": [asdict(task) for task in page.left_out],
        "files": [asdict(file) for file in page.files],
        "recorded": [asdict(result) for result in page.recorded],
    }
    plain: Json = json.loads(json.dumps(said, cls=DjangoJSONEncoder))
    return plain


def thaw(content: Json, session: WorkingSession) -> SessionPage:
    """The page as `freeze` kept it."""
    said = dated(content)
    return SessionPage(
        day=said["day_on"],
        set_code=said["set_code"],
        board=Board(
            area_ids=frozenset({session.area_id}),
            moment=Moment(said["day_on"]),
            criteria_set=None,
            criteria=[Criterion(**one) for one in said["criteria"]],
            rows=[_thawed_row(row) for row in said["rows"]],
            others=[_thawed_row(row) for row in said["others"]],
            unenrolled=[_thawed_row(row) for row in said["unenrolled"]],
        ),
        entries=[MinutesEntry(**entry) for entry in said["entries"]],
        tasks=[_thawed_task(task) for task in said["tasks"]],
        carried=[_thawed_task(task) for task in said["carried"]],
        left_out=[
            LeftOutTask(**task | {"at": dt.datetime.fromisoformat(task["at"])})
            for task in said["left_out"]
        ],
        files=[SessionPaper(**file) for file in said["files"]],
        recorded=[RecordedResult(**result) for result in said["recorded"]],
        is_kept=True,
    )


def digest(content: Json) -> str:
    """SHA-256 of the values, in whatever order the database gives them back."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _row(row: BoardRow) -> Json:
    basis = row.basis
    return {
        "commune_id": row.commune_id,
        "slug": row.slug,
        "name": row.name,
        "results": row.results,
        "basis": {
            "told_on": basis.on_day,
            "kind": basis.kind,
            "text": basis.text,
            "level": basis.level,
        }
        if basis
        else None,
    }


def _thawed_row(said: Json) -> BoardRow:
    row = BoardRow(said["commune_id"], said["slug"], said["name"], "")
    row.results = said["results"]
    if basis := said["basis"]:
        row.basis = RowBasis(basis["told_on"], basis["kind"], basis["text"], basis.get("level"))
    return row


def _task(task: SessionTask) -> Json:
    """Without telephone numbers, which are nobody's to keep for good."""
    focal = task.focal_person
    return asdict(replace(task, focal_person=Contact(focal.full_name, "") if focal else None))


def _thawed_task(said: Json) -> SessionTask:
    focal = said["focal_person"]
    return SessionTask(**said | {"focal_person": Contact(**focal) if focal else None})
