"""What a voucher would pay for a contract, and every reason why it would not, without freezing anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.chassis.refusals import Reason
from services.voucher.redemption.domain import checks
from services.voucher.redemption.domain.agreeing import proposing_side, terms_of
from services.voucher.redemption.domain.amounts import hold
from services.voucher.redemption.domain.caps import Room
from services.voucher.redemption.domain.orders import Propose
from services.voucher.redemption.domain.payment import at_face, not_offered, too_much
from services.voucher.redemption.domain.reckoning import split
from services.voucher.redemption.domain.redemption import Side
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.pricing import Price
from services.voucher.wallet.domain.voucher import Voucher


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer. price: what the rate gives. amount, available and rooms are None without the holder's consent.

    self_paid: what the holder pays himself beside the amount, or beside what the rate gives where no amount is told.

    over_price: what the amount, paid at the voucher's face, goes beyond the price, in fen. up_to: whether it may still
    be cut to the budget of the voucher's round.
    """

    voucher: Voucher
    side: Side
    price: Price
    reasons: Sequence[Reason]
    self_paid: int
    amount: int | None = None
    available: int | None = None
    rooms: Sequence[Room] | None = None
    over_price: int = 0
    up_to: bool = False


def quote(order: Propose, world: World, *, instant: bool = False) -> Quote:
    """The same checks as a proposal and its confirmation, all reasons at once; the order is never carried out.

    instant: it would be redeemed at the counter, so what holds there is asked too, but for the consent.
    NotFound ``voucher.unknown``, Refusal ``provider.unknown``: there is nothing to quote.
    """
    terms = terms_of(order, world)
    side = proposing_side(order, terms)
    voucher = world.voucher(terms.voucher_id)
    scheme = world.scheme(voucher)
    found = hold(world, terms)
    amount = found.amount
    if instant and at_face(scheme):
        amount = split(world, [terms], found.tariff, bounds={}).amount
    reasons = [*world.facts.age.reasons(), *checks.failing(world, terms), *found.rate_refused]
    if instant:
        reasons += not_offered(scheme)
    if side is Side.PROVIDER:
        return Quote(voucher, side, found.public, reasons, found.public.self_paid)
    reasons += found.room_refused
    if instant:
        reasons += too_much(amount, scheme, terms.currency, pointer="/contract/amount")
    amount = 0 if reasons else amount
    over_price, self_paid = (max(0, one) for one in (amount - terms.contract.amount, terms.contract.amount - amount))
    return Quote(
        voucher, side, found.public, reasons, self_paid, amount, found.available, found.rooms, over_price=over_price
    )
