"""What a list of villages would add, row by row: new, like one that is there, there, or refused."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communes.models import Area, Commune, Village
from communes.units.names import bare_key, marked_key
from criteria.imports.names import CommuneNames, bare, communes_of, titled
from dashboards.villages.village_list import VillageRow
from nrm_tracker import clock
from nrm_tracker.figures import Reading, grouped, read
from nrm_tracker.text import search_key

REFUSED, LIKE, NEW, THERE, OUT = "refused", "like", "new", "there", "out"
KINDS = (REFUSED, LIKE, NEW, THERE, OUT)
# No village has more; what is more is a sum or a slip.
MOST_HOUSEHOLDS = 100_000
_TOTAL = re.compile(r"(tong cong|tong so|total)\b.*|(cong|tong)( (toan )?(xa|huyen|tinh)\b.*)?")
_KIND = re.compile(
    r"^(thon|xom|ban|ap|buon|lang|to dan pho|to|tdp|khu pho|khu dan cu|kdc|khoi|tieu khu)\s+(?=\S)"
)


@dataclass
class VillageLine:
    """One row of the list and what comes of it; `number` counts from 1."""

    number: int
    said: VillageRow
    kind: str = NEW
    commune: Commune | None = None
    households: int | None = None
    why: str = ""

    def be(self, kind: str, why: str) -> None:
        self.kind, self.why = kind, why

    def village(self) -> Village:
        assert self.commune is not None  # noqa: S101 of one that is refused none is made
        return Village(commune=self.commune, name=self.said.village, households=self.households)


@dataclass
class VillageComparison:
    """All rows, in the order of the list."""

    lines: list[VillageLine]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.kind for line in self.lines)
        return {kind: found[kind] for kind in KINDS}

    @property
    def by_kind(self) -> list[VillageLine]:
        """Those first that ask for something."""
        return sorted(self.lines, key=lambda line: (KINDS.index(line.kind), not line.why))

    @property
    def seen(self) -> str:
        """A mark of what was shown: another one, where the list or what is there changed."""
        shown = [
            (one.kind, one.commune and one.commune.pk, one.said.village, one.households)
            for one in self.lines
        ]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]

    def villages(self, *, with_like: bool) -> list[Village]:
        kinds = {NEW, LIKE} if with_like else {NEW}
        return [line.village() for line in self.lines if line.kind in kinds]


@dataclass
class _Known:
    """The villages of a commune, those of the list above a row too, by what they are called."""

    exact: dict[str, tuple[str, int | None, int]] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, households: int | None, number: int = 0) -> None:
        self.exact.setdefault(marked_key(name), (name, households, number))
        self.alike.setdefault(_bare(name), name)


def compare(rows: Sequence[VillageRow], area: Area, reached: Collection[int]) -> VillageComparison:
    """The list against the villages that are there, of the communes today within `reached`."""
    communes = [one for one in communes_of(area) if one.area_id in reached]
    names = CommuneNames(communes, clock.today())
    lines = [VillageLine(number, row) for number, row in enumerate(rows, start=1)]
    known: dict[int, _Known] = {one.pk: _Known() for one in communes}
    for village in Village.objects.filter(commune__in=communes).order_by("pk"):
        known[village.commune_id].add(village.name, village.households)
    for line in lines:
        _look(line, names)
        if line.commune and line.kind == NEW:
            _meet(line, known[line.commune.pk])
    return VillageComparison(lines)


def _look(line: VillageLine, names: CommuneNames) -> None:
    """What a row says by itself: which commune, which number."""
    said = line.said
    if any(_TOTAL.fullmatch(search_key(one)) for one in (said.commune, said.village)):
        line.be(OUT, _("A sum, no village."))
        return
    if not said.village:
        line.be(OUT, _("Names no village."))
        return
    found = names.find(said.commune) if said.commune else None
    line.commune = found.commune if found else None
    problems = [_("Names no commune.")] if found is None else []
    if found and not found.commune:
        problems.append(" ".join(filter(None, (found.why, _offered(found.offered)))))
    problems += _refused_name(said.village, names)
    try:
        line.households = _households(said.households)
    except ValidationError as error:
        problems += error.messages
    if problems:
        line.be(REFUSED, " ".join(problems))


def _offered(communes: Sequence[Commune]) -> str:
    """Those that may be meant: by their codes, which tell those of one name apart."""
    if not communes:
        return ""
    likely = "; ".join(f"{titled(one)}: {one.code}" for one in communes)
    return _("Write the name or the code: %(likely)s.") % {"likely": likely}


def _refused_name(name: str, names: CommuneNames) -> list[str]:
    if name.startswith(("#", "(")) or not search_key(name):
        return [_("“%(text)s” is no name of a village.") % {"text": name[:40]}]
    if bare(name) != search_key(name) and names.find(name).commune:
        return [_("“%(text)s” is the name of a commune.") % {"text": name}]
    try:
        Village(name=name).clean_fields(exclude=["commune", "households"])
    except ValidationError as error:
        return error.messages
    return []


def _households(typed: str) -> int | None:
    """The number of households; raises ValidationError for what is none."""
    text = re.sub(r"\s*hộ$", "", typed.strip(), flags=re.IGNORECASE)
    try:
        number = read(re.sub(r"(?<=\d) (?=\d{3}\b)", "", text), Reading.COUNT)
        if not number:
            return None
        households = int(number)
    except ValueError:
        said = _("Households are a whole number. Entered: %(typed)s.")
        raise ValidationError(said % {"typed": typed[:20]}) from None
    if not 0 <= households <= MOST_HOUSEHOLDS:
        said = _("Households lie between 0 and %(most)s. Entered: %(typed)s.")
        given = {"most": grouped(MOST_HOUSEHOLDS), "typed": typed[:20]}
        raise ValidationError(said % given)
    return households


def _meet(line: VillageLine, known: _Known) -> None:
    """What the commune has already, or the list said above."""
    name = line.said.village
    if there := known.exact.get(marked_key(name)):
        _tell_there(line, *there)
    elif like := known.alike.get(_bare(name)):
        line.be(LIKE, _("Much like “%(name)s” of this commune.") % {"name": like})
    known.add(name, line.households, line.number)


def _tell_there(line: VillageLine, name: str, households: int | None, number: int) -> None:
    is_same = line.households in (None, households)
    if number and is_same:
        line.be(OUT, _("Said already in row %(row)s.") % {"row": number})
    elif number:
        line.be(REFUSED, _("Row %(row)s says otherwise of this village.") % {"row": number})
    elif is_same:
        line.be(THERE, "")
    else:
        stands = _("no number") if households is None else grouped(households)
        said = _("There with other households (%(there)s); it stays as it is.")
        line.be(THERE, said % {"there": stands})


def _bare(name: str) -> str:
    """A name without marks and without its kind."""
    return _KIND.sub("", bare_key(name))
