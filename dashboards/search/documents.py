"""Documents found by their numbers, however the hyphens of a number were typed."""

import datetime as dt
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from criteria.models import (
    Assessment,
    ClaimDecision,
    CriteriaSet,
    DossierStep,
    GroupDecision,
    Recognition,
)
from meetings.models import WorkingSession
from nrm_tracker import clock
from nrm_tracker.text import has_words, search_key

MOST = 30
# A document's number within a sentence, "1980/QĐ-TTg"; no day.
_NUMBER = re.compile(r"\b[0-9]+/(?:[0-9]{4}/)?[^\W\d_][^\s,;:()]*")


@dataclass(frozen=True)
class FoundDocument:
    number: str
    on: dt.date
    about: str
    address: str


def numbered(words: str, area_ids: Collection[int]) -> list[FoundDocument]:
    """Those whose number holds every word; newest first. Words without a digit find none."""
    digits = max(re.findall("[0-9]+", search_key(words)), key=len, default="")
    if not digits:
        return []
    found = {
        document for document in _with_digits(digits, area_ids) if has_words(document.number, words)
    }
    return sorted(found, key=lambda one: (one.on, one.number, one.about), reverse=True)[:MOST]


def _with_digits(digits: str, area_ids: Collection[int]) -> Iterator[FoundDocument]:
    """One query for each kind of document; both databases compare digits alike."""
    yield from _on_cells(digits, area_ids)
    yield from _on_communes(digits, area_ids)
    yield from _of_sets(digits, area_ids)
    numbers = ("minutes_number", "notice_number")
    holding = _holding(digits, *numbers, *(f"addenda__{name}" for name in numbers))
    sessions = WorkingSession.objects.within(area_ids).filter(holding).distinct()
    for session in sessions.prefetch_related("addenda"):
        for paper in (session, *session.addenda.all()):
            for number in (paper.minutes_number, paper.notice_number):
                yield FoundDocument(
                    number, session.held_on, session.title, session.get_absolute_url()
                )


def _on_cells(digits: str, area_ids: Collection[int]) -> Iterator[FoundDocument]:
    holding = _holding(digits, "document_number")
    cell = ("enrolment__commune", "enrolment__criteria_set", "criterion")
    assessments: QuerySet[Assessment] = (
        Assessment.objects.in_force()
        .filter(holding, status__enrolment__commune__area__in=area_ids)
        .select_related(*(f"status__{name}" for name in cell))
    )
    for one in assessments.order_by("-assessed_on", "-pk")[: MOST * 10]:
        status = one.status
        yield FoundDocument(
            one.document_number, one.assessed_on, status.name, status.get_absolute_url()
        )
    words = (
        ClaimDecision.objects.filter(holding, claim__status__enrolment__commune__area__in=area_ids)
        .select_related(*(f"claim__status__{name}" for name in cell))
        .order_by("-at", "-pk")
    )
    for word in words[: MOST * 10]:
        status = word.claim.status
        yield FoundDocument(
            word.document_number,
            clock.local_day(word.at),
            status.name,
            status.get_absolute_url(),
        )


def _on_communes(digits: str, area_ids: Collection[int]) -> Iterator[FoundDocument]:
    for recognition in Recognition.objects.filter(
        _holding(digits, "decision_number", "revoking_decision"),
        enrolment__commune__area__in=area_ids,
    ).select_related("enrolment__commune"):
        commune = recognition.enrolment.commune
        for number, on in (
            (recognition.decision_number, recognition.decided_on),
            (recognition.revoking_decision, recognition.revoked_on or recognition.decided_on),
        ):
            yield FoundDocument(number, on, str(recognition), commune.get_absolute_url())
    for decision in GroupDecision.objects.filter(
        _holding(digits, "decision_number"), commune__area__in=area_ids
    ).select_related("commune"):
        yield FoundDocument(
            decision.decision_number,
            decision.decided_on,
            str(decision),
            reverse("commune-group", args=[decision.commune.slug]),
        )
    for step in DossierStep.objects.filter(
        _holding(digits, "number"), enrolment__commune__area__in=area_ids
    ).select_related("enrolment__commune", "requirement"):
        commune = step.enrolment.commune
        about = _("%(commune)s, dossier: %(step)s")
        yield FoundDocument(
            step.number,
            step.done_on,
            about % {"commune": commune, "step": step.requirement.name},
            reverse("dossier", args=[commune.slug]),
        )


def _of_sets(digits: str, area_ids: Collection[int]) -> Iterator[FoundDocument]:
    """What the criteria sets in use rest on."""
    in_use = CriteriaSet.objects.filter(enrolments__commune__area__in=area_ids)
    for one in in_use.filter(_holding(digits, "legal_basis")).distinct():
        address = f"{reverse('criteria')}?{urlencode({'set': one.code})}"
        for number in _NUMBER.findall(one.legal_basis):
            yield FoundDocument(number, one.valid_from, one.name, address)


def _holding(digits: str, *columns: str) -> Q:
    """Any of the columns holds the digits."""
    return Q(*((f"{column}__contains", digits) for column in columns), _connector=Q.OR)
