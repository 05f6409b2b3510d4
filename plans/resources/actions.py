"""What is recorded of resources and debts. Each verb is one transaction; nothing is rewritten."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from communes.models import Commune
from criteria.models import Criterion
from nrm_tracker import clock, revision
from nrm_tracker.forms import Conflict
from plans.models import ConstructionDebt, ConstructionItem, Contribution
from plans.recorded_days import check_day

IN_MONEY = (Contribution.Kind.MONEY, Contribution.Kind.GOODS)


@dataclass(frozen=True, kw_only=True)
class GivenContribution:
    """What somebody says of a contribution; see `Contribution`."""

    stage: str
    source: str
    kind: str
    amount: Decimal
    given_on: dt.date
    worth: Decimal | None = None
    criterion: Criterion | None = None
    purpose: str = ""
    document: str = ""


@transaction.atomic
def record(
    commune: Commune, given: GivenContribution, *, by: User, is_illustrative: bool = False
) -> Contribution:
    locked = _locked(commune)
    _check(locked, given)
    return _write(locked, given, by=by, is_illustrative=is_illustrative)


@transaction.atomic
def correct(
    wrong: Contribution, given: GivenContribution | None, *, reason: str, by: User
) -> Contribution:
    """Put another row in the place of one, or none: that one stays on record.

    Raises Conflict with the row that corrected it already.
    """
    commune = _locked(wrong.commune)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is corrected.")})
    newer = Contribution.objects.filter(corrects=wrong).select_related("recorded_by").first()
    if newer:
        raise Conflict(newer)
    if wrong.voids:
        raise ValidationError(_("The row only takes another one back: record a new one instead."))
    said = given or GivenContribution(
        **{name: getattr(wrong, name) for name in GivenContribution.__dataclass_fields__}
    )
    if given:
        _check(commune, given)
    return _write(
        commune,
        said,
        by=by,
        is_illustrative=wrong.is_illustrative,
        corrects=wrong,
        voids=given is None,
        reason=reason,
    )


@transaction.atomic
def state_debt(
    commune: Commune,
    name: str,
    *,
    criterion: Criterion | None,
    stated_on: dt.date,
    value: Decimal,
    paid: Decimal,
    settled_by: str,
    by: User,
    is_illustrative: bool = False,
) -> ConstructionDebt:
    """Record a further item with what is owed for it."""
    locked = _locked(commune)
    if ConstructionItem.objects.filter(commune=locked, name=name).exists():
        message = _("The commune has an item of that name: open it, and state it anew.")
        raise ValidationError({"name": message})
    item = ConstructionItem(
        commune=locked,
        name=name,
        criterion=criterion,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=is_illustrative,
    )
    _check_debt(locked, stated_on, value, paid)
    item.save()
    return _state(item, stated_on, value, paid, settled_by, by)


@transaction.atomic
def restate_debt(
    item: ConstructionItem,
    *,
    stated_on: dt.date,
    value: Decimal,
    paid: Decimal,
    settled_by: str,
    seen: int | None = None,
    by: User,
) -> ConstructionDebt:
    """Record what is owed for an item on a day, by one who saw the statement `seen`.

    Raises Conflict with the newest statement where it is another one.
    """
    commune = _locked(item.commune)
    newest = item.debts.select_related("recorded_by").order_by("-pk").first()
    if seen is not None and newest and newest.pk != seen:
        raise Conflict(newest)
    _check_debt(commune, stated_on, value, paid)
    return _state(item, stated_on, value, paid, settled_by, by)


def _write(
    commune: Commune,
    given: GivenContribution,
    *,
    by: User,
    is_illustrative: bool,
    **more: object,
) -> Contribution:
    made = Contribution.objects.create(
        commune=commune,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=is_illustrative,
        **vars(given),
        **more,
    )
    revision.bump(commune.area_id)
    return made


def _state(
    item: ConstructionItem,
    stated_on: dt.date,
    value: Decimal,
    paid: Decimal,
    settled_by: str,
    by: User,
) -> ConstructionDebt:
    made = ConstructionDebt.objects.create(
        item=item,
        stated_on=stated_on,
        value=value,
        paid=paid,
        settled_by=settled_by,
        recorded_by=by,
        recorded_at=clock.now(),
        is_illustrative=item.is_illustrative,
    )
    revision.bump(item.commune.area_id)
    return made


def _check(commune: Commune, given: GivenContribution) -> None:
    check_day(commune, given.given_on, "given_on")
    if given.amount <= 0:
        raise ValidationError({"amount": _("The amount is above nought.")})
    if given.worth is not None and given.kind in IN_MONEY:
        message = _("Only labour and land are given a worth beside their amount.")
        raise ValidationError({"worth": message})


def _check_debt(commune: Commune, stated_on: dt.date, value: Decimal, paid: Decimal) -> None:
    check_day(commune, stated_on, "stated_on")
    if paid > value:
        raise ValidationError({"paid": _("More was paid than what was built is worth.")})


def _locked(commune: Commune) -> Commune:
    return Commune.objects.select_for_update(of=("self",)).get(pk=commune.pk)
