"""Whose call an order at the counter is, who is paid, and which vouchers may pay it, in order of use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import NotFound, Reason, Refusal
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.redemption.domain import checks, consent
from services.voucher.redemption.domain.agreeing import holder_of
from services.voucher.redemption.domain.amounts import ASKED
from services.voucher.redemption.domain.catalogue import Ordered, line
from services.voucher.redemption.domain.consent import Means
from services.voucher.redemption.domain.orders import Redeem
from services.voucher.redemption.domain.reckoning import order_of_use, split
from services.voucher.redemption.domain.redemption import Contract, Form, Side, Terms
from services.voucher.redemption.domain.tariff import tariff_of
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher

MOST_VOUCHERS = 20
"""How many vouchers may pay one order."""
MOST_LOOKED_AT = 200
"""How many of a wallet are looked at to find those, since what the rules do not let pay is passed over."""
PLACES = MappingProxyType(
    {
        "/contract/number": "/number",
        "/contract/amount/currency": "/price/currency",
        "/contract/signed_on": None,
        "/contract/tax": "/tax",
        "/completed_on": None,
    }
)
"""Where the fields of a contract stand in an order at the counter; its dates are today's and stand nowhere."""


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: the provider, and the organisation behind it."""

    provider_id: UUID
    id: UUID


@dataclass(frozen=True, slots=True)
class Payment:
    """An order with whose call it is and the terms of each voucher that may pay it, at least one, in order of use.

    unfit: why the rules let these not pay.
    """

    order: Redeem
    side: Side
    paying: Sequence[Terms]
    unfit: Sequence[Reason] = ()

    @property
    def terms(self) -> Terms:
        """Those of the first: but for the voucher, all have them in common."""
        return self.paying[0]


def payment_of(order: Redeem, world: World) -> Payment:
    """Who pays whom with what.

    Refusals that leave nothing else to be said: ``redemption.side``, ``consent.invalid``, ``wallet.empty``,
    ``vouchers.differ``, those of `line`; NotFound ``provider.unknown``, ``voucher.unknown``.
    """
    side, payee = _side(order), _payee(order, world)
    found = _vouchers(order, world)
    ordered = line(order.chosen(payee.provider_id), world.facts.offerings)
    offered = [_today(terms_with(order, voucher, payee, ordered), world) for voucher in found]
    unfit = [list(_unfit(order, world, terms)) for terms in offered]
    if order.named:
        return Payment(order, side, offered, _once(reason for reasons in unfit for reason in reasons))
    # where the wallet chooses, what cannot pay is passed over, and speaks only when nothing can
    fit = [terms for terms, reasons in zip(offered, unfit, strict=True) if not reasons]
    if not fit:
        return Payment(order, side, offered[:1], unfit[0])
    return Payment(order, side, _chosen(order, world, fit))


def bounds(order: Redeem) -> dict[str, int]:
    """What limits an order as a whole, in fen: what its consent goes up to, and what it asks for."""
    found = {consent.CEILING: order.consent.ceiling, ASKED: order.asked}
    return {name: fen for name, fen in found.items() if fen is not None}


def _chosen(order: Redeem, world: World, fit: Sequence[Terms]) -> Sequence[Terms]:
    """Those of the version that comes first, but for one that would lose a rest by it while another can pay."""
    alike: dict[UUID, list[Terms]] = {}
    for terms in fit:
        alike.setdefault(terms.scheme_version_id, []).append(terms)
    ways = [paying[:MOST_VOUCHERS] for paying in alike.values()]
    return next((paying for paying in ways if _pays_without_loss(order, world, paying)), ways[0])


def _pays_without_loss(order: Redeem, world: World, paying: Sequence[Terms]) -> bool:
    """Whether these vouchers can pay, and nothing of them goes back because their scheme gives no change."""
    scheme = world.facts.schemes[paying[0].scheme_version_id]
    parts = split(world, paying, tariff_of(world, paying[0]), bounds=bounds(order)).parts
    whole = all(part.amount == world.voucher(part.terms.voucher_id).available for part in parts)
    return bool(parts) and (whole or scheme.leftover.value != "reclaimed")


def called_by(order: Redeem) -> Side:
    """Whose call it is: the holder's code is shown by the provider, the provider's by the holder."""
    return Side.HOLDER if order.consent.means is Means.PROVIDER_CODE else Side.PROVIDER


def payee_of(order: Redeem, payees: Mapping[UUID, UUID]) -> Payee | None:
    """The provider whose code was scanned, or the caller's own, by what is known of providers; None for no such one."""
    side, own = called_by(order), order.by.organization
    if side is Side.HOLDER:
        named = order.provider_id or order.consent.provider_id
    else:
        named = order.provider_id or next((one for one, payee in payees.items() if payee == own), None)
    if named is None or named not in payees or (side is Side.PROVIDER and payees[named] != own):
        return None
    return Payee(named, payees[named])


def _side(order: Redeem) -> Side:
    side = called_by(order)
    if order.by.organization is None or side.value not in order.by.roles:
        numbers = {"order": order.verb.value, "side": side.other.value}
        raise Refusal("redemption.side", rule=f"states.{order.verb}", numbers=numbers)
    return side


def _payee(order: Redeem, world: World) -> Payee:
    payee = payee_of(order, world.facts.payees)
    if payee is None and called_by(order) is Side.PROVIDER:
        raise NotFound("provider.unknown", pointer="/provider_id")
    if payee is None or consent_faults(order, world, payee.provider_id, amount=0):
        raise _not_consented()
    return payee


def _not_consented() -> Refusal:
    """What whoever shows no true code is told, whatever is wrong with it."""
    return Refusal("consent.invalid", pointer=consent.POINTER)


def consent_faults(order: Redeem, world: World, provider_id: UUID, *, amount: int) -> list[Reason]:
    """Why the consent does not go as far as an amount (fen) at a provider; with nothing asked, that it is no true one.

    ValueError without real time, by which codes live.
    """
    if world.facts.real is None:
        raise ValueError("a code is judged by real time")
    return consent.faults(
        order.consent,
        provider_id=provider_id,
        amount=amount,
        real=world.facts.real,
        used=world.facts.used,
    )


def _vouchers(order: Redeem, world: World) -> list[Voucher]:
    """The code's, those that are named, or what the wallet has; in order of use."""
    if order.consent.voucher_id is not None:
        if order.consent.voucher_id not in world.vouchers:
            raise _not_consented()
        return [world.vouchers[order.consent.voucher_id]]
    holder_id = order.by.organization
    for place, one in enumerate(order.voucher_ids):
        if one not in world.vouchers or world.vouchers[one].holder_id != holder_id:
            raise NotFound("voucher.unknown", pointer=f"/voucher_ids/{place}")
    if order.voucher_ids:
        return _alike([world.vouchers[one] for one in order.voucher_ids])
    own = [one for one in world.vouchers.values() if one.holder_id == holder_id and one.spendable_at(world.now)]
    if not own:
        raise Refusal("wallet.empty", rule="voucher.available")
    return sorted(own, key=order_of_use)


def _alike(named: Sequence[Voucher]) -> list[Voucher]:
    """Vouchers that are named pay together only under one version of one scheme, so that one rate counts."""
    if len({one.scheme_version_id for one in named}) > 1:
        raise Refusal("vouchers.differ", rule="order.one_scheme", pointer="/voucher_ids")
    return sorted(named, key=order_of_use)


def terms_with(order: Redeem, voucher: Voucher, payee: Payee, ordered: Ordered) -> Terms:
    """The terms under which a voucher would pay an order; its dates are still open, and the holder's region."""
    return Terms(
        voucher_id=voucher.id,
        scheme_version_id=voucher.scheme_version_id,
        holder_id=voucher.holder_id,
        holder_kind=voucher.holder_kind,
        provider_id=payee.provider_id,
        payee_id=payee.id,
        category=ordered.category,
        currency=ordered.currency,
        contract=Contract(order.number, date.min, ordered.amount, tax=order.tax),
        asked=order.asked,
        description=order.description,
        kind=Form.INSTANT,
        order_id=order.redemption_id,
        consent=order.consent.means.value,
        offering_id=order.offering_id,
        declared=order.declared,
    )


def dated(terms: Terms, today: date) -> Terms:
    """Terms as of a local date: what is redeemed at the counter is ordered and completed there and then."""
    if terms.kind is not Form.INSTANT:
        return terms
    return replace(terms, contract=_on(today, terms.contract))


def _on(today: date, contract: Contract) -> Contract:
    return replace(contract, signed_on=today, completed_on=today)


def _today(terms: Terms, world: World) -> Terms:
    scheme, holder = world.facts.schemes[terms.scheme_version_id], holder_of(world, terms.holder_id)
    today = local_date(world.now, scheme.zone)
    return replace(
        terms,
        contract=_on(today, terms.contract),
        region=holder.region,
        reimbursed=scheme.settlement.payee.value == "holder",
    )


def at_face(scheme: Scheme) -> bool:
    """Whether a voucher is paid at its face at the counter, though the goods may cost less."""
    return scheme.leftover.value == "paid"


def not_offered(scheme: Scheme, *, pointer: str | None = None) -> Iterator[Reason]:
    """Whether a scheme redeems by contract only."""
    rule = scheme.evidence.instant
    if rule.value is None:
        yield Reason("instant.not_offered", "evidence.instant", pointer, clause=rule.source)


def too_much(amount: int, scheme: Scheme, currency: str, *, pointer: str) -> Iterator[Reason]:
    """What goes beyond the counter needs a contract; it is refused, not cut, for a receipt is paid for once."""
    rule = scheme.evidence.instant
    if rule.value is not None and amount > rule.value.up_to:
        numbers = {"up_to": format_amount(rule.value.up_to, currency)}
        yield Reason("instant.too_much", "evidence.instant", pointer, numbers, rule.source)


def _unfit(order: Redeem, world: World, terms: Terms) -> Iterator[Reason]:
    """Why the rules let a voucher not pay, each reason where its field stands in the order."""
    yield from not_offered(world.facts.schemes[terms.scheme_version_id])
    places = {**PLACES, "/voucher_id": _place_of(terms.voucher_id, order)}
    for reason in checks.failing(world, terms):
        yield replace(reason, pointer=places.get(reason.pointer or "", reason.pointer))


def _place_of(voucher_id: UUID, order: Redeem) -> str | None:
    """Where an order names a voucher; nowhere when the wallet chose it."""
    if voucher_id in order.voucher_ids:
        return f"/voucher_ids/{order.voucher_ids.index(voucher_id)}"
    return consent.POINTER if voucher_id == order.consent.voucher_id else None


def _once(reasons: Iterator[Reason]) -> list[Reason]:
    told: list[Reason] = []
    for reason in reasons:
        if reason not in told:
            told.append(reason)
    return told
