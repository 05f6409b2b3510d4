"""What is shown of an enrolment on each of some days."""

import datetime as dt

DAYS = [dt.date(2020, 9, day) for day in range(1, 8)]


def picture(enrolment):
    """What is shown on each day: the row, and what it rests on."""
    shown = {}
    for day in DAYS:
        row = enrolment.standings.filter(on_day__lte=day).order_by("-on_day").first()
        shown[day] = (row.results, row.basis, row.met_count) if row else None
    return shown
