"""How the subsidy of one order is reckoned once and split over the vouchers that pay it, to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.chassis.refusals import Reason
from services.voucher.redemption.domain.amounts import AVAILABLE, available_faults, cap_faults
from services.voucher.redemption.domain.caps import Room, rooms
from services.voucher.redemption.domain.redemption import Measure, Terms
from services.voucher.redemption.domain.tariff import Tariff
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.leftover import outcome
from services.voucher.scheme.domain.pricing import Price, PriceStep, price_lines
from services.voucher.wallet.domain.voucher import Voucher


@dataclass(frozen=True, slots=True)
class Part:
    """What one voucher pays of an order, in fen, with the room under every cap that counts it."""

    terms: Terms
    rooms: Sequence[Room]
    amount: int


@dataclass(frozen=True, slots=True)
class Split:
    """An order as reckoned: its price under all limits, and the parts, which add up to it."""

    price: Price
    parts: tuple[Part, ...]

    @property
    def amount(self) -> int:
        """The subsidy of the whole order, in fen."""
        return sum(part.amount for part in self.parts)


def order_of_use(voucher: Voucher) -> tuple[object, ...]:
    """Sorts vouchers as they pay: what ends first, then what has least left, then by serial number."""
    return voucher.ends_at, voucher.available, voucher.number


def split(world: World, paying: Sequence[Terms], tariff: Tariff, *, bounds: dict[str, int]) -> Split:
    """Reckon the price once under the rate, then let each voucher pay in turn what it and its caps can.

    paying: terms that differ in their voucher only, in order of use, at least one; bounds: limits in fen on the whole.
    A cap on times counts an order once, on its first part. Where the scheme pays the face, each voucher pays all that
    it has, though the last of them may pay more than is left to pay.
    """
    lines, whole = tariff.priced(paying[0]), paying[0].contract.amount
    limits = {**bounds, AVAILABLE: sum(world.voucher(terms.voucher_id).available for terms in paying)}
    reckoned = price_lines(lines, limits=limits, whole=whole)
    parts = _parts(world, paying, reckoned.subsidy)
    total = sum(part.amount for part in parts)
    if total > reckoned.subsidy:
        reckoned = replace(
            reckoned,
            subsidy=total,
            self_paid=max(0, whole - total),
            steps=(*reckoned.steps, PriceStep("leftover.paid", total)),
        )
    if total < reckoned.subsidy:
        limits |= {f"cap.{_tightest(world, paying).cap.id}": total}
        reckoned = price_lines(lines, limits=limits, whole=whole)
    return Split(reckoned, parts)


def _parts(world: World, paying: Sequence[Terms], wanted: int) -> tuple[Part, ...]:
    rule = world.facts.schemes[paying[0].scheme_version_id].leftover
    parts: list[Part] = []
    for terms in paying:
        if (left := wanted - sum(part.amount for part in parts)) <= 0:
            break
        found = [room for room in rooms(world, terms) if not parts or room.take.measure is Measure.AMOUNT]
        limits = [room.allows for room in found if room.allows is not None]
        available = world.voucher(terms.voucher_id).available
        amount = min([outcome(rule, available, left).pays, *limits])
        if amount:
            parts.append(Part(replace(terms, part=len(parts) + 1) if parts else terms, found, amount))
        if 0 < amount < left:
            world = _counted(world, found, amount)
    return tuple(parts)


def _counted(world: World, found: Sequence[Room], amount: int) -> World:
    """The world in which an amount is counted, for the part that comes next."""
    keys = [room.take.key for room in found if room.take.measure is Measure.AMOUNT]
    return replace(world, counters={**world.counters, **{key: world.counter(key).take(amount) for key in keys}})


def _tightest(world: World, paying: Sequence[Terms]) -> Room:
    limiting = [room for room in _all_rooms(world, paying) if room.allows is not None]
    return min(limiting, key=lambda room: room.left)


def room_faults(world: World, paying: Sequence[Terms], wanted: int) -> list[Reason]:
    """Which limits on the vouchers together do not let through what is wanted, in fen."""
    available = sum(world.voucher(terms.voucher_id).available for terms in paying)
    currency = paying[0].currency
    return [*available_faults(available, wanted, currency), *cap_faults(_all_rooms(world, paying), wanted, currency)]


def _all_rooms(world: World, paying: Sequence[Terms]) -> list[Room]:
    """The room under every cap, each counter once."""
    return list({room.take.key: room for terms in paying for room in rooms(world, terms)}.values())
