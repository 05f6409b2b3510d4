"""What a paper of each kind may say: the names that a template may use, each with an example."""

from typing import Any

from meetings.models import DocumentTemplate

Kind = DocumentTemplate.Kind

_TASK = {
    "number": 1,
    "title": "…",
    "commune": "…",
    "lead": "…",
    "person": "…",
    "coordinates": "…",
    "product": "…",
    "assigned": "01/01/2020",
    "due": "31/12/2020",
    "status": "…",
    "word": "…",
}
_HEAD = {
    "superior": "…",
    "issuer": "…",
    "issuer_lines": ["…"],
    "number": "Số: 01/…",
    "place_and_day": "…, ngày 01 tháng 01 năm 2020",
    "signed_for": "…",
    "signer_position": "…",
    "signer_name": "…",
    "receivers": ["…;", "…"],
    "training_mark": "",
    "illustrative_mark": "",
}
_SESSION = {
    "title": "…",
    "subject": "…",
    "day": "01/01/2020",
    "day_in_words": "Ngày 01 tháng 01 năm 2020",
    "day_in_words_small": "ngày 01 tháng 01 năm 2020",
    "begins": "08 giờ 00, ngày 01 tháng 01 năm 2020",
    "ends": "11 giờ 00, ngày 01 tháng 01 năm 2020",
    "place": "…",
    "legal_basis": "…",
    "today": "01/01/2020",
    "today_in_words": "ngày 01 tháng 01 năm 2020",
    "occasion": "buổi làm việc với …",
    "chairs": ["…"],
    "chair_name": "…",
    "secretary": "…",
    "secretary_name": "…",
    "present": ["…"],
    "attending": ["…"],
    "invited": ["…"],
    "absent": ["…"],
    "entries": [{"kind": "…", "about": "…", "speaker": "…", "paragraphs": ["…"]}],
    "conclusions": [{"number": 1, "speaker": "…", "paragraphs": ["…", "…"]}],
    "guidelines": ["…"],
    "communes": [{"name": "…", "headline": "16/20"}],
    "addenda": ["…"],
}
_OUTCOME = {
    "groups": [{"name": "…", "tasks": [_TASK]}],
    "count": dict.fromkeys(("all", "done", "in_time", "open", "late", "reported", "cancelled"), 1),
}


def sample(kind: str) -> dict[str, Any]:
    """An example of all that a paper of the kind says."""
    said: dict[str, Any] = {**_HEAD, "tasks": [_TASK]}
    if kind == Kind.REMINDER:
        today = {name: _SESSION[name] for name in ("today", "today_in_words")}
        return said | {"receiver_name": "…", **today}
    return said | _SESSION | (_OUTCOME if kind == Kind.OUTCOME else {})
