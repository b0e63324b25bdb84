"""Gathers what orders are decided upon: first unlocked, to learn what to lock, then the facts behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents
from services.standards.calendar import local_date
from services.voucher.directory.store import parties
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.orders import Decide, Deliver, Order, Propose
from services.voucher.redemption.domain.redemption import Redemption, Terms
from services.voucher.redemption.domain.world import Facts
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import vouchers


@dataclass(frozen=True, slots=True)
class Sight:
    """What orders speak of, as seen without locks. Only what never changes of it may be relied on."""

    redemptions: Mapping[UUID, Redemption]
    vouchers: Mapping[UUID, Voucher]
    schemes: Mapping[UUID, Scheme]
    payees: Mapping[UUID, UUID]
    terms: Sequence[Terms]

    def counters(self, now: datetime) -> set[CounterKey]:
        """The counters that may be needed: those the redemptions use, and those an authorisation now would take."""
        keys = {take.key for one in self.redemptions.values() for take in one.takes}
        for terms in self.terms:
            voucher = self.vouchers[terms.voucher_id]
            scheme = self.schemes[voucher.scheme_version_id]
            keys.update(caps.keys(scheme, terms, voucher=voucher, today=local_date(now, scheme.zone)))
        return keys


async def look(connection: AsyncConnection, orders: Sequence[Order]) -> Sight:
    """What the orders speak of. What does not exist is left out: the decision says so."""
    proposals = [order for order in orders if isinstance(order, Propose)]
    known = await redemptions.read(connection, [order.redemption_id for order in orders])
    found = await _vouchers(connection, proposals, known)
    schemes = await versions.rules(connection, {voucher.scheme_version_id for voucher in found.values()})
    behind = await parties.by_provider(connection, [one.provider_id for one in proposals]) if proposals else {}
    payees = {provider: party.id for provider, party in behind.items()}
    offered = [_offered(order, found[order.voucher_id], payees) for order in proposals if _whole(order, found, payees)]
    return Sight(known, found, schemes, payees, [*offered, *(one.terms for one in known.values())])


def _whole(order: Propose, found: Mapping[UUID, Voucher], payees: Mapping[UUID, UUID]) -> bool:
    return order.voucher_id in found and order.provider_id in payees


def _offered(order: Propose, voucher: Voucher, payees: Mapping[UUID, UUID]) -> Terms:
    """As much of an offer's terms as its counters depend on."""
    return Terms(
        voucher_id=voucher.id,
        scheme_version_id=voucher.scheme_version_id,
        holder_id=voucher.holder_id,
        provider_id=order.provider_id,
        payee_id=payees[order.provider_id],
        category=order.category,
        currency=order.currency,
        contract=order.contract,
    )


async def _vouchers(
    connection: AsyncConnection, proposals: Sequence[Propose], known: Mapping[UUID, Redemption]
) -> dict[UUID, Voucher]:
    ids = {order.voucher_id for order in proposals} | {one.terms.voucher_id for one in known.values()}
    return await vouchers.read_all(connection, ids)


async def facts(connection: AsyncConnection, sight: Sight, orders: Sequence[Order]) -> Facts:
    """What the directory says of all who are concerned, and which of the documents named are known."""
    concerned = {terms.holder_id for terms in sight.terms} | {terms.payee_id for terms in sight.terms}
    concerned |= {voucher.holder_id for voucher in sight.vouchers.values()}
    named = [order.document_id for order in orders if isinstance(order, Deliver | Decide) and order.document_id]
    known = await documents.known(connection, named) if named else {}
    return Facts(
        schemes=sight.schemes,
        parties=await parties.read(connection, concerned),
        payees=sight.payees,
        categories=await parties.categories(connection),
        calendar=await parties.working_days(connection),
        age=await parties.age(connection),
        documents={one.id: one.organization for one in known.values()},
    )
