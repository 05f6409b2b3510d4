"""The approved versions of a plan, and the plan as it stands beside them."""

import datetime as dt
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from plans.approval import freezing
from plans.forecasts.reckoning import Forecast, forecast, written
from plans.models import Plan, PlanVersion
from plans.versions.differences import PlanSide


class VersionLine(NamedTuple):
    """A version, and by how many days it ends later than the one before."""

    version: PlanVersion
    later: int | None

    @property
    def before(self) -> int:
        """The number of the one before."""
        return self.version.number - 1

    @property
    def sooner(self) -> int | None:
        return None if self.later is None else -self.later


def versions_of(plan: Plan) -> list[PlanVersion]:
    """The newest first: one query."""
    return list(plan.versions.select_related("approved_by"))


def lines_of(versions: list[PlanVersion]) -> list[VersionLine]:
    moves = [(new.finish_on - old.finish_on).days for new, old in pairwise(versions)]
    return [VersionLine(*pair) for pair in zip(versions, [*moves, None], strict=False)]


def side_of(version: PlanVersion) -> PlanSide:
    """One query."""
    name = _("Version %(n)s, %(day)s") % {
        "n": version.number,
        "day": f"{version.approved_on:%d/%m/%Y}",
    }
    return PlanSide(name, version.finish_on, freezing.steps_of(version))


def side_of_today(plan: Plan, today: dt.date) -> PlanSide | None:
    """The plan as it stands: three queries; nothing of one that cannot be reckoned."""
    try:
        found = forecast(written(plan), today)
    except ValueError:
        return None
    return side_of_forecast(found, _("As it stands today")) if found else None


def side_of_forecast(found: Forecast, name: str) -> PlanSide:
    finish = found.schedule.finish
    frozen = freezing.steps(found, PlanVersion(plan=found.written.plan, finish_on=finish))
    return PlanSide(name, finish, frozen)
