"""Which counters a redemption uses under its scheme's caps, and how much room is left under each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.standards.calendar import local_date
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain.redemption import Measure, Redemption, Take, Terms
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.caps import counter_name, period_on
from services.voucher.scheme.domain.scheme import Cap, Scheme
from services.voucher.wallet.domain.voucher import Voucher

MEASURES = {"authorised": Measure.AMOUNT, "authorised_times": Measure.TIMES}
"""What a scheme calls the two things that redemptions count."""


@dataclass(frozen=True, slots=True)
class Room:
    """A cap that applies, the counter it takes from, and what is left of it: fen, or times."""

    cap: Cap
    take: Take
    left: int

    @property
    def allows(self) -> int | None:
        """How many fen the cap lets through; None for a cap on times with room for one more."""
        if self.take.measure is Measure.AMOUNT:
            return self.left
        return None if self.left > 0 else 0


def takes(scheme: Scheme, terms: Terms, *, voucher: Voucher, today: date) -> list[tuple[Cap, Take]]:
    """The caps that count redemptions, each with its counter, for an authorisation on a local date."""
    dates = _dates(scheme, terms, voucher=voucher, today=today)
    return [
        (
            cap,
            Take(CounterKey(counter_name(scheme, cap), _subject(cap, terms, voucher), period_on(cap, dates)), measure),
        )
        for counts, measure in MEASURES.items()
        for cap in scheme.caps_on(counts)
    ]


def keys(scheme: Scheme, terms: Terms, *, voucher: Voucher, today: date) -> list[CounterKey]:
    """The counters to lock before an authorisation can be decided."""
    return [take.key for _, take in takes(scheme, terms, voucher=voucher, today=today)]


def moved_by(redemption: Redemption, completed_on: date, *, voucher: Voucher, scheme: Scheme) -> list[tuple[Cap, str]]:
    """The caps whose period a completion date would change after value was counted, each with the period it counts in.

    Only a cap that goes by the year of completion can be moved. ValueError before anything was authorised.
    """
    if redemption.authorised_at is None:
        raise ValueError(f"redemption {redemption.id} counts under no cap yet")
    contract = replace(redemption.terms.contract, completed_on=completed_on)
    terms = replace(redemption.terms, contract=contract)
    today = local_date(redemption.authorised_at, scheme.zone)
    counted = {take.key.cap: take.key for take in redemption.takes}
    return [
        (cap, counted[take.key.cap].period)
        for cap, take in takes(scheme, terms, voucher=voucher, today=today)
        if counted[take.key.cap] != take.key
    ]


def rooms(world: World, terms: Terms) -> Sequence[Room]:
    """The room under every cap that applies just now."""
    voucher = world.voucher(terms.voucher_id)
    scheme = world.scheme(voucher)
    today = local_date(world.now, scheme.zone)
    return [
        Room(cap, take, world.counter(take.key).headroom(cap.limit))
        for cap, take in takes(scheme, terms, voucher=voucher, today=today)
    ]


def _subject(cap: Cap, terms: Terms, voucher: Voucher) -> str:
    holder, provider = f"org_{voucher.quota_root_id.hex}", f"org_{terms.payee_id.hex}"
    subjects = {
        "holder": holder,
        "provider": provider,
        "contract": f"{holder}/{provider}/{terms.contract.key}",
    }
    return subjects[cap.subject]


def _dates(scheme: Scheme, terms: Terms, *, voucher: Voucher, today: date) -> dict[str, date]:
    """The dates by which a cap may name its year."""
    contract = terms.contract
    return {
        "issue": local_date(voucher.issued_at, scheme.zone),
        "authorise": today,
        "contract": contract.signed_on,
        "completion": contract.completed_on or today,
    }
