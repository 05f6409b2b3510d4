"""The pages that are measured, and what each may cost."""

from dataclasses import dataclass

DAY = "as_of=2019-06-30"
DAYS = f"{DAY}&compare=2018-06-30"
# Up to so many communes, one asks for all of them on one page.
ON_ONE_PAGE = 1000


@dataclass(frozen=True)
class Budget:
    """Ratios to the constant page, and bytes sent. What is empty is measured, not judged."""

    cold: float | None = None
    kept: float | None = None
    sent: int | None = None


# A page that nothing was written to since is not asked for cold.
UNCHANGED = Budget(kept=4)
LIST = Budget(cold=25, kept=6)
OWN = Budget(cold=20, kept=6)
PLACE = Budget(cold=15, kept=8)
TOLD = Budget(cold=25, kept=8)
ALL_ROWS = Budget(cold=40, kept=13, sent=40_000)
REVIEW = Budget(cold=40, kept=8)
CHECKS = Budget(cold=50, kept=8)
OF_A_PROVINCE = Budget(cold=100, kept=8)

QUERIES = 20
FIRST_VISIT = 45_000


@dataclass(frozen=True)
class Page:
    """One address, with the names of the area's own places to be filled in."""

    path: str
    budget: Budget

    @property
    def is_unchanged(self):
        return self.budget is UNCHANGED

    @property
    def name(self):
        """The address without its days, for the table."""
        short = self.path.replace(DAYS, "as_of&compare").replace(DAY, "as_of")
        return f"{short} (unchanged)" if self.is_unchanged else short


def pages(size):
    """What is measured of an area with `size` communes."""
    small = size <= ON_ONE_PAGE
    found = [Page(path, LIST) for path in _lists()]
    if small:
        found += [Page("/?rows=all", ALL_ROWS), Page(f"/?rows=all&{DAYS}", ALL_ROWS)]
    commune, cell = "/communes/{slug}/", "/communes/{slug}/criteria/8/"
    found += [Page(path, PLACE) for path in (commune, f"{commune}?{DAYS}", cell, f"{cell}?{DAYS}")]
    return [
        *found,
        Page("/me/", OWN),
        Page("/sessions/{session}/", TOLD),
        Page("/communes/{slug}/history/", TOLD),
        Page("/review/", REVIEW if small else OF_A_PROVINCE),
        Page("/checks/", CHECKS if small else OF_A_PROVINCE),
        Page("/", UNCHANGED),
        Page(f"/?{DAYS}", UNCHANGED),
    ]


def _lists():
    return [
        "/",
        f"/?{DAY}",
        f"/?{DAYS}",
        "/communes/",
        f"/communes/?{DAYS}",
        "/criteria/",
        "/criteria/15/",
        "/tasks/",
        "/tasks/?state=late",
        "/sessions/",
        "/visits/",
        "/difficulties/",
        "/rounds/",
        "/search/?q=ky",
    ]
