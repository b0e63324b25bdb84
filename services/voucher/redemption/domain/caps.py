"""Which counters a redemption uses under its scheme's caps, and how much room is left under each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from services.standards.calendar import local_date
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.groups import group
from services.voucher.directory.domain.party import Party
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain.redemption import Measure, Redemption, Take, Terms
from services.voucher.redemption.domain.tariff import day_of, known_of
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain import rule
from services.voucher.scheme.domain.caps import Cap, headroom, period_on, window_on
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher

MEASURES = {"authorised": Measure.AMOUNT, "authorised_times": Measure.TIMES}
"""What a scheme calls the two things that redemptions count."""


NOTHING_KNOWN: rule.Known = MappingProxyType({})
"""What is known of somebody of whom nothing was asked."""


class Known(Protocol):
    """What the directory says: the tree of categories, and the parties with, for a cap on groups, all their links."""

    @property
    def categories(self) -> CategoryTree:
        """The tree of categories."""

    @property
    def parties(self) -> Mapping[UUID, Party]:
        """The parties by id."""


@dataclass(frozen=True, slots=True)
class Count:
    """How a cap counts one redemption: the counter it takes from, and all whose sum the cap limits, that one included.

    The sum has more than one of them for a group, where every member has a counter of its own, so that whoever joins
    brings along what he has used and whoever leaves takes it with him; and over a rolling period, one for each month.
    period: the year that it counts in, the months that it sums ("2019-10/2020-09"), or ``once``.
    """

    cap: Cap
    take: Take
    summed: tuple[CounterKey, ...]
    period: str


@dataclass(frozen=True, slots=True)
class Room:
    """A cap that applies, the counter it takes from, over which period, and what is left of it: fen, or times."""

    cap: Cap
    take: Take
    period: str
    left: int

    @property
    def allows(self) -> int | None:
        """How many fen the cap lets through; None for a cap on times with room for one more."""
        if self.take.measure is Measure.AMOUNT:
            return self.left
        return None if self.left > 0 else 0


def counts(scheme: Scheme, terms: Terms, *, voucher: Voucher, today: date, known: Known) -> list[Count]:
    """How the caps count an authorisation on a local date, caps on buckets it does not fall into left out."""
    dates = _dates(scheme, terms, voucher=voucher, today=today)
    lineage = frozenset(known.categories.lineage(terms.category))
    return [
        _count(scheme, cap, MEASURES[cap.counts], dates, _subjects(cap, terms, voucher, today, known))
        for cap in scheme.caps
        if cap.counts in MEASURES
        if cap.subject != "bucket" or lineage & set(cap.categories)
    ]


def keys(scheme: Scheme, terms: Terms, *, voucher: Voucher, today: date, known: Known) -> list[CounterKey]:
    """The counters to lock before an authorisation can be decided."""
    found = counts(scheme, terms, voucher=voucher, today=today, known=known)
    return [key for one in found for key in one.summed]


def moved_by(redemption: Redemption, completed_on: date, *, scheme: Scheme) -> list[tuple[Cap, str]]:
    """The caps whose period a completion date would change after value was counted, each with the period it counts in.

    Only a cap that goes by the year of completion can be moved. ValueError before anything was authorised.
    """
    if redemption.authorised_at is None:
        raise ValueError(f"redemption {redemption.id} counts under no cap yet")
    counted = {take.key.cap: take.key.period for take in redemption.takes}
    return [
        (cap, counted[name])
        for cap in scheme.caps
        if cap.year_of == "completion"
        if (name := scheme.counter_of(cap)) in counted and counted[name] != period_on(cap, {"completion": completed_on})
    ]


def rooms(world: World, terms: Terms) -> Sequence[Room]:
    """The room under every cap that applies just now."""
    voucher = world.voucher(terms.voucher_id)
    scheme = world.scheme(voucher)
    today = local_date(world.now, scheme.zone)
    found = counts(scheme, terms, voucher=voucher, today=today, known=world.facts)
    return [_room(world, terms, one) for one in found]


def _room(world: World, terms: Terms, one: Count) -> Room:
    """The limit is that which counts for this holder and contract, on the day that the cap names."""
    cap, used = one.cap, sum(world.counter(key).used for key in one.summed)
    known, day = NOTHING_KNOWN, date.min
    if cap.cases:  # else nothing has to be known of anybody, nor of any day
        day = day_of(cap.as_of, world, terms)
        known = known_of(world, terms, day)
    left = headroom(cap, used, known=known, day=day)
    return Room(left.cap, one.take, one.period, left.left)


def _count(scheme: Scheme, cap: Cap, measure: Measure, dates: Mapping[str, date], subjects: Sequence[str]) -> Count:
    """subjects: whom the cap counts together, the redemption's own first."""
    name, window = scheme.counter_of(cap), window_on(cap, dates)
    own = CounterKey(name, subjects[0], window[-1])
    summed = tuple(CounterKey(name, subject, period) for subject in subjects for period in window)
    return Count(cap, Take(own, measure), summed, window[0] if len(window) == 1 else f"{window[0]}/{window[-1]}")


def _subjects(cap: Cap, terms: Terms, voucher: Voucher, today: date, known: Known) -> Sequence[str]:
    """Whom a cap counts: one, or every undertaking of the holder's group, the holder first."""
    if cap.subject == "group":
        others = group(terms.holder_id, known.parties, today) - {terms.holder_id}
        return [f"org_{one.hex}" for one in (terms.holder_id, *sorted(others))]
    holder, provider = f"org_{voucher.quota_root_id.hex}", f"org_{terms.payee_id.hex}"
    contract = f"{holder}/{provider}/{terms.contract.key}"
    subjects = {
        "holder": holder,
        "bucket": holder,
        "provider": provider,
        "pair": f"{holder}/{provider}",
        "contract": contract,
        "redemption": contract,  # a contract is redeemed once at a time, so that it names its redemption
    }
    return [subjects[cap.subject]]


def _dates(scheme: Scheme, terms: Terms, *, voucher: Voucher, today: date) -> dict[str, date]:
    """The dates by which a cap may name its year."""
    contract = terms.contract
    return {
        "issue": local_date(voucher.issued_at, scheme.zone),
        "authorise": today,
        "contract": contract.signed_on,
        "completion": contract.completed_on or today,
    }
