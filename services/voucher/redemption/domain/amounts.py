"""How much a voucher pays: the subsidy at the scheme's rate, and how much of it can be frozen under every limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.redemption.domain.caps import Room, rooms
from services.voucher.redemption.domain.redemption import Measure, Redemption, Terms
from services.voucher.redemption.domain.tariff import Tariff, tariff_of
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.pricing import Price, price
from services.voucher.scheme.domain.rate import Rate
from services.voucher.scheme.domain.rate_base import base_of

AVAILABLE = "voucher.available"
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Hold:
    """What could be frozen for terms, in fen, how that was reckoned, and the room under every cap.

    public: what the rate alone gives, which tells nothing of the voucher. refused: why it may not be frozen.
    tariff: the rate that counts.
    """

    tariff: Tariff
    amount: int
    public: Price
    price: Price
    rooms: Sequence[Room]
    available: int
    rate_refused: tuple[Reason, ...]
    room_refused: tuple[Reason, ...]


def hold(world: World, terms: Terms) -> Hold:
    """The amount to freeze: the least of rate, available value, room under caps, and what was asked.

    Without an amount asked anything above zero will do; with one, all limits must let it through.
    """
    voucher = world.voucher(terms.voucher_id)
    tariff = tariff_of(world, terms)
    rate = tariff.rate
    found = rooms(world, terms)
    bounds = {AVAILABLE: voucher.available}
    bounds |= {f"cap.{room.cap.id}": room.allows for room in found if room.allows is not None}
    if terms.asked is not None:
        bounds[ASKED] = terms.asked
    reckoned = price(rate, base=terms.contract.amount, limits=bounds)
    public = price(rate, base=terms.contract.amount)
    wanted = terms.asked if terms.asked is not None else 1
    return Hold(
        tariff,
        reckoned.subsidy,
        public,
        reckoned,
        found,
        voucher.available,
        rate_faults(public.subsidy, wanted, terms.currency, rate),
        (*available_faults(voucher.available, wanted, terms.currency), *cap_faults(found, wanted, terms.currency)),
    )


def rate_faults(subsidy: int, wanted: int, currency: str, rate: Rate) -> tuple[Reason, ...]:
    """Whether the rate gives what is wanted; amounts in fen."""
    if wanted <= subsidy:
        return ()
    numbers = {"asked": format_amount(wanted, currency), "subsidy": format_amount(subsidy, currency)}
    return (Reason("price.exceeded", f"rate.{rate.kind}", "/amount", numbers, rate.source),)


def available_faults(available: int, wanted: int, currency: str) -> tuple[Reason, ...]:
    """Whether what is available suffices for what is wanted; amounts in fen."""
    if wanted <= available:
        return ()
    numbers = {"asked": format_amount(wanted, currency), "available": format_amount(available, currency)}
    return (Reason("voucher.insufficient", AVAILABLE, "/amount", numbers),)


def cap_faults(found: Sequence[Room], wanted: int, currency: str) -> tuple[Reason, ...]:
    """The caps that do not let through what is wanted, in fen."""
    return tuple(
        Reason("cap.reached", f"cap.{room.cap.id}", "/amount", _numbers(room, currency), room.cap.source)
        for room in found
        if room.allows is not None and room.allows < wanted
    )


def _numbers(room: Room, currency: str) -> dict[str, str | int | bool | None]:
    numbers: dict[str, str | int | bool | None] = {"cap": room.take.key.cap, "period": room.period}
    if room.take.measure is Measure.TIMES:
        return numbers | {"limit": room.cap.limit, "left": room.left}
    return numbers | {"limit": format_amount(room.cap.limit, currency), "left": format_amount(room.left, currency)}


VEILED = {"voucher.insufficient": "voucher.too_little_left", "cap.reached": "cap.too_little_left"}
"""What a refusal for want of room is called where its numbers are not told."""


def veiled(reasons: Sequence[Reason]) -> list[Reason]:
    """The same reasons for a provider with consent: that a limit is reached, not by how much."""
    return [Reason(VEILED[reason.code], reason.rule, reason.pointer, {}, reason.clause) for reason in reasons]


def earned(redemption: Redemption, settlement: int, rate: Rate, *, last: bool) -> int:
    """What a delivery earns, in fen: the subsidy on all settlements so far, floored once, less what was captured.

    At most what is held, and never more than the work so far cost. last: whether nothing is delivered after it.
    """
    base = base_so_far(redemption, settlement, rate, last=last)
    whole = min(redemption.settled + settlement, price(rate, base=base).subsidy)
    return max(0, min(whole - redemption.captured, redemption.held))


def base_so_far(redemption: Redemption, settlement: int, rate: Rate, *, last: bool) -> int:
    """What the rate is applied to once a delivery is accepted, in fen; see `earned`."""
    settled, contract = redemption.settled + settlement, redemption.terms.contract.amount
    # where the contract counts, milestones count as they come, and the last one completes it
    return base_of(rate, contract=contract if last else min(contract, settled), actual=settled)
