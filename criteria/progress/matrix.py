"""The matrix communes × criteria as HTML, joined from ready pieces.

Drawing 6,000 cells through templates costs 300 times a constant page; this costs under 20.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from criteria.models import Result
from criteria.progress import scoring
from criteria.progress.board import Board, BoardRow
from criteria.templatetags.results import CLASSES, LETTERS, basis_word

# The letter of a cell in a row of which nothing is known.
VOID = ""


Pieces = dict[tuple[int, str], tuple[str, str]]
Numbers = tuple[int, ...]
# The numbers of the columns, what links carry on, whether cells lead on, and the language.
Look = tuple[Numbers, str, bool, str | None]
# Rows drawn before, of each worker: after a write most say what they said. A row is about 2 kB.
ROWS, LOOKS = 5_000, 20


def body(
    board: Board,
    rows: Iterable[BoardRow],
    query: str,
    *,
    linked: bool = True,
    said: Callable[[BoardRow], str] | None = None,
) -> SafeString:
    """The rows of the table: `query` is what links carry on.

    `said` is what stands at the end of a row, where it is not the day and basis of its figures.

    Not `linked`: only the names lead on, and a script takes a click on a cell to its page. The
    addresses of thousands of cells are half of what such a page weighs, and as many stops of the
    keyboard.
    """
    numbers = tuple(criterion.number for criterion in board.criteria)
    suffix = escape(query)
    look = (numbers, suffix, linked, get_language())
    drawn = [
        _row(
            *(row.slug, row.name, row.results, row.before),
            *(escape(said(row)) if said else _source(row), look),
        )
        for row in rows
    ]
    return mark_safe("".join(drawn))  # noqa: S308 every piece is escaped where it is made


@lru_cache(maxsize=LOOKS)
def _pieces(numbers: Numbers, language: str | None) -> Pieces:
    """What stands before and after the address in each cell, by criterion and letter."""
    pieces = {}
    for position, number in enumerate(numbers):
        five = " five" if position and position % 5 == 0 else ""
        for letter, name in scoring.NAMES.items():
            word = escape(Result(name).label)
            cell = f'data-criterion="{number}" data-result="{name}">'
            said = f"{LETTERS[name]}: {word}" if LETTERS[name] else word
            pieces[number, letter] = (
                f'<td class="c{five}" {cell}<a class="r r-{CLASSES[name]}" '
                f'aria-label="{said}" href="',
                f'">{LETTERS[name] or "&nbsp;"}</a></td>',
            )
        pieces[number, VOID] = (
            f'<td class="c{five}" data-criterion="{number}" data-result="not_assessed">',
            "</td>",
        )
    return pieces


@lru_cache(maxsize=LOOKS)
def _bare_pieces(numbers: Numbers, language: str | None) -> Pieces:
    """The same without a link; `_row` puts no address between."""
    pieces = dict(_pieces(numbers, language))
    for number in numbers:
        for letter, name in scoring.NAMES.items():
            before = pieces[number, letter][0].partition("<a")[0]
            drawn = f'<b class="r r-{CLASSES[name]}">{LETTERS[name] or "&nbsp;"}</b></td>'
            pieces[number, letter] = (before, drawn)
    return pieces


@lru_cache(maxsize=ROWS)
def _row(slug: str, name: str, results: str, before: str | None, source: str, look: Look) -> str:
    numbers, query, linked, language = look
    pieces = (_pieces if linked else _bare_pieces)(numbers, language)
    row = BoardRow(0, slug, name, "", results=results, before=before)
    address = reverse("commune", args=[slug])
    css = "" if row.head.is_assessed else ' class="void"'
    parts = [
        f'<tr{css} data-commune="{slug}"><th scope="row" class="nm">'
        f'<a href="{address}{query}">{escape(name)}</a></th>{_total(row)}'
    ]
    if not row.head.is_assessed:
        # Only the name leads on: twenty stops of the keyboard to empty cells help nobody.
        parts += ["".join(pieces[number, VOID]) for number in numbers]
        parts.append(f'<td class="src">{source}</td></tr>')
        return "".join(parts)
    for position, (number, letter) in enumerate(zip(numbers, results, strict=True)):
        opening, closing = pieces[number, letter]
        if row.changed_at(position):
            opening = opening.replace('class="c', 'class="new c', 1)
        link = f"{address}criteria/{number}/{query}" if linked else ""
        parts.append(f"{opening}{link}{closing}")
    parts.append(f'<td class="src">{source}</td></tr>')
    return "".join(parts)


def _total(row: BoardRow) -> str:
    head = row.head
    if not head.is_assessed:
        word = escape(_("not assessed"))
        return f'<td class="tot meta">{word}</td>'
    return f'<td class="tot">{change_mark(row)}{head}</td>'


def change_mark(row: BoardRow) -> str:
    """▲2 or ▼1 before a total, empty where nothing changed or nothing is compared."""
    if not row.change:
        return ""
    arrow = "▲" if row.change > 0 else "▼"
    return f'<span class="up">{arrow}{abs(row.change)}</span> '


def _source(row: BoardRow) -> str:
    """The day and basis of the newest figure, after what the commune is where that is told; or
    what it was granted."""
    status, said = row.status, []
    if status and status.is_told:
        said.append(status.label)
    if row.may_be_withdrawn:
        said.append(_("may be withdrawn"))
    if row.recognition and status and not status.is_told:
        said.append(_("Recognised %(basis)s") % {"basis": row.recognition.basis_text})
        if year := row.recognition.year_apart:
            said.append(_("for the year %(year)s") % {"year": year})
    elif row.basis and row.head.is_assessed:
        kind, text = row.basis.kind, row.basis.text
        words = text if 0 < len(text) <= 28 else basis_word(kind, row.basis.level, text)
        said.append(f"{row.basis.on_day:%d/%m/%Y}, {words}")
    return escape("; ".join(said))
