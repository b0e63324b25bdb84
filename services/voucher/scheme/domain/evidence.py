"""What proves a service, and what may be redeemed at the counter."""

from dataclasses import dataclass

from services.voucher.scheme.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Instant:
    """What may be redeemed in one call at the counter, in fen of subsidy, and above what the holder proves his PIN."""

    up_to: int
    pin_above: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves the service: documents per payout model, both sides' word, silence after so many working days.

    invoice: full (one, of the whole price) or net_and_voucher (two: net to the holder, the voucher's part to the
    service centre, whose credit code service_centre names); bank_slip: self_paid_part, full or none. instant: None
    where every service needs a contract.
    """

    invoice: Rule[str]
    bank_slip: Rule[str]
    confirmed_by: Rule[str]
    silence_accepts: Rule[int]
    rating: Rule[bool]
    instant: Rule[Instant | None]
    service_centre: Rule[str] | None = None
