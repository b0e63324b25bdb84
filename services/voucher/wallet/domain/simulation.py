"""Decides what a scheme would do with applicants and a budget: who is refused, who is served, who waits.

The queue, the allocation and the rules on holders are those by which a round is ranked and issued; nothing is kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Reason
from services.voucher.scheme.domain import eligibility
from services.voucher.scheme.domain.allocation import BATCH_REVIEW, LOTTERY, QUEUE
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.allocation import Candidate, allocate, rooms_of
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.draw import lot
from services.voucher.wallet.domain.eligibility import amount_reasons

LIMITING = ("issued", "held")
"""What caps count that bounds what one holder is issued at once, who has nothing yet."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: a scheme, a budget in fen (None: as much as everybody needs), a local day, a seed for its draw."""

    scheme: Scheme
    budget: int | None
    day: date
    seed: str


Against = Mapping[int, tuple[Reason, ...]]
"""What speaks against each applicant, by its number."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Applicants in the order of the queue, the first of rank 1: the sound ones, and those a rule refuses."""

    sound: tuple[tuple[int, Applicant], ...]
    refused: tuple[tuple[Applicant, tuple[Reason, ...]], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue: its rank, whose it is, what caps let it ask for, and its voucher, in fen; 0: it waits."""

    rank: int
    applicant: Applicant
    wanted: int
    face: int


@dataclass(frozen=True, slots=True)
class Served:
    """What the budget came to, in fen: the places in their order, what all of them need, and what is left."""

    line: tuple[Place, ...]
    budget: int
    left: int

    @property
    def needed(self) -> int:
        """What would serve everybody in line whole."""
        return sum(place.wanted for place in self.line)

    @property
    def issued(self) -> int:
        """The faces of all vouchers."""
        return sum(place.face for place in self.line)

    @property
    def dry(self) -> Place | None:
        """The first place that the budget does not serve whole: there it ran dry. None: it lasts.

        A place that only the share of its class leaves unserved is none.
        """
        left = self.budget
        for place in self.line:
            if left < place.wanted:
                return place
            left -= place.face
        return None


def rank(trial: Trial, applicants: Sequence[Applicant], against: Against | None = None) -> Ranked:
    """The order of the queue, and everything that speaks against each applicant; a rank is kept when it is refused.

    against: what speaks against each, by number, where that was found out before.
    """
    if against is None:
        against = {one.number: judge(trial, one) for one in applicants}
    line = list(enumerate(sorted(applicants, key=_order(trial)), start=1))
    return Ranked(
        sound=tuple((place, one) for place, one in line if not against[one.number]),
        refused=tuple((one, against[one.number]) for _, one in line if against[one.number]),
    )


def judge(trial: Trial, one: Applicant) -> tuple[Reason, ...]:
    """Everything that speaks against an applicant, whoever else applies."""
    scheme = trial.scheme
    holder = eligibility.reasons(scheme.who, one.facts, under_use=scheme.under_use)
    return (*holder, *amount_reasons(scheme, one.asked, one.facts))


def give_out(trial: Trial, ranked: Ranked, asks: Mapping[int, int] = MappingProxyType({})) -> Served:
    """Give out the budget to who is in line. asks: other amounts (fen) than what was asked for, by number."""
    wanted = [
        (place, one, min(asks.get(one.number, one.asked), *_limits(trial, one, "application_amount", *LIMITING)))
        for place, one in ranked.sound
    ]
    budget = sum(amount for *_, amount in wanted) if trial.budget is None else trial.budget
    allocation = trial.scheme.allocation
    shares = () if allocation.class_shares is None else allocation.class_shares.value
    given = allocate(
        [Candidate(UUID(int=one.number), amount, amount, one.queue_class) for _, one, amount in wanted],
        pool=budget,
        last_place=allocation.last_place.value,
        rooms=rooms_of(shares, pool=budget, standing={}),
    )
    faces = {one.int: face for one, face in given.faces}
    line = tuple(Place(place, one, amount, faces.get(one.number, 0)) for place, one, amount in wanted)
    return Served(line, budget, given.left)


def _order(trial: Trial) -> Callable[[Applicant], tuple[str | int, ...]]:
    """What the queue sorts by; the number, by which nobody is like another, comes last."""
    method, priority = trial.scheme.allocation.method.value, trial.scheme.allocation.priority.value
    if method == LOTTERY:
        return lambda one: (lot(trial.seed, one.number),)
    if method == BATCH_REVIEW:
        return lambda one: (-one.points, one.number)
    if method == QUEUE:
        return lambda one: (priority.order(one.queue_class), one.number)
    return lambda one: (one.number,)


def _limits(trial: Trial, one: Applicant, *counts: str) -> list[int]:
    """The caps on what one holder is issued, in fen, as they are for it."""
    known = one.facts.known()
    caps = [cap for what in counts for cap in trial.scheme.caps_on(what)]
    return [cap.for_whom(known, trial.day).limit for cap in caps]
