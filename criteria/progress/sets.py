"""Which set a page shows where none is asked for (rule 15)."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import QuerySet

from criteria.models import CriteriaSet, Enrolment


class RunSet(NamedTuple):
    """The set that one commune runs at."""

    code: str
    is_basic: bool
    valid_from: dt.date


def set_of(criteria_set: CriteriaSet) -> RunSet:
    is_basic = criteria_set.tier == CriteriaSet.Tier.BASIC
    return RunSet(criteria_set.code, is_basic, criteria_set.valid_from)


def sets_of(runs: QuerySet[Enrolment]) -> Counter[RunSet]:
    """How many of these runs are of each set: one query."""
    columns = ("criteria_set__code", "criteria_set__tier", "criteria_set__valid_from")
    return Counter(
        RunSet(code, tier == CriteriaSet.Tier.BASIC, since)
        for code, tier, since in runs.order_by().values_list(*columns)
    )


def commonest(counts: Mapping[RunSet, int]) -> str:
    """The code of the basic set that most run at, the newer where two have as many, of two as new
    the first by its code; "" if none."""
    basic = sorted(run for run in counts if run.is_basic and counts[run])
    found = max(basic, key=lambda run: (counts[run], run.valid_from), default=None)
    return found.code if found else ""
