"""What becomes of an order at the counter: consented to, authorised and captured in one call, by the vouchers that pay.

All or nothing: every reason that is known is told at once, and where there is one no voucher moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.standards.money import format_amount
from services.standards.split import largest_remainder
from services.voucher.ledger.domain import posting as postings
from services.voucher.redemption.domain.amounts import rate_faults, tax_faults, veiled
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.consent import unproved
from services.voucher.redemption.domain.orders import Redeem
from services.voucher.redemption.domain.payment import (
    Payment,
    bounds,
    consent_faults,
    payment_of,
    too_much,
)
from services.voucher.redemption.domain.reckoning import Part, Split, room_faults, split
from services.voucher.redemption.domain.redemption import Capture, Delivery, Redemption, Side, State
from services.voucher.redemption.domain.rulings import eligible, reckoning, within_caps
from services.voucher.redemption.domain.tariff import Tariff, tariff_of
from services.voucher.redemption.domain.work import spoken, told
from services.voucher.redemption.domain.world import Ruling, Step, World


def redeem(order: Redeem, world: World) -> tuple[Step, ...]:
    """One step for each voucher that pays (row 7: available → captured).

    Refusals and NotFound of `payment_of` alone, since nothing else can be said then; else all reasons at once: those
    of `checks`, `amounts` and `consent`, ``instant.not_offered``, ``instant.too_much``, ``client_ref.taken``.
    """
    payment = payment_of(order, world)
    tariff = tariff_of(world, payment.terms)
    found = split(world, payment.paying, tariff, bounds=bounds(order))
    refuse_all(_reasons(payment, found, world, tariff))
    shares = largest_remainder(payment.terms.contract.amount, [part.amount for part in found.parts])
    ids = (order.redemption_id, *order.part_ids)[: len(found.parts)]
    return tuple(
        _step(Paid(payment, found, part, tariff, share), redemption_id=one, world=world)
        for part, share, one in zip(found.parts, shares, ids, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Paid:
    """What one voucher pays of an order: its part of the subsidy, and its share of the price in fen."""

    payment: Payment
    whole: Split
    part: Part
    tariff: Tariff
    share: int

    @property
    def tax(self) -> int | None:
        """How much of its share of the price is tax, in fen, rounded down; None where nobody said."""
        contract = self.payment.terms.contract
        return None if contract.tax is None else contract.tax * self.share // contract.amount

    @property
    def over_price(self) -> int:
        """What it pays at its face beyond its share of the price, in fen."""
        return max(0, self.part.amount - self.share)


def _reasons(payment: Payment, found: Split, world: World, tariff: Tariff) -> list[Reason]:
    """Everything that speaks against it; a provider is not told of balance or headroom."""
    order, terms = payment.order, payment.terms
    scheme = world.facts.schemes[terms.scheme_version_id]
    wanted = order.asked if order.asked is not None else 1
    amount = max(found.amount, order.asked or 0)
    rule = scheme.evidence.instant.value
    pin_above = rule.pin_above if rule is not None else None
    room = room_faults(world, payment.paying, wanted) if found.amount < wanted else []
    reasons = [
        *world.facts.age.reasons(),
        *payment.unfit,
        *(replace(one, pointer="/tax") for one in tax_faults(terms.contract, tariff.rate)),
        *rate_faults(found.price.of_rate, wanted, terms.currency, tariff.rate),
        *(room if payment.side is Side.HOLDER else veiled(room)),
        *too_much(amount, scheme, terms.currency, pointer="/price"),
        *consent_faults(order, world, terms.provider_id, amount=amount),
        *unproved(order.consent, amount=amount, currency=terms.currency, pin_above=pin_above),
    ]
    if world.named(order.by.client, order.client_ref):
        reasons.append(Reason("client_ref.taken", pointer="/client_ref"))
    return reasons


def _step(paid: Paid, *, redemption_id: UUID, world: World) -> Step:
    """One voucher pays its part: of the subsidy what was split off for it, and its share of the price."""
    payment, part, share = paid.payment, paid.part, paid.share
    order, terms, now = payment.order, part.terms, world.now
    voucher = world.voucher(terms.voucher_id)
    first = terms.part == 1
    blank = Redemption(
        id=redemption_id,
        terms=terms,
        state=State.CAPTURED,
        proposed_by=payment.side,
        proposed_at=now,
        client=order.by.client,
        client_ref=order.client_ref if first else None,
    )
    case = Case(blank, world, order.by, payment.side, now, order.note)
    delivery = Delivery(share, terms.contract.signed_on, None, last=True, delivered_at=now, tax=paid.tax)
    return case.step(
        "redeemed",
        posting=postings.capture_available(voucher_id=voucher.id, amount=part.amount, funding=voucher.funding),
        rulings=tuple(_rulings(case, paid)),
        confirmed_by=payment.side.other,
        authorised_at=now,
        authorised=part.amount,
        captures=(Capture(redemption_id, 1, part.amount, 0, now, delivery, voucher.claim_by_ends),),
        settled=share,
        takes=tuple(room.take for room in part.rooms),
        nonce=order.consent.nonce if first else None,
        rate_version_id=paid.tariff.version_id,
        rate_case=paid.tariff.rate.case,
        over_price=paid.over_price,
    )


def _rulings(case: Case, paid: Paid) -> Iterator[Ruling]:
    found, part, rate = paid.whole, paid.part, paid.tariff.rate
    terms, rule = part.terms, case.scheme.evidence.instant
    price = {
        **paid.tariff.named,
        "price": format_amount(terms.contract.amount, terms.currency),
        **spoken(terms),
        "share": rate.written(terms.currency),
        **told(terms, paid.tariff.priced(terms)),
        "subsidy": format_amount(found.amount, terms.currency),
        "captured": format_amount(part.amount, terms.currency),
        "steps": reckoning(found.price, terms.currency),
    }
    yield Ruling("redeem.price", "captured", f"rate.{rate.kind}", rate.source, price)
    if paid.over_price:
        over = {"over_price": format_amount(paid.over_price, terms.currency)}
        yield Ruling("redeem.over_price", "paid", "leftover", case.scheme.leftover.source, over)
    yield Ruling("redeem.consent", "given", "evidence.instant", rule.source, {"means": terms.consent})
    yield from eligible(case)
    yield from within_caps(part.rooms, terms.currency)
