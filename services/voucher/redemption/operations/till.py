"""Gathers, without locks, what orders at the counter speak of: the vouchers of a wallet, and who is paid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.refusals import Refusal
from services.voucher.directory.domain.offering import Offering
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.catalogue import line
from services.voucher.redemption.domain.orders import Order, Redeem
from services.voucher.redemption.domain.payment import MOST_LOOKED_AT, called_by, payee_of, terms_with
from services.voucher.redemption.domain.provider_code import ProviderCode
from services.voucher.redemption.domain.redemption import Side, Terms
from services.voucher.redemption.store import provider_codes
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import vouchers


async def consented(connection: AsyncConnection, orders: Sequence[Order]) -> list[Order]:
    """The orders, each provider's code among them looked up: one statement however many there are.

    Such a code is no secret, so it needs no proof and no transaction of its own; one that is retired names nobody.
    """
    shown = {code for order in orders if isinstance(order, Redeem) and (code := order.consent.code) is not None}
    known = await provider_codes.live(connection, shown) if shown else {}
    return [_consented(order, known) for order in orders]


def _consented(order: Order, known: Mapping[str, ProviderCode]) -> Order:
    if not isinstance(order, Redeem) or order.consent.code is None:
        return order
    code = known.get(order.consent.code)
    return replace(order, consent=order.consent.named(code.provider_id if code is not None else None))


async def spendable(connection: AsyncConnection, sales: Sequence[Redeem]) -> dict[UUID, Voucher]:
    """Of each wallet that shall choose, the vouchers that end first."""
    choosing = {one for order in sales if _chooses(order) and (one := order.by.organization) is not None}
    if not choosing:
        return {}
    now = await clock.business_now(connection)
    return await vouchers.spendable(connection, choosing, at=now, at_most=MOST_LOOKED_AT)


def _chooses(order: Redeem) -> bool:
    return order.consent.valid and not order.named


async def payees_of(connection: AsyncConnection, sales: Sequence[Redeem]) -> dict[UUID, UUID]:
    """By provider, the organisation behind it: of those that are named, and of callers that are providers."""
    named = {one for order in sales for one in (order.provider_id, order.consent.provider_id) if one is not None}
    found = await parties.behind(connection, named) if named else {}
    selling = (order.by.organization for order in sales if called_by(order) is Side.PROVIDER)
    calling = {one for one in selling if one is not None} - {*found.values()}
    own = await parties.read(connection, calling) if calling else {}
    return found | {party.provider.id: party.id for party in own.values() if party.provider is not None}


def terms_of(
    order: Redeem, found: Mapping[UUID, Voucher], payees: Mapping[UUID, UUID], listed: Mapping[UUID, Offering]
) -> Iterator[Terms]:
    """As much of the terms as their counters depend on, for every voucher that may pay."""
    payee = payee_of(order, payees)
    if payee is None:
        return
    try:
        ordered = line(order.chosen(payee.provider_id), listed)
    except Refusal:
        return
    paying = [found[one] for one in order.named if one in found]
    if _chooses(order):
        paying = [one for one in found.values() if one.holder_id == order.by.organization]
    for voucher in paying:
        yield terms_with(order, voucher, payee, ordered)
