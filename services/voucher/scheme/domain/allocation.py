"""How a scheme gives out its budget: window, method, classes, last place, and what backs what is issued."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from services.voucher.scheme.domain.rule import Rule

FIRST_COME, QUEUE, BATCH_REVIEW, LOTTERY = "first_come", "queue", "batch_review", "lottery"


@dataclass(frozen=True, slots=True)
class PriorityList:
    """Which list of the registry gives priority, and its classes from first to last; whoever is on none is last."""

    list: str
    classes: tuple[str, ...]

    def order(self, queue_class: str | None) -> int:
        """The place of a class in the queue, 0 first; None, a class not named, comes after all named ones."""
        return self.classes.index(queue_class) if queue_class in self.classes else len(self.classes)


@dataclass(frozen=True, slots=True)
class ClassShare:
    """How much of a round's budget one class of the queue may get at most."""

    queue_class: str
    at_most: Fraction


@dataclass(frozen=True, slots=True)
class Opening:
    """When applications are taken, instants (UTC), and the local date until which what they get is given out."""

    opens: datetime
    closes: datetime
    allocate_until: date


@dataclass(frozen=True, slots=True)
class Allocation:
    """How the budget is given out. opens and closes are instants (UTC), closes itself no longer part of the window.

    method: first_come (served as they come), queue (ranked once the window closed), batch_review (ranked by what
    reviewers gave), lottery (ranked by a draw). waiting_list: whether who is not served waits until `allocate_until`.
    spent_first: whether a holder must have used up what was issued to him before. windows: those of the year after the
    first, which `opens`, `closes` and `allocate_until` say; each round has one.
    """

    method: Rule[str]
    opens: Rule[datetime]
    closes: Rule[datetime]
    one_live_application: Rule[bool]
    priority: Rule[PriorityList]
    results_within: Rule[int]
    allocate_until: Rule[date]
    last_place: Rule[str]
    waiting_list: Rule[bool]
    class_shares: Rule[tuple[ClassShare, ...]] | None = None
    spent_first: Rule[bool] | None = None
    windows: Rule[tuple[Opening, ...]] | None = None

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The windows of the year in their order."""
        more = () if self.windows is None else self.windows.value
        return (Opening(self.opens.value, self.closes.value, self.allocate_until.value), *more)


@dataclass(frozen=True, slots=True)
class Backing:
    """How much of what is issued the budget backs: all of it, or 1 / factor, cut pro rata after `prorata_on`."""

    factor: Fraction = Fraction(1)
    prorata_on: date | None = None

    @property
    def full(self) -> bool:
        """Whether nothing is ever issued beyond the budget."""
        return self.prorata_on is None
