"""Orders at the counter for the samples' voucher, the consents that go with them, and a scheme changed for a test."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.voucher.ledger.domain.counters import Counter
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.catalogue import line
from services.voucher.redemption.domain.consent import Consent, Means
from services.voucher.redemption.domain.orders import Actor, Redeem
from services.voucher.redemption.domain.payment import MOST_VOUCHERS, Payee, dated, terms_with
from services.voucher.redemption.domain.redeem import Outcome, redeem
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.evidence import Instant
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher
from tests.voucher.redemption.samples import (
    CONTRACTS,
    NOW,
    PAYEE,
    PROVIDER,
    VERSION,
    VOUCHER,
    YUAN,
    a_facts,
    a_voucher,
    jiangmen,
    provider,
)

UP_TO = Instant(up_to=2_000 * YUAN, pin_above=500 * YUAN)


def a_scheme(*, instant: Instant | None = UP_TO, leftover: str = "stays", **changes: Any) -> Scheme:
    """The Jiangmen scheme with another rule for the counter, or for what is left."""
    scheme = jiangmen()
    evidence = replace(scheme.evidence, instant=Rule(instant, "row 7"))
    return replace(scheme, evidence=evidence, leftover=Rule(leftover, "row 8"), **changes)


def a_code(**changes: Any) -> Consent:
    """The holder's QR code, made with his PIN, good for another half minute."""
    fields: dict[str, Any] = {
        "voucher_id": VOUCHER,
        "nonce": new_id(),
        "ceiling": 2_000 * YUAN,
        "currency": "CNY",
        "expires_at": NOW + timedelta(seconds=30),
        "pinned": True,
    }
    return Consent(Means.QR, **{**fields, **changes})


def scanned(**changes: Any) -> Consent:
    """The provider's own code, as the holder scanned it and entered his PIN."""
    return Consent(Means.PROVIDER_CODE, **{"provider_id": PROVIDER, "pinned": True, **changes})


def a_sale(by: Actor = provider, **changes: Any) -> Redeem:
    """An order over 1 000.00, shown with the holder's code; the holder's own call scans the provider's."""
    fields: dict[str, Any] = {
        "redemption_id": new_id(),
        "by": by,
        "consent": a_code() if by is provider else scanned(),
        "part_ids": tuple(new_id() for _ in range(MOST_VOUCHERS - 1)),
        "category": "testing",
        "currency": "CNY",
        "price": 1_000 * YUAN,
        "number": f"R-{next(CONTRACTS)}",
    }
    return Redeem(**{**fields, **changes})


def at_the_counter(
    *vouchers: Voucher, now: datetime = NOW, schemes: Mapping[UUID, Scheme] | None = None, **facts: Any
) -> World:
    """A world of these vouchers, or of the samples' one, with every counter that any sale could take."""
    found = {one.id: one for one in vouchers or (a_voucher(),)}
    known = a_facts(schemes=schemes or {VERSION: a_scheme()}, **facts)
    world = World(now, known, found, {}, {})
    sale = a_sale()
    keys = [
        key
        for one in found.values()
        for scheme in [world.scheme(one)]
        for today in [local_date(now, scheme.zone)]
        for terms in [terms_with(sale, one, Payee(PROVIDER, PAYEE), line(sale.chosen(PROVIDER), {}))]
        for key in caps.keys(scheme, dated(terms, today), voucher=one, today=today, known=known)
    ]
    return replace(world, counters={key: Counter(key) for key in keys})


def a_wallet(*available: int, **changes: Any) -> list[Voucher]:
    """Vouchers of one holder that end at once, with so many fen each; ids and numbers rise."""
    return [
        a_voucher(id=UUID(int=100 + place), number=f"V-{place:02}", available=fen, **changes)
        for place, fen in enumerate(available)
    ]


def parts(outcome: Outcome) -> dict[str, int]:
    """What each voucher paid, by its number."""
    return {outcome.world.voucher(one.terms.voucher_id).number: one.captured for one in outcome.redemptions}


def refused(order: Redeem, world: World) -> Sequence[str]:
    """The codes of every reason for which an order is refused; none when it is not."""
    try:
        redeem(order, world)
    except Refusal as refusal:
        return [reason.code for reason in refusal.reasons]
    return []
