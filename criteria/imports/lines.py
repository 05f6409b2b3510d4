"""What a table would change, cell by cell: new, the same, against what stands, or refused."""

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

NEW, SAME, AGAINST, REFUSED, OUT = "new", "same", "against", "refused", "out"
KINDS = (REFUSED, AGAINST, NEW, SAME, OUT)


@dataclass
class Line:
    """One cell of the table and what comes of it. `said` has its place and its commune as written.

    `target` is what it is of and `says` what it says, None and "" where nobody knows.
    """

    kind: str
    said: Any
    why: str = ""

    @property
    def target(self) -> Hashable:
        raise NotImplementedError

    @property
    def says(self) -> Hashable:
        raise NotImplementedError

    @property
    def standing_pk(self) -> int:
        """The row that stands there on the day, 0 where there is none."""
        raise NotImplementedError

    def refuse(self, why: str) -> None:
        self.kind, self.why = REFUSED, why


@dataclass
class Comparison:
    """All lines, in the order of the table, and what was chosen of it: meanings, day and basis."""

    lines: Sequence[Any]
    choices: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.kind for line in self.lines)
        return {kind: found[kind] for kind in KINDS}

    def of(self, kind: str) -> list[Any]:
        return [line for line in self.lines if line.kind == kind]

    def written(self, *, with_against: bool) -> list[Any]:
        kinds = {NEW, AGAINST} if with_against else {NEW}
        return [line for line in self.lines if line.kind in kinds]

    @property
    def seen(self) -> str:
        """A mark of what was shown: another one, where somebody wrote or chose meanwhile."""
        shown = [
            (line.kind, line.said.place, str(line.says), line.standing_pk) for line in self.lines
        ]
        chosen = json.dumps(self.choices, sort_keys=True)
        return hashlib.sha256(repr((chosen, shown)).encode()).hexdigest()[:32]


def tell_twice(lines: Sequence[Line]) -> None:
    """What the table tells twice: once is enough, and of two that differ neither counts."""
    first: dict[Hashable, Line] = {}
    for line in lines:
        if line.target is None:
            continue
        before = first.setdefault(line.target, line)
        if before is line:
            continue
        if before.says == line.says:
            line.kind, line.why = OUT, _("Said already in cell %(place)s.") % _place(before)
        else:
            line.refuse(_("Cell %(place)s says otherwise of the same.") % _place(before))
            if before.kind == NEW:
                before.refuse(_("Cell %(place)s says otherwise of the same.") % _place(line))


def _place(line: Line) -> dict[str, str]:
    return {"place": line.said.place}
