"""What a queue of `/me/` and of the daily e-mail is made of."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

# How many of a queue are read, and how many shown of those that a list of their own shows too.
MOST, FEW = 100, 20


class Item(Protocol):
    """What somebody should see to: `name` is whose it is, `title` what; `since` when it began."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def note(self) -> str: ...

    @property
    def since(self) -> dt.date | None: ...


@dataclass(frozen=True)
class CellItem:
    """A cell that somebody should see to; `since` is when it began to wait."""

    slug: str
    name: str
    number: int
    criterion: str
    result: str = ""
    note: str = ""
    since: dt.date | None = None
    set_code: str = ""

    @property
    def address(self) -> str:
        """What follows the cell's own address."""
        return f"?set={self.set_code}" if self.set_code else ""

    @property
    def title(self) -> str:
        return f"{self.number} {self.criterion}"


@dataclass(frozen=True)
class TaskItem:
    """A task that somebody should see to; `since` is the day that passed, or is near."""

    pk: int
    name: str
    title: str
    person: str = ""
    phone: str = ""
    note: str = ""
    since: dt.date | None = None


@dataclass(frozen=True)
class Queue:
    """What waits, under a heading, with what to do where nothing does."""

    title: str
    empty: str
    items: Sequence[Item] = field(default_factory=list)
    is_urgent: bool = False
    concerns_tasks: bool = False
    # How many wait, where not all of them were read.
    total: int | None = None

    @property
    def shown(self) -> Sequence[Item]:
        """Claims wait here alone; tasks and open criteria are listed elsewhere as well."""
        is_only_here = self.is_urgent and not self.concerns_tasks
        return self.items[: MOST if is_only_here else FEW]

    @property
    def count(self) -> int:
        return len(self.items) if self.total is None else self.total
