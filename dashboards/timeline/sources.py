"""What each table of history tells of a scope: which rows, and in which columns.

What a page of a moment may not tell stays out (rule 6), drafts always (rule 9); evidence with
personal data is named only to those who may see it (rule 10).
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from django.db.models import (
    Case,
    Exists,
    Expression,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import gettext_lazy as _

from accounts.names import person_is, who_is
from communes.models import Agency, Commune
from criteria.models import (
    Assessment,
    Charge,
    Claim,
    ClaimDecision,
    Comment,
    Difficulty,
    DossierStep,
    Evidence,
    Level,
    Measurement,
    Recognition,
    Threshold,
)
from criteria.models.history import HEADLINE_ORDER
from criteria.progress.late_entries import missed_round
from dashboards.timeline.scope import Scope, TimelinePart
from nrm_tracker.dated_names import packed

# No share moves further, in points, when it is rounded to one decimal.
ROUNDED_BY = 0.06


def _of_status(path: str) -> dict[str, Any]:
    """The columns that say which cell a row is about."""
    return {
        "slug": f"{path}enrolment__commune__slug",
        "commune": packed(f"{path}enrolment__commune", Commune),
        "number": f"{path}criterion__number",
        "criterion": f"{path}criterion__short_name",
        "set_code": f"{path}enrolment__criteria_set__code",
    }


def _of_run(path: str) -> dict[str, Any]:
    return {
        "slug": f"{path}commune__slug",
        "commune": packed(f"{path}commune", Commune),
        "set_code": f"{path}criteria_set__code",
    }


def _of_commune() -> dict[str, Any]:
    return {
        "slug": "commune__slug",
        "commune": packed("commune", Commune),
        "number": "criterion__number",
        "criterion": "criterion__short_name",
        "set_code": "criterion__criteria_set__code",
    }


_CORRECTING = Case(
    When(voids=True, then=Value("void")),
    When(corrects__isnull=False, then=Value("correction")),
    default=Value(""),
)


def _assessments(scope: Scope) -> list[TimelinePart]:
    found = scope.within(
        Assessment.objects.all(), "status__enrolment__commune", "status__criterion", "recorded_by"
    )
    columns = _of_status("status__") | {
        "code": _CORRECTING,
        "true_on": "assessed_on",
        "by": who_is("recorded_by"),
        "before": partial(_result_before, scope),
        "after": "result",
        "why": "reason",
        "no_evidence": "no_evidence_reason",
        "basis": "basis",
        "basis_text": "basis_text",
        "more": "decided_by",
        "document": "document_number",
        "level": "level",
        "missed_round": missed_round("assessed_on", "recorded_at", "status__enrolment"),
        "is_gone": partial(_is_corrected, Assessment.objects.all(), scope),
        "is_illustrative": "is_illustrative",
    }
    return [TimelinePart(scope.true(found, "assessed_on", "recorded_at"), "recorded_at", columns)]


def _is_corrected(found: QuerySet, scope: Scope) -> Exists:
    """Whether one of `found` corrects the outer row, as far as known."""
    found = found.filter(corrects=OuterRef("pk"))
    known = found.filter(recorded_at__lt=scope.known_before) if scope.known_before else found
    return Exists(known)


def _before_outer(order: Sequence[str]) -> Q:
    """The rows that come before the outer one in this order."""
    earlier = Q(pk__in=[])
    for n, name in enumerate(order):
        same = {column: OuterRef(column) for column in order[:n]}
        earlier |= Q(**same, **{f"{name}__lt": OuterRef(name)})
    return earlier


def _result_before(scope: Scope) -> Expression:
    """What stood before: in the corrected row, or in the cell, the commune's own word apart."""
    found = Assessment.objects.filter(_before_outer(HEADLINE_ORDER), status=OuterRef("status"))
    found = found.in_force(scope.known_before).headline_first()
    own, above = found.filter(level=Level.COMMUNE), found.above_commune()
    return Case(
        When(corrects__isnull=False, then=F("corrects__result")),
        When(level=Level.COMMUNE, then=Subquery(own.values("result")[:1])),
        default=Subquery(above.values("result")[:1]),
        output_field=TextField(),
    )


def _measurements(scope: Scope) -> list[TimelinePart]:
    found = scope.within(
        Measurement.objects.all(), "enrolment__commune", "indicator__criterion", "recorded_by"
    )
    columns = _of_run("enrolment__") | {
        "number": "indicator__criterion__number",
        "criterion": "indicator__criterion__short_name",
        "code": _CORRECTING,
        "true_on": "measured_on",
        "by": who_is("recorded_by"),
        "before": partial(_value_before, scope),
        "after": _value,
        "why": "reason",
        "basis_text": "source",
        "more": "indicator__code",
        "unit": "indicator__unit",
        "level": "level",
        "missed_round": missed_round("measured_on", "recorded_at", "enrolment"),
        "is_gone": partial(_is_corrected, Measurement.objects.all(), scope),
        "is_illustrative": "is_illustrative",
    }
    return [TimelinePart(scope.true(found, "measured_on", "recorded_at"), "recorded_at", columns)]


@cache
def _value() -> Expression:
    """A value as text that says what it is; `entries.value_in_words` reads it."""
    share = _joined("f:", "numerator", "/", "denominator", "/", Coalesce(_limit(), Value("")))
    away, nobody = (_joined(mark, "not_applicable_reason") for mark in ("x:", "o:"))
    return Case(
        When(~Q(not_applicable_reason=""), denominator=0, then=nobody),
        When(~Q(not_applicable_reason=""), then=away),
        When(numerator__isnull=False, then=share),
        When(number__isnull=False, then=_joined("n:", "number")),
        When(yes_no=True, then=Value("b:1")),
        When(yes_no=False, then=Value("b:0")),
        default=_joined("t:", "text"),
        output_field=TextField(),
    )


def _limit() -> Subquery:
    """The threshold of its indicator that a share lies so near to that rounding might cross it."""
    part, whole = (Cast(OuterRef(name), FloatField()) for name in ("numerator", "denominator"))
    share = part * 100.0 / NullIf(whole, Value(0.0))
    near = Threshold.objects.filter(
        indicator=OuterRef("indicator"), value__gt=share - ROUNDED_BY, value__lt=share + ROUNDED_BY
    )
    return Subquery(near.order_by("pk").values_list(Cast("value", TextField()))[:1])


def _joined(*parts: str | Expression) -> Expression:
    """One text of marks and columns, or expressions, in turn."""
    marks = [Value(mark) for mark in parts[::2]]
    columns = [F(column) if isinstance(column, str) else column for column in parts[1::2]]
    texts = [Cast(text, TextField()) for pair in zip(marks, columns, strict=True) for text in pair]
    return Concat(*texts, output_field=TextField())


def _value_before(scope: Scope) -> Expression:
    """The corrected value, or the one measured before it at the same level."""
    corrected = Measurement.objects.filter(pk=OuterRef("corrects")).annotate(said=_value())
    order = ("measured_on", "pk")
    found = Measurement.objects.filter(
        _before_outer(order),
        enrolment=OuterRef("enrolment"),
        indicator=OuterRef("indicator"),
        level=OuterRef("level"),
        voids=False,
    ).filter(~_is_corrected(Measurement.objects.all(), scope))
    if scope.known_before:
        found = found.filter(recorded_at__lt=scope.known_before)
    found = found.order_by(*(f"-{name}" for name in order)).annotate(said=_value())
    return Case(
        When(corrects__isnull=False, then=Subquery(corrected.values("said")[:1])),
        default=Subquery(found.values("said")[:1]),
        output_field=TextField(),
    )


def _claims(scope: Scope) -> list[TimelinePart]:
    cell = ("status__enrolment__commune", "status__criterion")
    sent = scope.within(Claim.objects.filter(submitted_at__isnull=False), *cell, "submitted_by")
    withdrawn = scope.within(Claim.objects.filter(state=Claim.State.WITHDRAWN), *cell, "closed_by")
    columns = _of_status("status__") | {"after": "result"}
    return [
        TimelinePart(
            scope.said(sent, "submitted_at"),
            "submitted_at",
            columns
            | {
                "code": Value("sent"),
                "by": who_is("submitted_by"),
                "why": _said_in_claim(),
                "no_evidence": "no_evidence_reason",
            },
        ),
        TimelinePart(
            scope.said(withdrawn, "closed_at"),
            "closed_at",
            columns | {"code": Value("withdrawn"), "by": who_is("closed_by")},
        ),
    ]


def _said_in_claim() -> Expression:
    """The explanation, and in a line of its own why it was sent again unchanged."""
    both = Concat("explanation", Value("\n"), "resent_reason", output_field=TextField())
    return Case(
        When(resent_reason="", then=F("explanation")),
        When(explanation="", then=F("resent_reason")),
        default=both,
        output_field=TextField(),
    )


def _decisions(scope: Scope) -> list[TimelinePart]:
    found = scope.within(
        ClaimDecision.objects.all(),
        "claim__status__enrolment__commune",
        "claim__status__criterion",
        "by",
    )
    columns = _of_status("claim__status__") | {
        "code": Case(When(undoes__isnull=False, then=Value("undone")), default=Value("")),
        "by": who_is("by"),
        "after": "verdict",
        "why": "reason",
        "basis_text": packed("agency", Agency),
        "more": "indicator__code",
        "document": "document_number",
        "due": Case(When(undoes__isnull=True, then=F("add_by"))),
        "is_gone": partial(_is_undone, scope),
    }
    return [TimelinePart(scope.said(found, "at"), "at", columns)]


def _is_undone(scope: Scope) -> Exists:
    found = ClaimDecision.objects.filter(undoes=OuterRef("pk"))
    known = found.filter(at__lt=scope.known_before) if scope.known_before else found
    return Exists(known)


def _evidence(scope: Scope) -> list[TimelinePart]:
    paths = ("enrolment__commune", "statuses__criterion")
    attached = scope.within(Evidence.objects.all(), *paths, "attached_by")
    removed = scope.within(Evidence.objects.filter(removed_at__isnull=False), *paths, "removed_by")
    is_hidden, was_hidden = _hidden_from(scope), _hidden_from(scope, "replaces__")
    columns = _of_run("enrolment__") | _shown_cell(scope)
    columns |= {
        "after": partial(_unless, is_hidden, "caption"),
        "is_hidden": Case(When(is_hidden, then=Value(True)), default=Value(False)),
    }
    return [
        TimelinePart(
            scope.said(attached, "attached_at"),
            "attached_at",
            columns
            | {
                "code": Case(
                    When(replaces__isnull=False, then=Value("replaced")),
                    default=Value("attached"),
                ),
                "by": who_is("attached_by"),
                "before": partial(_unless, was_hidden, "replaces__caption"),
            },
        ),
        TimelinePart(
            scope.said(removed, "removed_at"),
            "removed_at",
            columns
            | {
                "code": Value("removed"),
                "by": who_is("removed_by"),
                "why": partial(_unless, is_hidden, "removal_reason"),
            },
        ),
    ]


def _shown_cell(scope: Scope) -> dict[str, Any]:
    """The cell that a piece of evidence shows; of several, the first."""
    if scope.criterion_id:
        return {
            "number": Value(scope.criterion_number),
            "criterion": Value(scope.criterion_name),
        }
    links = Evidence.statuses.through.objects.filter(evidence=OuterRef("pk"))
    links = links.order_by("criterionstatus__criterion__number")
    return {
        "number": Subquery(links.values("criterionstatus__criterion__number")[:1]),
        "criterion": Subquery(links.values("criterionstatus__criterion__short_name")[:1]),
    }


def _unless(condition: Q | Exists, path: str) -> Expression:
    """The text at `path`, but nothing where the condition holds."""
    return Case(When(condition, then=Value("")), default=F(path), output_field=TextField())


def _hidden_from(scope: Scope, path: str = "") -> Q:
    """Personal data, but for a commune's own people, its coordinators and inspectors."""
    if scope.sees_personal:
        return Q(pk__in=[])
    commune = f"{path}enrolment__commune"
    sees = Q(**{f"{commune}__area__in": scope.personal_areas})
    sees |= Q(**{f"{commune}__in": scope.personal_communes})
    return Q(**{f"{path}has_personal_data": True}) & ~sees


def _difficulties(scope: Scope) -> list[TimelinePart]:
    stated = scope.within(Difficulty.objects.all(), "commune", "criterion", "stated_by")
    resolved = scope.within(Difficulty.objects.all(), "commune", "criterion", "resolved_by")
    columns = _of_commune() | {"after": "cause"}
    return [
        TimelinePart(
            scope.true(stated, "stated_on", "stated_at"),
            "stated_at",
            columns
            | {
                "code": Value("stated"),
                "true_on": "stated_on",
                "by": who_is("stated_by"),
                "why": "request",
                "basis": "asked_of",
                "basis_text": packed("asked_agency", Agency),
            },
        ),
        TimelinePart(
            scope.true(resolved, "resolved_on", "resolved_at"),
            "resolved_at",
            columns
            | {
                "code": Value("resolved"),
                "true_on": "resolved_on",
                "by": who_is("resolved_by"),
                "why": "resolution",
            },
        ),
    ]


def _charges(scope: Scope) -> list[TimelinePart]:
    found = scope.within(Charge.objects.all(), "commune", "criterion", "recorded_by")
    if scope.person_id:
        own = Q(person=scope.person_id) | Q(recorded_by=scope.user_id)
        found = Charge.objects.filter(own, commune__area__in=scope.area_ids)
    columns = _of_commune() | {
        "true_on": "from_on",
        "by": who_is("recorded_by"),
        "after": person_is("person"),
        "more": "village__name",
        "due": "due_on",
        "until": "until_on",
        "is_illustrative": "is_illustrative",
    }
    return [TimelinePart(scope.true(found, "from_on", "recorded_at"), "recorded_at", columns)]


def _comments(scope: Scope) -> list[TimelinePart]:
    found = scope.within(
        Comment.objects.all(), "status__enrolment__commune", "status__criterion", "by"
    )
    # All versions of a comment have its writer and its first moment; once taken back none is read.
    back = Comment.objects.filter(
        status=OuterRef("status"),
        by=OuterRef("by"),
        first_at=OuterRef("first_at"),
        is_taken_back=True,
    )
    columns = _of_status("status__") | {
        "code": Case(
            When(is_taken_back=True, then=Value("back")),
            When(replaces__isnull=False, then=Value("edited")),
            default=Value("new"),
        ),
        "by": who_is("by"),
        "why": _unless(Exists(back), "text"),
        "is_gone": Exists(back),
    }
    return [TimelinePart(scope.said(found, "at"), "at", columns)]


def _recognitions(scope: Scope) -> list[TimelinePart]:
    granted = scope.within(Recognition.objects.all(), "enrolment__commune", by="recorded_by")
    # Who recorded a revocation, and when, is not kept.
    revoked = scope.within(
        Recognition.objects.filter(revoked_on__isnull=False), "enrolment__commune"
    )
    columns = _of_run("enrolment__") | {"after": "title"}
    return [
        TimelinePart(
            scope.true(granted, "decided_on", "recorded_at"),
            "recorded_at",
            columns
            | {
                "code": Case(
                    When(kind=Recognition.Kind.NEARLY, then=Value("nearly")),
                    default=Value("granted"),
                ),
                "true_on": "decided_on",
                "by": who_is("recorded_by"),
                "document": "decision_number",
                "why": "source",
                "basis": "precision",
            },
        ),
        TimelinePart(
            scope.true(revoked, "revoked_on", "recorded_at"),
            "revoked_on",
            columns
            | {
                "code": Value("revoked"),
                "true_on": "revoked_on",
                "document": "revoking_decision",
            },
            is_day=True,
        ),
    ]


def _dossier(scope: Scope) -> list[TimelinePart]:
    found = scope.within(DossierStep.objects.all(), "enrolment__commune", by="recorded_by")
    columns = _of_run("enrolment__") | {
        "true_on": "done_on",
        "by": who_is("recorded_by"),
        "after": "requirement__name",
        "why": "note",
        "document": "number",
    }
    return [TimelinePart(scope.true(found, "done_on", "recorded_at"), "recorded_at", columns)]


# The kinds of entries that a timeline is filtered by, with what each reads.
SOURCES: dict[str, tuple[Any, Callable[[Scope], list[TimelinePart]]]] = {
    "assessment": (_("Results"), _assessments),
    "measurement": (_("Values of indicators"), _measurements),
    "claim": (_("Claims"), _claims),
    "decision": (_("Words on claims"), _decisions),
    "evidence": (_("Evidence"), _evidence),
    "difficulty": (_("Difficulties"), _difficulties),
    "charge": (_("Who is in charge"), _charges),
    "comment": (_("Comments"), _comments),
    "recognition": (_("Recognition"), _recognitions),
    "dossier": (_("Dossier"), _dossier),
}


def told(scope: Scope) -> list[tuple[str, TimelinePart]]:
    """The parts that have something to tell of the scope, with their kinds."""
    parts = [(kind, part) for kind, (_label, tell) in SOURCES.items() for part in tell(scope)]
    return [(kind, part) for kind, part in parts if part.found is not None]
