"""Geometry of the line chart and the map, and the marks of the map as they are drawn.

Coordinates are integers, so that no locale can put a decimal comma into an SVG.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from criteria.models import Bracket
from criteria.progress import scoring
from criteria.progress.board import BoardRow
from criteria.progress.brackets import bracket_of

# The drawing's frame, in units of its viewBox.
LEFT, RIGHT, TOP, BOTTOM, LABEL_X = 34, 270, 16, 168, 276
MAP_WIDTH, MAP_HEIGHT, MAP_MARGIN = 340, 332, 32
# More circles would hide one another: then one stands for all communes of a square.
MARKS_ON_MAP, SQUARE = 60, 26
LETTER_WIDTH, BOLD_LETTER_WIDTH = 6.4, 9.5


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


@dataclass(frozen=True)
class Mark:
    """A commune on the map, or without a name those of a square."""

    name: str
    x: int
    y: int
    radius: int
    css: str
    number: str
    name_x: int = 0
    name_y: int = 0
    anchor: str = ""

    @property
    def svg(self) -> SafeString:
        """The circle, what is met in it, and the name."""
        x, y, css = self.x, self.y, self.css
        parts = [f'<circle class="mk {css}" cx="{x}" cy="{y}" r="{self.radius}"/>']
        if self.number:
            parts.append(f'<text class="mk-t {css}-t" x="{x}" y="{y + 4}">{self.number}</text>')
        if self.anchor:
            look = f"nm{' nm-k' if self.number else ''} a-{self.anchor}"
            place = f'x="{self.name_x}" y="{self.name_y}"'
            parts.append(f'<text class="{look}" {place}>{escape(self.name)}</text>')
        return mark_safe("".join(parts))  # noqa: S308 the name is escaped, the rest are figures


def svg(marks: Iterable[Mark]) -> SafeString:
    """All marks, joined: a loop of the template takes ten times as long."""
    return mark_safe("".join(mark.svg for mark in marks))  # noqa: S308 each is safe


@dataclass(frozen=True)
class Box:
    """Room taken on the map."""

    left: int
    top: int
    right: int
    bottom: int

    def covers(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


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


def map_marks(rows: list[BoardRow], brackets: list[Bracket]) -> list[Mark]:
    """Each commune with coordinates at its place, in the colour of its bracket.

    Names go below their mark, or to the first side where they cover nothing. Very many communes
    have no name, and those of a square are one mark: what they meet on average.
    """
    placed = _placed(rows)
    if len(placed) > MARKS_ON_MAP:
        return _squares(placed, brackets)
    marks = [_mark(row.name, x, y, row.head, brackets) for row, x, y in placed]
    taken = [Box(m.x - m.radius, m.y - m.radius, m.x + m.radius, m.y + m.radius) for m in marks]
    return [_named(mark, taken) for mark in sorted(marks, key=lambda m: m.radius, reverse=True)]


def _placed(rows: list[BoardRow]) -> list[tuple[BoardRow, int, int]]:
    """The communes with coordinates, and where on the map they lie."""
    found = [
        (row, float(row.longitude), float(row.latitude))
        for row in rows
        if row.longitude is not None and row.latitude is not None
    ]
    xs = _scaled([longitude for _, longitude, _ in found], MAP_WIDTH)
    ys = _scaled([latitude for _, _, latitude in found], MAP_HEIGHT)
    return [(row, x, MAP_HEIGHT - y) for (row, _, _), x, y in zip(found, xs, ys, strict=True)]


def _squares(placed: list[tuple[BoardRow, int, int]], brackets: list[Bracket]) -> list[Mark]:
    heads: dict[tuple[int, int], list[scoring.Headline]] = {}
    for row, x, y in placed:
        heads.setdefault((x // SQUARE, y // SQUARE), []).append(row.head)
    half = SQUARE // 2
    return [
        _mark("", x * SQUARE + half, y * SQUARE + half, _average(found), brackets)
        for (x, y), found in heads.items()
    ]


def _average(heads: list[scoring.Headline]) -> scoring.Headline:
    """What communes meet on average, complete only where each of those assessed is."""
    known = [head for head in heads if head.is_assessed]
    if not known:
        return heads[0]
    met = sum(head.met for head in known) // len(known)
    applicable = math.ceil(sum(head.applicable for head in known) / len(known))
    return scoring.Headline(met, 0, applicable, applicable)


def _named(mark: Mark, taken: list[Box]) -> Mark:
    """The mark with its name where it covers nothing, noting the room that it takes."""
    width = round(len(mark.name) * LETTER_WIDTH)
    below, above = mark.radius + 13, -mark.radius - 4
    side = mark.radius + 4
    places = [
        (mark.x, mark.y + below, "middle"),
        (mark.x, mark.y + above, "middle"),
        (mark.x + side, mark.y + 4, "start"),
        (mark.x - side, mark.y + 4, "end"),
    ]
    for x, y, anchor in places:
        left = {"middle": x - width // 2, "start": x, "end": x - width}[anchor]
        box = Box(left, y - 10, left + width, y + 2)
        inside = box.left >= 0 and box.right <= MAP_WIDTH
        if inside and not any(box.covers(other) for other in taken):
            break
    else:
        x, y, anchor = places[0]
    taken.append(box)
    return replace(mark, name_x=x, name_y=y, anchor=anchor)


def _mark(name: str, x: int, y: int, head: scoring.Headline, brackets: list[Bracket]) -> Mark:
    bracket = bracket_of(head, brackets)
    if bracket is None:
        return Mark(name, x, y, 7, "b-0", "")
    return Mark(name, x, y, 11, bracket.css, str(head.met))


def _scaled(values: list[float], length: int) -> list[int]:
    """Each value's place between the margins of a side so long."""
    low, high = min(values, default=0), max(values, default=0)
    shares = ((value - low) / (high - low) if high > low else 0.5 for value in values)
    return [round(MAP_MARGIN + share * (length - 2 * MAP_MARGIN)) for share in shares]


def _free(y: int, taken: list[int]) -> int:
    """A height for a label of two lines near `y` that covers no other."""
    while any(abs(y - other) < 30 for other in taken):
        y += 6
    return y


def _met_on(line: ChartLine, day: dt.date) -> int | None:
    past = [point.met for point in line.points if point.day <= day]
    return past[-1] if past else None
