"""At the counter one call is consent, hold and capture: all of it, or nothing, and every reason at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.voucher.directory.domain.age import Age
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redeem import redeem
from services.voucher.redemption.domain.redemption import Form, Side, State
from tests.voucher.redemption.counter import (
    a_code,
    a_sale,
    a_scheme,
    at_the_counter,
    refused,
    scanned,
)
from tests.voucher.redemption.samples import (
    FACE,
    HOLDER,
    NOW,
    PAYEE,
    RESULT,
    VERSION,
    VOUCHER,
    YUAN,
    Play,
    a_holder,
    a_payee,
    a_voucher,
    authorised,
    holder,
    provider,
)


def test_the_subsidy_goes_from_available_to_captured_in_one_step() -> None:
    outcome = redeem(a_sale(price=1_234_51), at_the_counter())
    (step,) = outcome.steps
    assert (step.event, step.before, step.posting and step.posting.row) == ("redeemed", None, 7)
    assert step.posting is not None
    assert step.posting.moved(PlaceKind.CAPTURED, VOUCHER) == 617_25
    voucher = outcome.world.voucher(VOUCHER)
    assert (voucher.available, voucher.held, voucher.captured) == (FACE - 617_25, 0, 617_25)


def test_it_is_captured_at_once_as_ordered_and_completed_today() -> None:
    sale = a_sale(client_ref="till-1", description="拉伸测试")
    one = redeem(sale, at_the_counter()).redemption
    assert (one.id, one.state, one.terms.kind, one.terms.order_id) == (
        sale.redemption_id,
        State.CAPTURED,
        Form.INSTANT,
        sale.redemption_id,
    )
    contract = one.terms.contract
    assert (contract.signed_on, contract.completed_on) == (NOW.date(), NOW.date())
    assert (one.settled, one.authorised, one.held, one.deliver_by) == (contract.amount, 500 * YUAN, 0, None)
    (capture,) = one.captures
    assert (capture.amount, capture.delivery.document_id, capture.delivery.last) == (500 * YUAN, None, True)
    assert capture.claim_by_ends == a_voucher().claim_by_ends
    assert (one.client_ref, one.terms.description, one.terms.region) == ("till-1", "拉伸测试", "440703")


def test_the_callers_side_proposes_and_the_code_confirms() -> None:
    by_provider = redeem(a_sale(provider), at_the_counter()).redemption
    assert (by_provider.proposed_by, by_provider.confirmed_by) == (Side.PROVIDER, Side.HOLDER)
    by_holder = redeem(a_sale(holder), at_the_counter()).redemption
    assert (by_holder.proposed_by, by_holder.confirmed_by) == (Side.HOLDER, Side.PROVIDER)
    assert (by_provider.terms.consent, by_holder.terms.consent) == ("qr", "provider_code")
    assert by_holder.acted == ("per_holder",)


def test_it_counts_under_the_caps_as_a_hold_does() -> None:
    world = redeem(a_sale(), at_the_counter()).world
    assert [counter.used for counter in world.counters.values()] == [500 * YUAN]


def test_what_the_rules_said_is_kept_without_the_code() -> None:
    (step,) = redeem(a_sale(), at_the_counter()).steps
    kinds = [ruling.kind for ruling in step.rulings]
    assert kinds[:2] == ["redeem.price", "redeem.consent"]
    assert {"authorise.category", "authorise.parties", "authorise.dates", "authorise.cap"} < set(kinds)
    assert step.rulings[0].numbers == {
        "rate_version": f"scv_{VERSION.hex}",
        "rate_case": None,
        "price": "1000.00",
        "share": "1/2",
        "subsidy": "500.00",
        "captured": "500.00",
        "steps": "rate.flat 500.00",
    }
    assert (step.rulings[1].numbers, step.rulings[1].clause) == ({"means": "qr"}, "row 7")


# ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "subsidy", "limit"),
    [
        ({"price": 999}, 499, "rate.flat"),
        ({"asked": 300 * YUAN}, 300 * YUAN, "asked"),
        ({"consent": a_code(ceiling=200 * YUAN)}, 200 * YUAN, "consent.ceiling"),
        ({"price": 3_000 * YUAN}, 1_200 * YUAN, "voucher.available"),
    ],
)
def test_the_least_of_rate_balance_ceiling_and_what_was_asked_is_paid(changes: Any, subsidy: int, limit: str) -> None:
    outcome = redeem(a_sale(**changes), at_the_counter(a_voucher(available=1_200 * YUAN)))
    assert outcome.redemption.captured == subsidy
    assert limit in str(outcome.steps[0].rulings[0].numbers["steps"])


def test_a_cap_limits_too_and_is_named() -> None:
    world = at_the_counter()
    (key,) = world.counters
    world = replace(world, counters={key: world.counters[key].take(FACE - 70)})
    outcome = redeem(a_sale(), world)
    assert outcome.redemption.captured == 70
    assert "cap.authorised-per-year 0.70" in str(outcome.steps[0].rulings[0].numbers["steps"])


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"price": 5_000 * YUAN, "consent": a_code(ceiling=FACE)}, ["instant.too_much"]),
        ({"price": 5_000 * YUAN, "asked": 2_000 * YUAN}, []),
        ({"asked": 501 * YUAN}, ["price.exceeded"]),
        ({"price": 1}, ["price.exceeded"]),
        ({"asked": 400 * YUAN, "consent": a_code(ceiling=300 * YUAN)}, ["consent.ceiling"]),
        ({"price": 1_002 * YUAN, "consent": a_code(pinned=False)}, ["pin.required"]),
        ({"price": 1_000 * YUAN, "consent": a_code(pinned=False)}, []),
        ({"category": "catering"}, ["category.excluded", "provider.category"]),
        ({"currency": "EUR"}, ["voucher.currency"]),
    ],
)
def test_what_goes_too_far_is_refused(changes: Any, codes: list[str]) -> None:
    assert refused(a_sale(**changes), at_the_counter()) == codes


def test_a_scheme_may_offer_contracts_only() -> None:
    world = at_the_counter(schemes={VERSION: a_scheme(instant=None)})
    assert refused(a_sale(), world) == ["instant.not_offered"]


def test_all_reasons_come_at_once_each_where_its_field_stands() -> None:
    related = replace(a_payee(), status="deregistered")
    world = at_the_counter(
        a_voucher(available=10), parties={HOLDER: a_holder(), PAYEE: related}, age=Age(timedelta(days=2))
    )
    sale = a_sale(holder, category="catering", currency="EUR", asked=20 * YUAN, consent=scanned(pinned=False))
    with pytest.raises(Refusal) as refusal:
        redeem(sale, replace(world, facts=replace(world.facts, named=[("per_holder", "x")])))
    assert [(one.code, one.pointer) for one in refusal.value.reasons] == [
        ("directory.too_old", None),
        ("voucher.currency", "/price/currency"),
        ("category.excluded", "/category"),
        ("provider.category", "/provider_id"),
        ("party.deregistered", "/provider_id"),
        ("voucher.insufficient", "/amount"),
    ]


def test_a_provider_hears_that_too_little_is_left_but_not_how_much() -> None:
    with pytest.raises(Refusal) as refusal:
        redeem(a_sale(provider, asked=20), at_the_counter(a_voucher(available=10)))
    assert [(one.code, dict(one.numbers)) for one in refusal.value.reasons] == [("voucher.too_little_left", {})]


def test_a_client_reference_names_one_order() -> None:
    first = redeem(a_sale(client_ref="till-1"), at_the_counter())
    assert refused(a_sale(client_ref="till-1"), first.world) == ["client_ref.taken"]


def test_an_id_is_given_once() -> None:
    sale = a_sale()
    with pytest.raises(ValueError, match="exists"):
        redeem(sale, redeem(sale, at_the_counter()).world)


# ── one receipt, one order ───────────────────────────────────────────────────────────────────────────────────────


def test_a_receipt_is_paid_for_once() -> None:
    sale = a_sale()
    world = redeem(sale, at_the_counter()).world
    again = a_sale(number=sale.number.lower())
    with pytest.raises(Refusal, match=r"contract\.already_redeemed") as refusal:
        redeem(again, world)
    assert refusal.value.reasons[0].pointer == "/number"


def test_what_is_held_for_a_contract_is_not_paid_for_at_the_counter_too() -> None:
    held = authorised(asked=100)
    world = replace(at_the_counter(), redemptions=held.world.redemptions)
    assert refused(a_sale(number=held.redemption.terms.contract.number), world) == ["contract.already_redeemed"]


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────


def played() -> Play:
    sale = a_sale()
    return Play(redeem(sale, at_the_counter()).world, sale.redemption_id)


def test_a_void_by_the_provider_gives_all_of_it_back() -> None:
    one = played()
    outcome = one.void(provider)
    assert (outcome.redemption.state, outcome.steps[0].event, one.voucher.available) == (
        State.REFUNDED,
        "refunded",
        FACE,
    )
    assert [counter.used for counter in one.world.counters.values()] == [0]


def test_a_void_after_a_refund_gives_the_rest_back() -> None:
    one = played()
    one.refund(100)
    assert one.redemption.state is State.CAPTURED
    one.void(provider)
    assert (one.redemption.state, one.redemption.refunded) == (State.REFUNDED, 500 * YUAN)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (orders.Void(redemption_id=RESULT, by=holder), "redemption.side"),
        (orders.Confirm(redemption_id=RESULT, by=holder), "redemption.state"),
        (orders.Capture(redemption_id=RESULT, by=provider, capture_id=RESULT), "redemption.state"),
    ],
)
def test_the_holder_does_not_call_it_off_and_nothing_else_is_left_to_do(order: orders.Order, code: str) -> None:
    one = played()
    with pytest.raises(Refusal, match=code):
        one.play(replace(order, redemption_id=one.redemption_id))


def test_what_is_on_a_claim_is_not_called_off() -> None:
    one = played()
    (capture,) = one.redemption.captures
    claimed = replace(one.redemption, captures=(replace(capture, claim_line_id=RESULT),))
    one.world = replace(one.world, redemptions={claimed.id: claimed})
    with pytest.raises(Refusal, match=r"refund\.on_claim"):
        one.void(provider)


def test_a_receipt_that_was_called_off_may_be_redeemed_anew() -> None:
    one = played()
    one.void(provider)
    assert redeem(a_sale(number=one.redemption.terms.contract.number), one.world).redemption.captured == 500 * YUAN
