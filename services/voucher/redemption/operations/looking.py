"""Gathers what orders are decided upon: first unlocked, to learn what to lock, then the facts behind it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents
from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.offering import Offering
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store import offerings, outline, parties
from services.voucher.directory.store.outline import Outline
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.agreeing import terms_with
from services.voucher.redemption.domain.catalogue import line
from services.voucher.redemption.domain.orders import Confirm, Decide, Deliver, LetGo, Order, Propose, Redeem, Verb
from services.voucher.redemption.domain.payment import dated
from services.voucher.redemption.domain.redemption import Redemption, Terms
from services.voucher.redemption.domain.states import is_due
from services.voucher.redemption.domain.world import Evidence, Facts
from services.voucher.redemption.operations import till
from services.voucher.redemption.store import codes, redemptions
from services.voucher.redemption.store.standing import rated
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.versions import Dated
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import vouchers

RELEASING = frozenset({Verb.CAPTURE, Verb.REFUND, Verb.VOID, Verb.DECIDE, Verb.CATCH_UP})
"""The orders after which a redemption may count for less under a cap than before."""


NO_CATEGORIES = CategoryTree({})


@dataclass(frozen=True, slots=True)
class Sight:
    """What orders speak of, as seen without locks. Only what never changes of it may be relied on.

    authorising: the terms that the orders propose, confirm or redeem at once; releasing: whose orders may give counted
    value back. categories and parties are read only where a cap counts by them: by bucket, or by groups of related
    undertakings; grouped: the holders who are counted with theirs. published: which versions count from when, asked
    where something may be authorised.
    """

    redemptions: Mapping[UUID, Redemption]
    vouchers: Mapping[UUID, Voucher]
    schemes: Mapping[UUID, Scheme]
    published: Mapping[str, Sequence[Dated]]
    payees: Mapping[UUID, UUID]
    offerings: Mapping[UUID, Offering]
    authorising: Sequence[Terms]
    releasing: Collection[UUID]
    categories: CategoryTree
    grouped: Collection[UUID]
    parties: Mapping[UUID, Party]

    def counters(self, now: datetime) -> set[CounterKey]:
        """The counters that may be needed: what an authorisation now would take, and what may be given back.

        A redemption whose timer has fallen due gives back whatever the order is. One that falls due or is authorised
        while the order waits is seen at the next try (NotLocked).
        """
        keys = {
            take.key
            for one in self.redemptions.values()
            if one.id in self.releasing or is_due(one, now)
            for take in one.takes
        }
        for terms in self.authorising:
            voucher = self.vouchers[terms.voucher_id]
            scheme = self.schemes[voucher.scheme_version_id]
            today = local_date(now, scheme.zone)
            with suppress(Refusal):  # of a group that is too large: then nothing is counted, and the decision says so
                keys.update(caps.keys(scheme, dated(terms, today), voucher=voucher, today=today, known=self))
        return keys


async def look(connection: AsyncConnection, orders: Sequence[Order]) -> Sight:
    """What the orders speak of. What does not exist is left out: the decision says so."""
    proposals = [order for order in orders if isinstance(order, Propose)]
    sales = [order for order in orders if isinstance(order, Redeem)]
    known = await _redemptions(connection, orders)
    found = await _vouchers(connection, proposals, sales, known)
    schemes, published = await _rules(connection, found, known, sold=bool(proposals or sales or _confirmed(orders)))
    behind = await parties.behind(connection, [one.provider_id for one in proposals]) if proposals else {}
    payees = behind | await till.payees_of(connection, sales)
    new = (order for order in orders if isinstance(order, Propose | Redeem))
    named = {order.offering_id for order in new if order.offering_id is not None}
    listed = await offerings.read(connection, named) if named else {}
    offered = [terms for order in proposals for terms in _offered(order, found, payees, listed)]
    offered += [terms for order in sales for terms in till.terms_of(order, found, payees, listed)]
    confirmed = _confirmed(orders)
    authorising = [*offered, *(one.terms for one in known.values() if one.id in confirmed)]
    by_bucket, grouped = (_counted(subject, authorising, schemes) for subject in ("bucket", "group"))
    categories, linked = NO_CATEGORIES, dict[UUID, Party]()
    if by_bucket or grouped:
        outlined, _ = await outline.read(connection)
        categories = outlined.categories
        now = await clock.business_now(connection)
        linked = await _parties(connection, authorising, schemes, grouped, outlined, now)
    return Sight(
        redemptions=known,
        vouchers=found,
        schemes=schemes,
        published=published,
        payees=payees,
        offerings=listed,
        authorising=authorising,
        releasing={order.redemption_id for order in orders if order.verb in RELEASING} | _replaced(orders, known),
        categories=categories,
        grouped=grouped,
        parties=linked,
    )


async def _redemptions(connection: AsyncConnection, orders: Sequence[Order]) -> dict[UUID, Redemption]:
    """Those that the orders speak of, and those that these replace."""
    named = {order.redemption_id for order in orders if not isinstance(order, Propose | Redeem)}
    known = await redemptions.read(connection, named)
    replaced = _replaced(orders, known) - known.keys()
    return known | (await redemptions.read(connection, replaced) if replaced else {})


def _replaced(orders: Sequence[Order], known: Mapping[UUID, Redemption]) -> set[UUID]:
    """The redemptions whose hold others are to have."""
    agreed = (order.redemption_id for order in orders if isinstance(order, Confirm | LetGo))
    named = {known[one].terms.replaces for one in agreed if one in known}
    named |= {order.replaces for order in orders if isinstance(order, Propose)}
    return {one for one in named if one is not None}


def _confirmed(orders: Sequence[Order]) -> set[UUID]:
    return {order.redemption_id for order in orders if isinstance(order, Confirm)}


async def _rules(
    connection: AsyncConnection, found: Mapping[UUID, Voucher], known: Mapping[UUID, Redemption], *, sold: bool
) -> tuple[dict[UUID, Scheme], dict[str, list[Dated]]]:
    """The rules of the vouchers, and those by which redemptions were reckoned.

    sold: something may be authorised, by the rate of whichever version of the same schemes is in force on its day.
    """
    needed = rated(found, known)
    schemes = await versions.rules(connection, needed)
    if not sold:
        return schemes, {}
    published = await versions.published(connection, {scheme.id for scheme in schemes.values()})
    dated = {version.id for some in published.values() for version in some}
    return await versions.rules(connection, needed | dated), published


def _counted(subject: str, authorising: Sequence[Terms], schemes: Mapping[UUID, Scheme]) -> set[UUID]:
    """The holders whose scheme has a cap on such a subject."""
    capped = {one for one, scheme in schemes.items() if any(cap.subject == subject for cap in scheme.caps)}
    return {terms.holder_id for terms in authorising if terms.scheme_version_id in capped}


async def _parties(
    connection: AsyncConnection,
    authorising: Sequence[Terms],
    schemes: Mapping[UUID, Scheme],
    grouped: Collection[UUID],
    outlined: Outline,
    now: datetime,
) -> dict[UUID, Party]:
    """Holders and payees, whoever owns them, and whoever is linked today to those who are counted with their group."""
    concerned = {party for terms in authorising for party in (terms.holder_id, terms.payee_id)}
    found = await parties.with_owners(connection, await parties.heard(connection, concerned, outlined), outlined)
    today = {local_date(now, scheme.zone) for scheme in schemes.values()}
    return found | (await parties.related(connection, grouped, days=today) if grouped else {})


def _offered(
    order: Propose, found: Mapping[UUID, Voucher], payees: Mapping[UUID, UUID], listed: Mapping[UUID, Offering]
) -> Iterator[Terms]:
    """An offer's terms as far as its counters depend on them; nothing where it speaks of what is not there."""
    voucher, payee = found.get(order.voucher_id), payees.get(order.provider_id)
    if voucher is None or payee is None:
        return
    try:
        ordered = line(order.chosen, listed)
    except Refusal:
        return
    yield terms_with(order, voucher, payee, ordered)


async def _vouchers(
    connection: AsyncConnection,
    proposals: Sequence[Propose],
    sales: Sequence[Redeem],
    known: Mapping[UUID, Redemption],
) -> dict[UUID, Voucher]:
    """Those that are named, and of each wallet that shall choose those that end first."""
    ids = {order.voucher_id for order in proposals} | {one.terms.voucher_id for one in known.values()}
    ids |= {one for order in sales for one in order.named}
    found = await vouchers.read_all(connection, ids) if ids else {}
    return found | await till.spendable(connection, sales)


def _names(orders: Sequence[Order]) -> set[tuple[str, str]]:
    """The client references that new redemptions are to have, each with its client."""
    return {
        (order.by.client, order.client_ref)
        for order in orders
        if isinstance(order, Propose | Redeem) and order.client_ref is not None
    }


async def facts(
    connection: AsyncConnection,
    sight: Sight,
    orders: Sequence[Order],
    *,
    now: datetime,
    real: datetime | None = None,
) -> Facts:
    """What the directory says: of the parties only where something is to be frozen; and the documents named.

    real: real time, UTC, without which no code can be judged.
    """
    named = [order.document_id for order in orders if isinstance(order, Deliver | Decide) and order.document_id]
    known = await documents.known(connection, named) if named else {}
    nonces = [order.consent.nonce for order in orders if isinstance(order, Redeem) and order.consent.nonce]
    outlined, age = await outline.read(connection)
    return Facts(
        schemes=sight.schemes,
        parties=await _parties(connection, sight.authorising, sight.schemes, sight.grouped, outlined, now),
        payees=sight.payees,
        offerings=sight.offerings,
        categories=outlined.categories,
        calendar=outlined.calendar,
        age=age,
        documents={one.id: Evidence(one.organization, one.sent_by) for one in known.values()},
        redeemed=await redemptions.redeemed(connection, {terms.identity for terms in sight.authorising}),
        named=await redemptions.named(connection, _names(orders)),
        used=frozenset(await codes.used(connection, nonces)),
        real=real,
        published=sight.published,
    )
