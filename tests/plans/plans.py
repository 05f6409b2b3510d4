"""Plans for tests: what was typed, as rows."""

from plans.drafting import actions, rows
from plans.drafting.queries import names_of
from tests.factories import make_user


def typed(*lines, **more):
    """Rows of "number | name | days | needs"."""
    found = []
    for line in lines:
        number, name, days, needs = (part.strip() for part in f"{line}|||".split("|")[:4])
        found.append(
            rows.TypedRow(
                {"number": number, "name": name, "working_days": days, "needs": needs, **more}
            )
        )
    return found


def said(plan, *lines, **more):
    found = typed(*lines, **more)
    for row in found:
        rows.read(row, names_of(plan.enrolment))
    assert [row.errors for row in found] == [{}] * len(found)
    return [row.said for row in found]


def make_plan(enrolment, *lines, by=None):
    """A plan with steps; without any an empty one."""
    plan = actions.begin(enrolment, [], by=by or make_user())
    if not lines:
        return plan
    return actions.write(plan, said(plan, *lines), version=plan.version)
