"""Which commune of an area a table means by a name, on a day; in doubt a person is asked."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from communes.models import Area, Commune
from nrm_tracker.tables.recognising import near
from nrm_tracker.text import search_key

_KIND = re.compile(r"^(xa|phuong|thi tran|tt|x|p)\s+(?=\S)")

_NO_COMMUNE = re.compile(
    r"(tong|cong|total|ghi chu|don vi tinh|dvt|muc dat|tieu chuan|yeu cau"
    r"|(ten |noi dung )?(tieu chi|chi tieu)|s?tt)\b"
)


@dataclass(frozen=True)
class NameFound:
    """The commune that a name means, or why nobody can say, and which are offered."""

    commune: Commune | None = None
    why: str = ""
    offered: list[Commune] = field(default_factory=list)


def communes_of(area: Area) -> list[Commune]:
    """All of an area and of those inside it, gone ones too: two queries."""
    found = Commune.objects.filter(Q(area=area) | Q(area__parent=area)).select_related("area")
    return list(found.prefetch_related("successors").order_by("sort_key", "code"))


class CommuneNames:
    """The communes of an area by all that they are called on a day."""

    def __init__(self, communes: Sequence[Commune], day: dt.date) -> None:
        self.day = day
        self.present = [one.named_on(day) for one in communes if _exists(one, day)]
        self.gone = [one for one in communes if not _exists(one, day)]
        self._by_name, self._by_key, self._by_code = (
            _grouped(self.present, of)
            for of in (lambda c: c.name.casefold(), lambda c: bare(c.name), lambda c: c.code)
        )

    def find(self, text: str) -> NameFound:
        key = bare(text)
        exact = self._by_name.get(text.casefold(), [])
        same = exact or (self._by_key.get(key, []) if key else [])
        same = same or self._by_code.get(text, [])
        if len(same) == 1:
            return NameFound(same[0])
        if same:
            return NameFound(why=_("Several communes are called so."), offered=same)
        return self._unknown(text, key)

    def _unknown(self, text: str, key: str) -> NameFound:
        day = f"{self.day:%d/%m/%Y}"
        for one in self.gone:
            if bare(one.name) != key:
                continue
            if one.dissolved_on and one.dissolved_on <= self.day:
                after = [c for c in self.present if c in one.successors.all()]
                why = _("Dissolved on %(gone)s, so it was no more on %(day)s.")
                return NameFound(
                    why=why % {"gone": f"{one.dissolved_on:%d/%m/%Y}", "day": day}, offered=after
                )
            why = _("Not founded yet on %(day)s.") % {"day": day}
            return NameFound(why=why)
        offered = [one for name in near(key, self._by_key, most=5) for one in self._by_key[name]]
        return NameFound(why=_("No commune of the area is called so."), offered=offered)


def bare(text: str) -> str:
    """A name without marks and without its kind."""
    return _KIND.sub("", search_key(text))


def is_no_commune(text: str) -> bool:
    """Whether a row adds up others, or says what holds for all: "Tổng cộng", "Mức đạt chuẩn"."""
    return bool(_NO_COMMUNE.match(search_key(text)))


def titled(commune: Commune) -> str:
    """The commune as a list of choices names it: with its area."""
    return f"{commune.full_name} ({commune.area})"


def _grouped(communes: Iterable[Commune], of: Callable[[Commune], str]) -> dict[str, list[Commune]]:
    found: dict[str, list[Commune]] = {}
    for one in communes:
        found.setdefault(of(one), []).append(one)
    return found


def _exists(commune: Commune, day: dt.date) -> bool:
    founded = commune.established_on is None or commune.established_on <= day
    return founded and (commune.dissolved_on is None or commune.dissolved_on > day)
