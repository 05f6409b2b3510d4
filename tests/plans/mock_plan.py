"""The plan of Kỳ Lạc with 14 steps, as of 15/09/2020: its days and floats agree with each other."""

import datetime as dt

from plans.schedule import WorkNeed, WorkStep, calendar_for

TODAY, TARGET = dt.date(2020, 9, 15), dt.date(2020, 12, 31)
NEW_YEAR = dt.date(2021, 1, 1)


def _day(text):
    day, month = text.split("/")
    return dt.date(2020, int(month), int(day))


# Of each: working days, what it needs, begun on, working days left, not before.
_ROWS = {
    1: (13, [], "09/09", 9, None),
    2: (8, [], "11/09", 14, None),
    3: (14, [], "09/09", 10, None),
    4: (12, [WorkNeed(2), WorkNeed(3)], None, None, None),
    5: (22, [WorkNeed(4)], None, None, None),
    6: (18, [WorkNeed(2)], None, None, "12/10"),
    7: (52, [], "14/09", 51, None),
    8: (10, [], None, None, "21/09"),
    9: (20, [], None, None, "02/11"),
    10: (30, [], "14/09", 29, None),
    11: (34, [], "14/09", 34, None),
    12: (45, [], "14/09", 44, None),
    13: (14, [WorkNeed(5, 7)], None, None, None),
    14: (5, [WorkNeed(1), *(WorkNeed(key) for key in range(5, 14))], None, None, None),
}
# Of each: first and last day, float, the last day to begin.
EXPECTED = {
    1: ("09/09", "25/09", 58, None),
    2: ("11/09", "02/10", 0, None),
    3: ("09/09", "28/09", 4, None),
    4: ("05/10", "20/10", 0, "05/10"),
    5: ("21/10", "19/11", 0, "21/10"),
    6: ("12/10", "04/11", 30, "23/11"),
    7: ("14/09", "24/11", 16, None),
    8: ("21/09", "02/10", 53, "03/12"),
    9: ("02/11", "27/11", 13, "19/11"),
    10: ("14/09", "23/10", 38, None),
    11: ("14/09", "30/10", 33, None),
    12: ("14/09", "13/11", 23, None),
    13: ("27/11", "16/12", 0, "27/11"),
    14: ("17/12", "23/12", 0, "17/12"),
}
EXPECTED = {
    key: (_day(start), _day(finish), slack, _day(late) if late else None)
    for key, (start, finish, slack, late) in EXPECTED.items()
}


def steps():
    return [
        WorkStep(
            key,
            days,
            tuple(needs),
            not_before=_day(not_before) if not_before else None,
            started_on=_day(begun) if begun else None,
            remaining=left,
            reported_on=TODAY if begun else None,
        )
        for key, (days, needs, begun, left, not_before) in _ROWS.items()
    ]


def calendar():
    return calendar_for(steps(), TODAY, off=[NEW_YEAR], worked=[])
