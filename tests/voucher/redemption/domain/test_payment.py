"""Who calls at the counter, by whose word, and which vouchers pay: those of the code, those named, or the wallet's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import NotFound, Refusal
from services.voucher.directory.domain.offering import ListPrice, Offering
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.consent import Consent, Means
from services.voucher.redemption.domain.redeem import fold, redeem
from services.voucher.redemption.domain.redemption import Measure
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.caps import Cap
from services.voucher.scheme.domain.evidence import Instant
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from tests.voucher.redemption.counter import (
    a_code,
    a_sale,
    a_scheme,
    a_wallet,
    at_the_counter,
    parts,
    refused,
    scanned,
)
from tests.voucher.redemption.samples import (
    FACE,
    HOLDER,
    NOW,
    PAYEE,
    PROVIDER,
    VERSION,
    YUAN,
    a_holder,
    a_payee,
    a_voucher,
    holder,
    provider,
    stranger,
)

ENOUGH = Instant(FACE, FACE)


def without_limit(*vouchers: Any, **changes: Any) -> World:
    """A world whose scheme lets anything pass at the counter."""
    return at_the_counter(*vouchers, schemes={VERSION: a_scheme(instant=ENOUGH, **changes)})


# ── by whose word ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "consent",
    [
        Consent.refused(Means.QR),
        Consent.refused(Means.SECRET),
        a_code(expires_at=NOW),
        a_code(provider_id=HOLDER),
        a_code(voucher_id=HOLDER),
    ],
)
def test_no_true_code_is_told_one_thing_whatever_else_is_wrong(consent: Consent) -> None:
    assert refused(a_sale(consent=consent, category="catering", price=1), at_the_counter()) == ["consent.invalid"]


def test_a_code_passes_once() -> None:
    code = a_code()
    first, again = (a_sale(consent=code) for _ in range(2))
    answers, world = fold([first, again], at_the_counter())
    assert [isinstance(answer, Refusal) and answer.code for answer in answers] == [False, "consent.invalid"]
    assert world.facts.used == {code.nonce}


def test_a_code_that_was_refused_for_another_reason_has_not_passed() -> None:
    code = a_code()
    _, world = fold([a_sale(consent=code, category="catering")], at_the_counter())
    assert redeem(a_sale(consent=code), world).redemption.captured == 500 * YUAN


def test_codes_live_by_real_time() -> None:
    with pytest.raises(ValueError, match="real time"):
        redeem(a_sale(), at_the_counter(real=None))


@pytest.mark.parametrize("by", [replace(holder, roles=frozenset({"holder"})), replace(provider, organization=None)])
def test_a_holders_code_is_shown_by_a_provider(by: orders.Actor) -> None:
    assert refused(a_sale(by, consent=a_code()), at_the_counter()) == ["redemption.side"]


def test_a_provider_acts_for_itself_alone() -> None:
    with pytest.raises(NotFound, match=r"provider\.unknown"):
        redeem(a_sale(stranger, consent=a_code()), at_the_counter())
    with pytest.raises(NotFound, match=r"provider\.unknown"):
        redeem(a_sale(stranger, consent=a_code(), provider_id=PROVIDER), at_the_counter())
    assert redeem(a_sale(provider_id=PROVIDER), at_the_counter()).redemption.terms.provider_id == PROVIDER


@pytest.mark.parametrize("code", [Consent.refused(Means.PROVIDER_CODE), scanned(provider_id=HOLDER)])
def test_a_holder_learns_no_more_of_a_providers_code_that_is_not_one(code: Consent) -> None:
    assert refused(a_sale(holder, consent=code), at_the_counter()) == ["consent.invalid"]


def test_nobody_redeems_at_his_own_counter() -> None:
    both = replace(holder, roles=frozenset({"holder", "provider"}))
    world = at_the_counter(payees={PROVIDER: HOLDER}, parties={HOLDER: a_payee(id=HOLDER)})
    assert "party.related" in refused(a_sale(both, consent=scanned()), world)


# ── several vouchers ─────────────────────────────────────────────────────────────────────────────────────────────


def by_wallet(*available: int, **changes: Any) -> World:
    return without_limit(*a_wallet(*available), **changes)


def test_one_order_is_one_subsidy_split_over_the_vouchers_that_end_first() -> None:
    soon = a_voucher(id=UUID(int=90), number="V-90", available=40, ends_at=a_voucher().ends_at - timedelta(days=1))
    outcome = redeem(a_sale(holder, price=201), without_limit(soon, *a_wallet(50, 30)))
    assert parts(outcome) == {"V-90": 40, "V-01": 30, "V-00": 30}
    assert [one.terms.part for one in outcome.redemptions] == [1, 2, 3]
    assert [one.id for one in outcome.redemptions[1:]] != [outcome.redemption.id] * 2


def test_the_shares_of_the_price_add_up_and_none_is_less_than_its_part() -> None:
    outcome = redeem(a_sale(holder, price=1_001), by_wallet(100, 170, 230))
    assert sum(one.settled for one in outcome.redemptions) == 1_001
    assert all(one.settled >= one.captured for one in outcome.redemptions)


def test_vouchers_that_are_named_pay_and_no_other() -> None:
    named = (UUID(int=102), UUID(int=101))
    outcome = redeem(a_sale(holder, price=200, voucher_ids=named), by_wallet(10, 60, 80))
    assert parts(outcome) == {"V-01": 60, "V-02": 40}


def test_what_is_empty_pays_nothing_and_is_no_part() -> None:
    named = (UUID(int=100), UUID(int=101))
    empty, full = a_wallet(10, 60)
    world = without_limit(replace(empty, available=0, captured=10), full)
    assert parts(redeem(a_sale(holder, price=50, voucher_ids=named), world)) == {"V-01": 25}


def test_somebody_elses_voucher_is_as_unknown_as_none() -> None:
    world = without_limit(*a_wallet(10), a_voucher(id=UUID(int=200), holder_id=PAYEE))
    for one in (UUID(int=200), UUID(int=201)):
        with pytest.raises(NotFound, match=r"voucher\.unknown") as refusal:
            redeem(a_sale(holder, voucher_ids=(UUID(int=100), one)), world)
        assert refusal.value.reasons[0].pointer == "/voucher_ids/1"


OTHER = UUID(int=77)


def of_two_schemes() -> World:
    first, second = a_wallet(100, 200)
    both = {VERSION: a_scheme(instant=ENOUGH), OTHER: a_scheme(instant=ENOUGH)}
    return at_the_counter(first, replace(second, scheme_version_id=OTHER), schemes=both)


def test_vouchers_of_two_schemes_do_not_pay_one_order() -> None:
    named = (UUID(int=100), UUID(int=101))
    assert refused(a_sale(holder, voucher_ids=named), of_two_schemes()) == ["vouchers.differ"]
    assert parts(redeem(a_sale(holder, price=1_000), of_two_schemes())) == {"V-00": 100}


def test_the_wallet_passes_over_what_cannot_pay() -> None:
    world = of_two_schemes()
    schemes = {**world.facts.schemes, VERSION: a_scheme(instant=None)}
    world = replace(world, facts=replace(world.facts, schemes=schemes))
    assert parts(redeem(a_sale(holder, price=1_000), world)) == {"V-01": 200}


def test_of_more_than_twenty_that_could_pay_twenty_do() -> None:
    outcome = redeem(a_sale(holder, price=1_000), by_wallet(*range(10, 31)))
    assert list(parts(outcome)) == [f"V-{place:02}" for place in range(20)]


def without_change(first: int, second: int, *caps: Cap) -> World:
    """A wallet whose first voucher gives no change; caps are those of the second one's scheme."""
    (one, other), other_scheme = a_wallet(first, second), a_scheme(instant=ENOUGH)
    schemes = {
        VERSION: a_scheme(instant=ENOUGH, leftover="reclaimed"),
        OTHER: replace(other_scheme, caps=(*other_scheme.caps, *caps)),
    }
    return at_the_counter(one, replace(other, scheme_version_id=OTHER), schemes=schemes)


@pytest.mark.parametrize(
    ("price", "paid"),
    [(200_00, {"V-01": 100_00}), (1_000_02, {"V-00": 500_01}), (1_000_01, {"V-01": 500_00})],
)
def test_the_wallet_forfeits_nothing_while_another_voucher_can_pay(price: int, paid: dict[str, int]) -> None:
    """450.01 of 500.01 would go back to the pool for a receipt of 100.00, and 0.01 for one of 1 000.01."""
    assert parts(redeem(a_sale(holder, price=price), without_change(500_01, 5_000_00))) == paid


def test_a_voucher_without_change_pays_where_it_is_named_or_nothing_else_can() -> None:
    named = a_sale(holder, price=200_00, voucher_ids=(UUID(int=100),))
    assert parts(redeem(named, without_change(500_01, 5_000_00))) == {"V-00": 100_00}
    assert parts(redeem(a_sale(holder, price=200_00), without_change(500_01, 0))) == {"V-00": 100_00}
    used_up = Cap("none", "authorised_times", "holder", "year", "authorise", 0, "ours")
    assert parts(redeem(a_sale(holder, price=200_00), without_change(500_01, 5_000_00, used_up))) == {"V-00": 100_00}


def named_only(provider: str) -> Scheme:
    """A scheme whose vouchers are used with one provider only."""
    return a_scheme(
        instant=ENOUGH, exclusions=replace(a_scheme().exclusions, providers=Rule((provider,), "row providers"))
    )


def test_the_wallet_passes_over_vouchers_that_are_for_other_providers() -> None:
    one, other = a_wallet(500_00, 500_00)
    schemes = {VERSION: named_only("prv_1"), OTHER: named_only(f"prv_{PROVIDER.hex}")}
    world = at_the_counter(one, replace(other, scheme_version_id=OTHER), schemes=schemes)
    outcome = redeem(a_sale(holder, price=200_00), world)
    assert parts(outcome) == {"V-01": 100_00}
    assert "authorise.provider" in [ruling.kind for ruling in outcome.steps[0].rulings]
    assert placed(a_sale(holder, price=200_00, voucher_ids=(one.id,)), world) == [
        ("provider.not_named", "/provider_id")
    ]


def test_when_nothing_in_the_wallet_can_pay_the_first_says_why() -> None:
    assert refused(a_sale(holder, category="catering"), by_wallet(10, 20)) == ["category.excluded", "provider.category"]


@pytest.mark.parametrize(
    "changes",
    [
        {"suspended_at": NOW},
        {"activated_at": None},
        {"ends_at": NOW},
        {"holder_id": PAYEE},
    ],
)
def test_an_empty_wallet_says_so(changes: Any) -> None:
    assert refused(a_sale(holder), without_limit(*a_wallet(10, **changes))) == ["wallet.empty"]


def placed(order: orders.Redeem, world: World) -> list[tuple[str, str | None]]:
    """Of every reason its code and where it stands."""
    with pytest.raises(Refusal) as refusal:
        redeem(order, world)
    return [(reason.code, reason.pointer) for reason in refusal.value.reasons]


def test_named_vouchers_tell_a_common_reason_once_and_their_own_each() -> None:
    live, ended = a_wallet(10, 20)
    order = a_sale(holder, voucher_ids=(live.id, ended.id), category="catering")
    assert placed(order, without_limit(live, replace(ended, ends_at=NOW))) == [
        ("voucher.expired", "/voucher_ids/1"),
        ("category.excluded", "/category"),
        ("provider.category", "/provider_id"),
    ]


def test_what_is_wrong_with_the_codes_voucher_stands_with_the_code() -> None:
    assert placed(a_sale(), at_the_counter(a_voucher(ends_at=NOW))) == [("voucher.expired", "/consent")]


def test_what_the_wallet_chose_stands_nowhere() -> None:
    banned = replace(a_holder(), status="deregistered")
    world = at_the_counter(parties={HOLDER: banned, PAYEE: a_payee()})
    assert placed(a_sale(holder), world) == [("party.deregistered", None)]


def test_one_refusal_and_no_voucher_moves() -> None:
    world = by_wallet(10, 20)
    (answer,), after = fold([a_sale(holder, asked=31, price=100)], world)
    assert isinstance(answer, Refusal)
    assert [one.code for one in answer.reasons] == ["voucher.insufficient"]
    assert after is world


def times(limit: int) -> Cap:
    return Cap("times", "authorised_times", "holder", "year", "authorise", limit, "ours")


def test_an_order_counts_once_under_a_cap_on_times_however_many_vouchers_pay() -> None:
    scheme = a_scheme(instant=ENOUGH)
    capped = replace(scheme, caps=(*scheme.caps, times(1)))
    world = at_the_counter(*a_wallet(10, 20), schemes={VERSION: capped})
    outcome = redeem(a_sale(holder, price=60), world)
    assert parts(outcome) == {"V-00": 10, "V-01": 20}
    counted = [[take.measure for take in one.takes] for one in outcome.redemptions]
    assert counted == [[Measure.AMOUNT, Measure.TIMES], [Measure.AMOUNT]]
    assert sorted(counter.used for counter in outcome.world.counters.values()) == [1, 30]
    more = replace(outcome.world, vouchers={one.id: one for one in a_wallet(10, 20)})
    assert refused(a_sale(holder, price=60), more) == ["cap.reached"]


def test_each_part_counts_under_its_own_vouchers_counter() -> None:
    """Vouchers of two years count in two years: a counter that is full stops its own voucher only."""
    old, new = a_wallet(500, 500)
    old = replace(old, issued_at=old.issued_at.replace(year=2019), ends_at=old.ends_at - timedelta(days=1))
    world = without_limit(old, new)
    full = next(key for key in world.counters if key.period == "2019")
    world = replace(world, counters={**world.counters, full: world.counters[full].take(FACE - 100)})
    assert parts(redeem(a_sale(holder, price=1_000), world)) == {"V-00": 100, "V-01": 400}


def test_ids_for_further_parts_must_suffice() -> None:
    with pytest.raises(ValueError, match="zip"):
        redeem(a_sale(holder, price=60, part_ids=()), by_wallet(10, 20))


# ── what is ordered ──────────────────────────────────────────────────────────────────────────────────────────────

LINE = Offering(UUID(int=300), PROVIDER, "testing", "published", ListPrice(250 * YUAN, "CNY"))


def from_the_catalogue(**changes: Any) -> orders.Redeem:
    bare = {"category": None, "currency": None, "price": None, "offering_id": LINE.id, "quantity": 2}
    return a_sale(holder, **{**bare, **changes})


def test_an_offering_brings_its_category_and_its_price() -> None:
    one = redeem(from_the_catalogue(), at_the_counter(offerings={LINE.id: LINE})).redemption
    assert (one.terms.category, one.terms.contract.amount, one.captured) == ("testing", 500 * YUAN, 250 * YUAN)
    assert one.terms.offering_id == LINE.id


def test_a_price_that_is_not_the_offerings_is_refused_where_it_stands() -> None:
    world = at_the_counter(offerings={LINE.id: LINE})
    order = from_the_catalogue(price=499 * YUAN, currency="CNY")
    assert placed(order, world) == [("offering.amount_differs", "/price")]
