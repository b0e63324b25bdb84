"""Caps count fen or times, for a holder, a provider or one contract, and give back what comes back."""

from collections import Counter as Tally
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.directory.domain.groups import group
from services.voucher.directory.domain.party import Party, Relation, Span
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.agreeing import terms_of
from services.voucher.redemption.domain.caps import rooms
from services.voucher.redemption.domain.redeem import redeem
from services.voucher.redemption.domain.world import NotLocked, World
from services.voucher.scheme.domain.caps import Cap
from tests.voucher.redemption.samples import (
    HOLDER,
    NOW,
    PAYEE,
    PROVIDER,
    VERSION,
    VOUCHER,
    YUAN,
    Play,
    a_contract,
    a_facts,
    a_holder,
    a_payee,
    a_proposal,
    a_voucher,
    a_world,
    authorised,
    holder,
    jiangmen,
    proposed,
    provider,
    with_cap,
    with_counters,
)

MOTHER, MOTHERS = UUID(int=20), UUID(int=21)
ONCE = Cap("once-per-contract", "authorised_times", "contract", "once", None, 1, "our default, not in the notice")


def a_second(first: Play, **changes: object) -> Play:
    order = a_proposal(provider, **changes)
    second = Play(with_counters(first.world, order), order.redemption_id)
    second.play(order)
    return second


def test_the_years_cap_leaves_what_the_first_contract_did_not_take() -> None:
    first = authorised(world=a_world(voucher=a_voucher(available=30_000 * YUAN)))
    second = a_second(first)
    assert second.confirm().redemption.authorised == 5_000 * YUAN


def test_a_cap_that_is_used_up_says_so_with_period_limit_and_clause() -> None:
    world = a_world(voucher=a_voucher(available=40_000 * YUAN))
    full = authorised(world=world, contract=a_contract(40_000 * YUAN))
    second = a_second(full)
    with pytest.raises(Refusal, match=r"cap\.reached") as refused:
        second.confirm()
    (reason,) = refused.value.reasons
    assert reason.numbers == {
        "cap": "jiangmen-service-2020/authorised-per-year",
        "period": "2020",
        "limit": "20000.00",
        "left": "0.00",
    }
    assert reason.clause == "row jiangmen-service-2020"


def test_once_per_contract_however_the_number_is_written() -> None:
    world = a_world(facts=with_cap(ONCE))
    first = authorised(world=world, asked=100, contract=a_contract(number="JC-2020-117"))
    again = a_proposal(holder, contract=a_contract(number="ｊｃ-2020 -117"))
    once = rooms(first.world, terms_of(again, first.world))[-1]
    assert (once.cap.id, once.left) == ("once-per-contract", 0)
    another = a_second(first, contract=a_contract(number="JC-2020-118"))
    assert another.confirm().redemption.authorised > 0


def test_a_cap_on_times_that_is_used_up_tells_how_many_times() -> None:
    first = authorised(world=a_world(facts=with_cap(replace(ONCE, subject="provider"))), asked=100)
    with pytest.raises(Refusal, match=r"cap\.reached") as refused:
        a_second(first).confirm()
    numbers = refused.value.reasons[0].numbers
    assert (numbers["limit"], numbers["left"], numbers["period"]) == (1, 0, "once")


def test_a_void_gives_the_contract_its_turn_back() -> None:
    contract = a_contract()
    first = authorised(world=a_world(facts=with_cap(ONCE)), asked=100, contract=contract)
    first.void(provider)
    assert a_second(first, asked=100, contract=contract).confirm().redemption.authorised == 100


@pytest.mark.parametrize(
    ("year_of", "period"), [("issue", "2020"), ("authorise", "2021"), ("contract", "2019"), ("completion", "2018")]
)
def test_a_yearly_cap_counts_in_the_year_of_the_date_it_names(year_of: str, period: str) -> None:
    cap = Cap("per-provider", "authorised", "provider", "year", year_of, 1, "row")
    scheme = replace(jiangmen(), caps=(cap,))
    contract = a_contract(signed_on=date(2019, 1, 1), completed_on=date(2018, 1, 1))
    terms = terms_of(a_proposal(contract=contract), a_world())
    (key,) = caps.keys(scheme, terms, voucher=a_voucher(), today=date(2021, 1, 1), known=a_facts())
    assert (key.subject, key.period) == (f"org_{terms.payee_id.hex}", period)
    assert terms.provider_id == PROVIDER
    assert terms.scheme_version_id == VERSION


PAIR = Cap("per-pair", "authorised", "pair", "year", "authorise", 7_000 * YUAN, "row")
BUCKET = replace(PAIR, id="testing-bucket", subject="bucket", categories=("testing",))
GROUP = replace(PAIR, id="per-group", subject="group")
ROLLING = replace(GROUP, id="rolling", period="rolling", year_of=None, months=12)


def left(played: Play, cap: Cap, **changes: object) -> int:
    """What one more proposal would find under a cap."""
    order = a_proposal(holder, **changes)
    world = with_counters(played.world, order)
    return next(room.left for room in rooms(world, terms_of(order, world)) if room.cap == cap)


def test_a_pair_is_capped_for_itself_and_other_providers_are_free() -> None:
    first = authorised(world=a_world(facts=with_cap(PAIR)), asked=5_000 * YUAN)
    assert left(first, PAIR) == 2_000 * YUAN
    other = Party(UUID(int=77), None, "设计院", "440703", provider=a_payee().provider)
    first.world = replace(first.world, facts=replace(first.world.facts, payees={PROVIDER: other.id}))
    assert left(first, PAIR) == 7_000 * YUAN


def test_a_bucket_counts_its_categories_and_what_lies_under_them() -> None:
    first = authorised(world=a_world(facts=with_cap(BUCKET)), asked=5_000 * YUAN, category="testing.inspection")
    assert left(first, BUCKET) == 2_000 * YUAN
    assert BUCKET not in [room.cap for room in rooms(first.world, terms_of(a_proposal(category="design"), first.world))]


def in_a_group(*caps: Cap, since: date = date(2020, 1, 1)) -> World:
    """A voucher of the holder and one of its mother's, which only the mother's document tells of."""
    mother = Party(MOTHER, None, "母公司", "440703", "large", related=(Relation(HOLDER, "ownership", Span(since)),))
    facts = a_facts(parties={HOLDER: a_holder(), PAYEE: a_payee(), MOTHER: mother})
    scheme = facts.schemes[VERSION]
    facts = replace(facts, schemes={VERSION: replace(scheme, caps=caps)})
    world = a_world(facts=facts)
    mothers = a_voucher(id=MOTHERS, holder_id=MOTHER, quota_root_id=MOTHER)
    return replace(world, vouchers={**world.vouchers, MOTHERS: mothers})


def test_the_members_of_a_group_share_one_headroom() -> None:
    first = authorised(world=in_a_group(GROUP), asked=5_000 * YUAN)
    assert left(first, GROUP) == left(first, GROUP, voucher_id=MOTHERS) == 2_000 * YUAN


def test_whoever_joins_a_group_brings_what_he_has_used() -> None:
    alone = authorised(world=in_a_group(GROUP, since=date(2020, 10, 1)), asked=5_000 * YUAN)
    assert left(alone, GROUP, voucher_id=MOTHERS) == 7_000 * YUAN
    assert left(alone.at(NOW + timedelta(days=10)), GROUP, voucher_id=MOTHERS) == 2_000 * YUAN


def test_a_rolling_cap_forgets_what_lies_before_its_months() -> None:
    played = authorised(world=in_a_group(ROLLING), asked=5_000 * YUAN)
    at_end = played.at(datetime(2021, 8, 31, 15, 59, tzinfo=UTC))
    assert left(at_end, ROLLING) == 2_000 * YUAN
    assert left(at_end.at(datetime(2021, 8, 31, 16, 0, tzinfo=UTC)), ROLLING) == 7_000 * YUAN


def test_a_rolling_cap_that_is_used_up_names_its_months() -> None:
    played = authorised(world=in_a_group(ROLLING), asked=7_000 * YUAN)
    order = a_proposal(replace(holder, organization=MOTHER), voucher_id=MOTHERS)
    with pytest.raises(Refusal, match=r"cap\.reached") as refused:
        redeem(order, with_counters(played.world, order))
    assert refused.value.reasons[0].numbers["period"] == "2019-10/2020-09"


@given(
    spent=st.lists(st.tuples(st.sampled_from(range(5)), st.integers(1, 900)), max_size=8),
    links=st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4))),
)
def test_all_members_of_any_group_see_the_same_room(spent: list[tuple[int, int]], links: set[tuple[int, int]]) -> None:
    firms = [UUID(int=100 + one) for one in range(5)]
    related = {
        one: tuple(Relation(firms[b], "ownership", Span(NOW.date())) for a, b in links if a == one) for one in range(5)
    }
    parties = {firms[one]: Party(firms[one], None, "", "440703", related=related[one]) for one in range(5)}
    world = a_world(facts=with_cap(GROUP))
    world = replace(world, facts=replace(world.facts, parties=parties))
    used = Tally[CounterKey]()
    for one, amount in spent:
        used[CounterKey("jiangmen-service-2020/per-group", f"org_{firms[one].hex}", "2020")] += amount

    def room(one: int) -> int:
        voucher = a_voucher(holder_id=firms[one], quota_root_id=firms[one])
        here = replace(
            world, vouchers={VOUCHER: voucher}, counters={key: Counter(key, fen) for key, fen in used.items()}
        )
        order = a_proposal(provider)
        here = with_counters(here, order)
        return rooms(here, terms_of(order, here))[-1].left

    for one in range(5):
        members = group(firms[one], parties, NOW.date())
        total = sum(amount for other, amount in spent if firms[other] in members)
        assert {room(firms.index(member)) for member in members} == {max(0, GROUP.limit - total)}


def test_a_counter_that_was_not_locked_is_never_guessed() -> None:
    played = proposed(holder)
    played.world = replace(played.world, counters={})
    with pytest.raises(NotLocked):
        played.confirm(provider)
