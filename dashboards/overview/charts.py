"""Geometry of the line chart.

Coordinates are integers, so that no locale can put a decimal comma into an SVG.
"""

import datetime as dt
from dataclasses import dataclass

from criteria.progress import scoring
from criteria.progress.board import BoardRow

# The drawing's frame, in units of its viewBox.
LEFT, RIGHT, TOP, BOTTOM, LABEL_X = 34, 270, 16, 168, 276
BOLD_LETTER_WIDTH = 9.5


@dataclass(frozen=True)
class Point:
    x: int
    y: int
    day: dt.date
    met: int


@dataclass(frozen=True)
class ChartLine:
    """One commune's criteria met over time, with what it must reach by its target day."""

    row: BoardRow
    points: list[Point]
    end: Point
    goal: Point | None
    label_y: int
    is_second: bool

    @property
    def path(self) -> str:
        """A step line: the figure holds until the day on which it changes."""
        steps: list[str] = []
        for point in [*self.points, self.end]:
            if steps:
                steps.append(f"H{point.x}V{point.y}")
            else:
                steps.append(f"M{point.x} {point.y}")
        return "".join(steps)


@dataclass(frozen=True)
class LineChart:
    lines: list[ChartLine]
    first: dt.date
    day: dt.date
    last: dt.date
    day_x: int
    size: int
    grid: list[tuple[int, int]]

    @property
    def width(self) -> int:
        """Room beside the lines for the longest name."""
        longest = max(len(line.row.name) for line in self.lines)
        return max(340, LABEL_X + round(longest * BOLD_LETTER_WIDTH))

    @property
    def has_goal(self) -> bool:
        return any(line.goal for line in self.lines)

    @property
    def days(self) -> list[tuple[dt.date, list[int | None]]]:
        """The table under the chart: each day on which a line changed, and every line then."""
        days = sorted({point.day for line in self.lines for point in line.points})
        return [(day, [_met_on(line, day) for line in self.lines]) for day in days]


def line_chart(
    rows: list[BoardRow], histories: dict[int, list[tuple[dt.date, str]]], day: dt.date, size: int
) -> LineChart | None:
    """The progress of `rows` up to `day`; None where nothing was ever assessed."""
    known = [row for row in rows if row.enrolment_id and histories.get(row.enrolment_id)]
    if not known or not size:
        return None
    first = min(histories[row.enrolment_id or 0][0][0] for row in known)
    targets = [row.target_on for row in known if row.target_on and row.target_on > day]
    last = max([day, *targets])
    # The day on which all began is no edge of the drawing: begin a quarter before today.
    first = min(first, day - dt.timedelta(days=90))

    def at(on: dt.date, met: int) -> Point:
        share = (on - first).days / (last - first).days
        x = round(LEFT + share * (RIGHT - LEFT))
        return Point(x, round(BOTTOM - met / size * (BOTTOM - TOP)), on, met)

    lines: list[ChartLine] = []
    for position, row in enumerate(known):
        points = [
            at(on, scoring.headline(results).met)
            for on, results in histories[row.enrolment_id or 0]
        ]
        goal = at(row.target_on, row.goal) if row.target_on in targets else None
        end = at(day, points[-1].met)
        label_y = _free(end.y, [line.label_y for line in lines])
        lines.append(ChartLine(row, points, end, goal, label_y, position % 2 == 1))
    steps = sorted({0, *range(0, size + 1, 5), size} if size >= 5 else {0, size})
    grid = [(value, at(first, value).y) for value in steps]
    return LineChart(lines, first, day, last, at(day, 0).x, size, grid)


def _free(y: int, taken: list[int]) -> int:
    """A height for a label of two lines near `y` that covers no other."""
    while any(abs(y - other) < 30 for other in taken):
        y += 6
    return y


def _met_on(line: ChartLine, day: dt.date) -> int | None:
    past = [point.met for point in line.points if point.day <= day]
    return past[-1] if past else None
