"""Communes ranked by criteria met, band by band, and the bars as they are drawn.

Coordinates are integers, so that no locale can put a decimal comma into an SVG.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from criteria.models import Bracket
from criteria.progress.board import Board, BoardRow
from criteria.progress.brackets import bracket_of

# More bars say less: then each band is one bar, of its communes.
BARS = 12
NAMED = 20
ROW, BAR, TOP = 26, 18, 27


@dataclass(frozen=True)
class RankedCommune:
    slug: str
    name: str
    met: int
    applicable: int


@dataclass(frozen=True)
class RankedBand:
    """A bracket with how many communes are in it, and the first of them, those that meet most;
    `css` is its step of the scale."""

    name: str
    css: str
    count: int
    communes: tuple[RankedCommune, ...]

    @property
    def further(self) -> int:
        """How many communes are not named."""
        return self.count - len(self.communes)


@dataclass(frozen=True)
class Layout:
    """Where things stand across a drawing; a narrow one leaves out the names of the bands."""

    width: int
    left: int
    length: int
    has_bands: bool


WIDE, NARROW = Layout(660, 260, 300, True), Layout(328, 100, 160, False)


@dataclass(frozen=True)
class Ranks:
    bands: tuple[RankedBand, ...]
    size: int
    unassessed: int

    @property
    def assessed(self) -> int:
        return sum(band.count for band in self.bands)

    @property
    def is_by_band(self) -> bool:
        return self.assessed > BARS

    @property
    def wide(self) -> SafeString:
        return _drawn(self, WIDE, get_language())

    @property
    def narrow(self) -> SafeString:
        return _drawn(self, NARROW, get_language())

    @property
    def height(self) -> int:
        rows = sum(1 if self.is_by_band else max(one.count, 1) for one in self.bands)
        return TOP + rows * ROW + 20


def ranks(board: Board, brackets: list[Bracket]) -> Ranks | None:
    """The communes assessed, in the brackets of the set; none where nothing is assessed."""
    shown = [bracket for bracket in brackets if not bracket.is_model]
    if not board.assessed:
        return None
    found: dict[int | None, list[BoardRow]] = {bracket.id: [] for bracket in shown}
    for row in sorted(board.assessed, key=lambda row: (-row.head.met, row.sort_key)):
        bracket = bracket_of(row.head, shown)
        found.setdefault(bracket.id if bracket else None, []).append(row)
    bands = [_band(one.name, one.css, found[one.id]) for one in shown]
    if None in found:
        bands.append(_band("", "b-1", found[None]))
    return Ranks(tuple(bands), board.size, len(board.rows) - len(board.assessed))


def _band(name: str, css: str, rows: list[BoardRow]) -> RankedBand:
    named = (
        RankedCommune(row.slug, row.name, row.head.met, row.head.applicable) for row in rows[:NAMED]
    )
    return RankedBand(name, css, len(rows), tuple(named))


@lru_cache(maxsize=50)
def _drawn(ranks: Ranks, layout: Layout, _language: str | None) -> SafeString:
    """The bars, joined: a loop of the template takes ten times as long."""
    parts, y = [], TOP
    for band in ranks.bands:
        parts.append(f'<line class="sp" x1="0" x2="{layout.width}" y1="{y - 4}" y2="{y - 4}"/>')
        count = band.count
        said = ngettext("%(n)s commune", "%(n)s communes", count) % {"n": count}
        if layout.has_bands:
            parts.append(_text(0, y, band.name, "br"))
            if not ranks.is_by_band:
                parts.append(_text(92, y, said, "mu"))
        elif ranks.is_by_band:
            parts.append(_text(0, y, band.name, "br"))
        elif not count:
            parts.append(_text(0, y, f"{band.name}: {said}", "mu"))
        if ranks.is_by_band:
            most = max(one.count for one in ranks.bands)
            parts.append(_bar(layout, y, band.css, count * layout.length // most, said))
            y += ROW
            continue
        for commune in band.communes:
            parts.append(_commune(ranks.size, band.css, commune, y, layout))
            y += ROW
        y += 0 if count else ROW
    parts.append(f'<line class="sp" x1="0" x2="{layout.width}" y1="{y - 4}" y2="{y - 4}"/>')
    if not ranks.is_by_band:
        parts += _axis(ranks.size, y, layout)
    return mark_safe("".join(parts))  # noqa: S308 names are escaped, the rest are figures


def _commune(size: int, css: str, one: RankedCommune, y: int, layout: Layout) -> str:
    """Its bar, to the end of what applies to it, and what it has left."""
    whole = one.applicable * layout.length // size
    left = one.applicable - one.met
    rest = gettext("%(n)s left") % {"n": left} if left else ""
    return "".join(
        (
            _text(layout.left - 8, y, one.name, "", "end"),
            f'<rect class="tr" x="{layout.left}" y="{y}" width="{whole}" height="{BAR}"/>',
            _bar(layout, y, css, one.met * layout.length // size, f"{one.met}/{one.applicable}"),
            _text(layout.left + layout.length + 12, y, rest, "mu") if rest else "",
        )
    )


def _bar(layout: Layout, y: int, css: str, length: int, said: str) -> str:
    """A bar with its figure inside, or beside it where it is short."""
    x = layout.left + length
    drawn = f'<rect class="ba {css}" x="{layout.left}" y="{y}" width="{length}" height="{BAR}"/>'
    if length > 8 * len(said) + 8:
        return drawn + _text(x - 6, y, said, f"in {css}-t", "end")
    return drawn + _text(x + 6, y, said, "ou")


def _axis(size: int, y: int, layout: Layout) -> list[str]:
    """What the bars are measured by, and the line at which every criterion is met."""
    end = layout.left + layout.length
    steps = range(5, size - 2, 5)
    parts = [
        _text(layout.left + n * layout.length // size, y, str(n), "mu", "middle") for n in steps
    ]
    parts.append(f'<path class="tg" d="M{end - 2} 18V{y + 2}M{end + 2} 18V{y + 2}"/>')
    words = ngettext("all %(n)s criterion", "all %(n)s criteria", size) % {"n": size}
    parts.append(_text(end, 0, words, "br", "middle"))
    return parts


def _text(x: int, y: int, said: str, css: str, anchor: str = "") -> str:
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{css}" x="{x}" y="{y + 13}"{at}>{escape(said)}</text>'
