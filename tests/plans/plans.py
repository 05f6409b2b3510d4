"""Plans for tests: what was typed, as rows."""

from plans.approval import actions as approval
from plans.drafting import actions, rows
from plans.drafting.queries import names_of
from tests.factories import make_area, make_commune, make_enrolment, make_set, make_user


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


def make_plan(enrolment, *lines, by=None, **more):
    """A plan with steps; without any an empty one."""
    plan = actions.begin(enrolment, [], by=by or make_user())
    if not lines:
        return plan
    return actions.write(plan, said(plan, *lines, **more), version=plan.version)


def approve_plan(plan, document="", *, by=None):
    """Sent by one, approved by another."""
    plan = approval.submit(plan, version=plan.version, by=make_user())
    return approval.approve(
        plan, version=plan.version, document=document, note="", by=by or make_user()
    )


def make_run(slug, *, area=None, **kwargs):
    """A commune of that address, beside those of the demo, with a run at a set of its own."""
    area = area or make_area(code=slug[-4:], name=f"Huyện {slug}")
    commune = make_commune(name=f"Xã {slug}", slug=slug, code=slug[-5:], area=area)
    return make_enrolment(commune=commune, criteria_set=make_set(code=slug), **kwargs)
