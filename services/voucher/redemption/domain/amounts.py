"""How much a voucher pays: the subsidy at the scheme's rate, and how much of it can be frozen under every limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.redemption.domain.caps import Room, rooms
from services.voucher.redemption.domain.redemption import Contract, Delivery, Measure, Redemption, Terms
from services.voucher.redemption.domain.tariff import Tariff, tariff_of
from services.voucher.redemption.domain.work import worked_lines
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.pricing import Line, Price, price_lines
from services.voucher.scheme.domain.rate import Rate

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
    rate, lines, whole = tariff.rate, tariff.priced(terms), terms.contract.amount
    found = rooms(world, terms)
    bounds = {AVAILABLE: voucher.available}
    bounds |= {f"cap.{room.cap.id}": room.allows for room in found if room.allows is not None}
    if terms.asked is not None:
        bounds[ASKED] = terms.asked
    reckoned = price_lines(lines, limits=bounds, whole=whole)
    public = price_lines(lines, whole=whole)
    wanted = terms.asked if terms.asked is not None else 1
    return Hold(
        tariff,
        reckoned.subsidy,
        public,
        reckoned,
        found,
        voucher.available,
        (*tax_faults(terms.contract, rate), *rate_faults(public.subsidy, wanted, terms.currency, rate)),
        (*available_faults(voucher.available, wanted, terms.currency), *cap_faults(found, wanted, terms.currency)),
    )


def tax_faults(contract: Contract, rate: Rate) -> tuple[Reason, ...]:
    """That nobody said how much of a price is tax, where the rate does not count it."""
    if rate.taxed or contract.tax is not None:
        return ()
    return (Reason("tax.missing", "rate.tax", "/contract/tax", clause=rate.source),)


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


def earned(redemption: Redemption, delivery: Delivery, tariff: Tariff, *, last: bool) -> int:
    """What a delivery earns, in fen: the subsidy on all settlements so far, floored once, less what was captured.

    At most what is held, and never more than the work so far cost. last: whether nothing is delivered after it.
    """
    cost = redemption.settled + delivery.settlement
    whole = min(cost, price_lines(worked_so_far(redemption, delivery, tariff, last=last)).subsidy)
    return max(0, min(whole - redemption.captured, redemption.held))


def worked_so_far(redemption: Redemption, delivery: Delivery, tariff: Tariff, *, last: bool) -> list[Line]:
    """What the rate is applied to once a delivery is accepted; see `earned`."""
    done = [part for one in redemption.captures for part in one.delivery.portions]
    return worked_lines(redemption.terms, tariff.rates, [*done, *delivery.portions], last=last)
