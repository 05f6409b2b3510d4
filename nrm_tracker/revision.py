"""A number for each area, counted up by whatever writes there: by it an unchanged page is known.

Actions count within their transaction, so that whoever reads the new number reads what was written.
What is written most often is counted apart (`nrm_tracker.parts`): pages that show none of it stay.
"""

import secrets
from collections.abc import Callable, Collection

from django.db.models import F, QuerySet

from nrm_tracker.models import Revision
from nrm_tracker.parts import ALL, NOTHING, PARTS
from nrm_tracker.prepared import Update, prepared

# What all areas read: criteria sets, places, accounts, all that the administration keeps.
EVERYWHERE = 0


def bump(*area_ids: int, part: str = ALL) -> None:
    """Say that something was written in these areas; without any, that it concerns all.

    Nothing but tables of `part` was written, where one is named.
    """
    wanted = set(area_ids) or {EVERYWHERE}
    if _COUNT[part](wanted) < len(wanted):
        # The first write of an area; counted twice where it was there, which does no harm.
        Revision.objects.bulk_create([Revision(pk=pk) for pk in wanted], ignore_conflicts=True)
        _COUNT[part](wanted)


def start_anew() -> None:
    """Begin another series, at random: after a restore numbers of before would come again, and a
    browser would go on showing the page that it kept under one of them."""
    number = secrets.randbelow(2**60)
    Revision.objects.update_or_create(pk=EVERYWHERE, defaults={"number": number})


def _count(part: str) -> Callable[[Collection[int]], int]:
    def build(keys: Collection[int]) -> Update:
        return Update(Revision.objects.filter(pk__in=keys), **{part: F(part) + 1})

    return prepared(build)


_COUNT = {part: _count(part) for part in PARTS}


class Counted(dict[int, list[int]]):
    """The numbers of all areas as they stood at one moment: one query."""

    def __init__(self) -> None:
        super().__init__({pk: counts for pk, *counts in _rows()})

    def of(self, area_ids: Collection[int] = ()) -> dict[str, int]:
        """By parts how often anything was written that pages of these areas show: it grows with
        each write."""
        found = [self[pk] for pk in {EVERYWHERE, *area_ids} if pk in self]
        return (
            dict(zip(PARTS, map(sum, zip(*found, strict=True)), strict=True)) if found else NOTHING
        )


@prepared
def _rows() -> QuerySet[Revision, tuple[int, ...]]:
    return Revision.objects.values_list("pk", *PARTS)
