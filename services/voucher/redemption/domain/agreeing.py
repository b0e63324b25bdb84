"""How two sides come to an agreement: one proposes, the other confirms, and only that freezes value."""

from dataclasses import replace
from uuid import UUID

from services.chassis.refusals import NotFound, Reason, Refusal, another_person, refuse_all
from services.standards.money import format_amount
from services.voucher.directory.domain.party import Party
from services.voucher.ledger.domain import posting as postings
from services.voucher.redemption.domain import checks, replacing
from services.voucher.redemption.domain.amounts import Hold, hold, veiled
from services.voucher.redemption.domain.case import Case, side_of
from services.voucher.redemption.domain.catalogue import Ordered, line
from services.voucher.redemption.domain.orders import Confirm, Decline, Propose, Withdraw
from services.voucher.redemption.domain.redemption import Redemption, Side, State, Terms
from services.voucher.redemption.domain.rulings import eligible, reckoning, within_caps
from services.voucher.redemption.domain.work import spoken, told
from services.voucher.redemption.domain.world import Ruling, Step, World
from services.voucher.wallet.domain.voucher import Voucher


def terms_of(order: Propose, world: World) -> Terms:
    """The terms that an order proposes. NotFound ``voucher.unknown``, Refusal ``provider.unknown``, those of `line`."""
    voucher = world.voucher(order.voucher_id)
    payee = world.facts.payees.get(order.provider_id)
    if payee is None:
        raise Refusal("provider.unknown", pointer="/provider_id")
    ordered = line(order.chosen, world.facts.offerings)
    return replace(
        terms_with(order, voucher, payee, ordered),
        region=holder_of(world, voucher.holder_id).region,
        reimbursed=world.scheme(voucher).settlement.payee.value == "holder",
        replaces=order.replaces,
    )


def terms_with(order: Propose, voucher: Voucher, payee_id: UUID, ordered: Ordered) -> Terms:
    """The terms of an offer, all but the holder's region."""
    return Terms(
        voucher_id=voucher.id,
        scheme_version_id=voucher.scheme_version_id,
        holder_id=voucher.holder_id,
        holder_kind=voucher.holder_kind,
        provider_id=order.provider_id,
        payee_id=payee_id,
        category=ordered.category,
        currency=ordered.currency,
        contract=order.priced(ordered.amount),
        asked=order.asked,
        description=order.description,
        offering_id=order.offering_id,
        declared=order.declared,
    )


def holder_of(world: World, holder_id: UUID) -> Party:
    """The holder as last heard of; Refusal ``directory.party_unknown`` when it was not heard of yet."""
    holder = world.facts.parties.get(holder_id)
    if holder is None:
        raise Refusal("directory.party_unknown", pointer="/voucher_id")
    return holder


def proposing_side(order: Propose, terms: Terms) -> Side:
    """Whose proposal it is; NotFound ``voucher.unknown`` for one who is neither holder nor provider."""
    try:
        return side_of(order.by, terms)
    except NotFound:
        raise NotFound("voucher.unknown", pointer="/voucher_id") from None


def propose(order: Propose, world: World) -> Step:
    """Offer a contract (row 5: nothing is frozen). A provider is not told of balance or headroom."""
    terms = terms_of(order, world)
    side = proposing_side(order, terms)
    world = replacing.beside(terms, world, order.by, side)
    reasons = checks.failing(world, terms)
    found = hold(world, terms)
    reasons += found.rate_refused
    if world.named(order.by.client, order.client_ref):
        reasons.append(Reason("client_ref.taken", pointer="/client_ref"))
    if side is Side.HOLDER:
        reasons += found.room_refused
    refuse_all(reasons)
    blank = Redemption(
        id=order.redemption_id,
        terms=terms,
        state=State.PROPOSED,
        proposed_by=side,
        proposed_at=world.now,
        client=order.by.client,
        client_ref=order.client_ref,
    )
    return Case(blank, world, order.by, side, world.now, order.note).step("proposed")


def confirm(case: Case, _: Confirm) -> list[Step]:
    """The other side agrees: the value is frozen (row 6) and counted under every cap."""
    _other_side(case)
    another_person(case.by.person, than=case.redemption.acted, otherwise="redemption.same_person")
    released = replacing.release(case)
    case = replace(case, world=case.world.after_all(released))
    terms, voucher = case.redemption.terms, case.voucher
    found = hold(case.world, terms)
    short = found.room_refused if case.side is Side.HOLDER else veiled(found.room_refused)
    refuse_all([*case.world.facts.age.reasons(), *checks.failing(case.world, terms), *found.rate_refused, *short])
    frozen = postings.authorise(voucher_id=voucher.id, amount=found.amount, funding=voucher.funding)
    return [
        *released,
        case.step(
            "authorised",
            posting=frozen,
            rulings=_rulings(case, found),
            state=State.AUTHORISED,
            confirmed_by=case.side,
            authorised_at=case.at,
            authorised=found.amount,
            held=found.amount,
            rate_version_id=found.tariff.version_id,
            rate_case=found.tariff.rate.case,
            line_rates=found.tariff.line_rates,
            takes=tuple(room.take for room in found.rooms),
            deliver_by=voucher.deliver_by,
            deliver_by_ends=voucher.deliver_by_ends,
        ),
    ]


def decline(case: Case, _: Decline) -> list[Step]:
    """The other side says no."""
    _other_side(case)
    return [case.step("declined", state=State.DECLINED)]


def withdraw(case: Case, _: Withdraw) -> list[Step]:
    """The proposer takes the offer back."""
    if case.side is not case.redemption.proposed_by:
        raise Refusal("redemption.not_proposer", rule="states.withdraw")
    return [case.step("withdrawn", state=State.WITHDRAWN)]


def lapse_proposal(case: Case) -> Step:
    """Nobody answered in time."""
    return case.step("lapsed", state=State.LAPSED)


def _other_side(case: Case) -> None:
    if case.side is case.redemption.proposed_by:
        raise Refusal("redemption.own_proposal", rule="states.confirm")


def _rulings(case: Case, found: Hold) -> tuple[Ruling, ...]:
    rate, terms = found.tariff.rate, case.redemption.terms
    numbers = {
        **found.tariff.named,
        "contract": format_amount(terms.contract.amount, terms.currency),
        **spoken(terms),
        "share": rate.written(terms.currency),
        **told(terms, found.tariff.priced(terms)),
        "held": format_amount(found.amount, terms.currency),
        "steps": reckoning(found.price, terms.currency),
    }
    return (
        Ruling("authorise.price", "frozen", f"rate.{rate.kind}", rate.source, numbers),
        *eligible(case),
        *within_caps(found.rooms, terms.currency),
    )
