"""Every step of a redemption is one transaction with everything in it, and a refused one leaves nothing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import events
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.operations.looking import Sight
from services.voucher.redemption.operations.redeem import Request, redeem, redeem_all, redeem_batch
from tests.conftest import SetClock
from tests.voucher.redemption.samples import FACE, YUAN, arbiter, holder, provider
from tests.voucher.redemption.stored import (
    Stored,
    a_stored_voucher,
    age_directory,
    audited,
    carry_out,
    keyed,
)

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


async def count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_a_whole_redemption_moves_value_to_the_fen_and_audits_clean(stored: Stored) -> None:
    one = await stored.accepted(12_345_67)
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=one))
    voucher = await stored.now()
    assert (voucher.available, voucher.held, voucher.captured) == (FACE - 6_172_83, 0, 6_172_83)
    assert (await stored.redemption(one)).state is State.CAPTURED
    await audited(stored.database)


async def test_milestones_a_dispute_a_void_and_refunds_audit_clean(stored: Stored) -> None:
    one = await stored.accepted(4_000 * YUAN, last=False)
    steps = [
        orders.Capture(redemption_id=one, by=provider, capture_id=one),
        stored.delivery(one, 2_000 * YUAN),
        orders.Dispute(redemption_id=one, by=holder, note="incomplete"),
        orders.Decide(redemption_id=one, by=arbiter, note="heard both", accepted=False),
        orders.Refund(redemption_id=one, by=provider, amount=1, currency="CNY", note="one sample less"),
    ]
    for step in steps:
        await carry_out(stored.database, step)
    found = await stored.redemption(one)
    assert (found.state, found.stands, found.captures[0].refunded) == (State.VOIDED, 2_000 * YUAN - 1, 1)
    await audited(stored.database)


async def test_what_is_read_back_is_what_was_decided(stored: Stored) -> None:
    order = stored.proposal(holder, client_ref="order-1", asked=500, description="tensile test")
    await carry_out(stored.database, order)
    await carry_out(stored.database, orders.Confirm(redemption_id=order.redemption_id, by=provider))
    await carry_out(stored.database, stored.delivery(order.redemption_id))
    await carry_out(stored.database, orders.Void(redemption_id=order.redemption_id, by=holder, note="both"))
    found = await stored.redemption(order.redemption_id)
    assert (found.terms.asked, found.terms.description, found.client_ref) == (500, "tensile test", "order-1")
    assert found.delivery is not None
    assert found.delivery.document_id == stored.result
    assert found.void_asked_by == "holder"


async def test_every_step_is_told_to_both_sides_once(stored: Stored) -> None:
    await stored.authorised()
    async with stored.database.read() as connection:
        told = [entry.event for entry in await events.read(connection, after=None, limit=50)]
    assert [event.type for event in told] == ["redemption.proposed", "redemption.authorised"]
    assert all(set(event.audience) == {holder.organization, provider.organization} for event in told)


async def test_tasks_follow_the_state(stored: Stored) -> None:
    one = await stored.authorised()
    await carry_out(stored.database, orders.Void(redemption_id=one, by=holder, note="please"))
    async with stored.database.read() as connection:
        sql = "SELECT kind FROM tasks WHERE closed_at IS NULL ORDER BY kind"
        assert list((await connection.execute(text(sql))).scalars()) == ["redemption.deliver", "redemption.void"]
    await carry_out(stored.database, orders.Void(redemption_id=one, by=provider, note="agreed"))
    assert await count(stored.database, "tasks WHERE closed_at IS NULL") == 0


async def test_what_the_rules_said_is_in_the_decision_log(stored: Stored) -> None:
    await stored.authorised()
    assert await count(stored.database, "decisions WHERE kind = 'authorise.price' AND clause IS NOT NULL") == 1


async def test_a_key_answers_again_and_is_refused_for_another_body(stored: Stored) -> None:
    order = stored.proposal()
    first = await carry_out(stored.database, order, "k1")
    again = await carry_out(stored.database, order, "k1")
    assert (again.body, again.replayed) == (first.body, True)
    with pytest.raises(Refusal, match=r"idempotency\.mismatch"):
        await carry_out(stored.database, order, "k1", fingerprint="another")


async def test_a_refused_order_leaves_neither_key_nor_effect(stored: Stored) -> None:
    one = await stored.propose()
    before = [await count(stored.database, table) for table in ("idempotency_keys", "events", "journals")]
    with pytest.raises(Refusal, match=r"redemption\.own_proposal"):
        await carry_out(stored.database, orders.Confirm(redemption_id=one, by=provider), "k1")
    assert before == [await count(stored.database, table) for table in ("idempotency_keys", "events", "journals")]


async def test_a_batch_with_a_refused_order_carries_out_the_others(stored: Stored) -> None:
    one = await stored.propose(asked=100)
    asked = [
        orders.Confirm(redemption_id=one, by=holder),
        orders.Confirm(redemption_id=one, by=holder),
        stored.proposal(),
    ]
    requests = [Request(order, keyed(order, f"k{place}")) for place, order in enumerate(asked)]
    async with stored.database.begin() as connection:
        done, refused, proposed = await redeem_batch(connection, requests)
    assert not isinstance(done, Refusal)
    assert isinstance(refused, Refusal)
    assert refused.code == "redemption.state"
    assert not isinstance(proposed, Refusal)
    assert await count(stored.database, "idempotency_keys WHERE key = 'k1'") == 0
    await audited(stored.database)


async def test_one_client_reference_is_one_redemption(stored: Stored) -> None:
    await stored.propose(client_ref="order-1")
    with pytest.raises(Refusal, match=r"client_ref\.taken"):
        await stored.propose(client_ref="order-1")


async def test_an_unknown_redemption_voucher_or_provider_is_said_to_be_unknown(stored: Stored) -> None:
    with pytest.raises(NotFound, match=r"redemption\.unknown"):
        await carry_out(stored.database, orders.Confirm(redemption_id=stored.result, by=holder))
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        await stored.propose(voucher_id=stored.result)
    with pytest.raises(Refusal, match=r"provider\.unknown"):
        await stored.propose(provider_id=stored.result)


async def test_a_directory_older_than_a_day_freezes_nothing(stored: Stored, superuser_url: str) -> None:
    one = await stored.propose()
    root = Database(superuser_url, "voucher")
    await age_directory(root, 25)
    await root.dispose()
    with pytest.raises(Refusal, match=r"directory\.too_old"):
        await carry_out(stored.database, orders.Confirm(redemption_id=one, by=holder))


async def test_a_request_that_arrives_after_its_own_deadline_is_refused(stored: Stored) -> None:
    late = datetime.now(UTC) - timedelta(seconds=1)
    with pytest.raises(Refusal, match=r"request\.deadline"):
        await carry_out(stored.database, stored.proposal(), deadline=late)
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert (await carry_out(stored.database, stored.proposal(), deadline=soon)).status == 200


async def test_a_deadlock_is_outlived_with_the_same_ids(stored: Stored) -> None:
    one = await stored.propose()
    async with stored.database.begin() as connection:
        await connection.execute(text("SELECT 1 FROM vouchers FOR UPDATE"))
        waiting = asyncio.create_task(carry_out(stored.database, orders.Confirm(redemption_id=one, by=holder)))
        await asyncio.sleep(0.2)
        # it holds the counter and waits for the voucher; now we wait for the counter
        await connection.execute(text("SELECT 1 FROM cap_counters FOR UPDATE"))
    assert (await waiting).body["id"] == str(one)
    await audited(stored.database)


async def test_what_counts_nothing_waits_for_no_counter(stored: Stored) -> None:
    one = await stored.authorised()
    async with stored.database.begin() as connection:
        await connection.execute(text("SELECT 1 FROM cap_counters FOR UPDATE"))
        done = await asyncio.wait_for(carry_out(stored.database, stored.delivery(one)), 5)
    assert done.body["state"] == "delivered"


async def test_whatever_comes_after_a_hold_has_fallen_due_finds_it_lapsed(stored: Stored, set_clock: SetClock) -> None:
    one = await stored.authorised()
    await set_clock(stored.voucher.deliver_by_ends)
    with pytest.raises(Refusal, match=r"redemption\.state"):
        await carry_out(stored.database, stored.delivery(one))


async def test_in_one_batch_what_was_proposed_is_confirmed(stored: Stored) -> None:
    order = stored.proposal()
    confirm = orders.Confirm(redemption_id=order.redemption_id, by=holder)
    await redeem_all(stored.database, [Request(order), Request(confirm)])
    assert (await stored.redemption(order.redemption_id)).state is State.AUTHORISED
    await audited(stored.database)


@pytest.mark.parametrize("misses", [1, 2])
async def test_a_counter_that_was_not_foreseen_is_locked_at_the_next_try(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, misses: int
) -> None:
    one = await stored.propose()
    foreseen, tries = Sight.counters, []

    def none_at_first(sight: Sight, now: datetime) -> set[CounterKey]:
        tries.append(now)
        return foreseen(sight, now) if len(tries) > misses else set()

    monkeypatch.setattr(Sight, "counters", none_at_first)
    assert (await carry_out(stored.database, orders.Confirm(redemption_id=one, by=holder))).body[
        "state"
    ] == "authorised"
    assert len(tries) == misses + 1


async def test_a_counter_that_is_never_foreseen_is_no_error_of_the_client(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await stored.propose()
    monkeypatch.setattr(Sight, "counters", lambda sight, now: set())
    with pytest.raises(Refusal, match=r"service\.unavailable"):
        await carry_out(stored.database, orders.Confirm(redemption_id=one, by=holder))


async def test_of_a_batch_only_the_poison_order_fails(stored: Stored) -> None:
    first, second = await stored.accepted(2_000 * YUAN), await stored.accepted(2_000 * YUAN)
    await carry_out(stored.database, orders.Capture(redemption_id=first, by=provider, capture_id=first))
    await stored.propose(client_ref="order-1")
    asked = [
        orders.Capture(redemption_id=second, by=provider, capture_id=first),
        stored.proposal(client_ref="order-1"),
        stored.proposal(),
    ]
    poison, taken, done = await redeem_all(stored.database, [Request(order) for order in asked])
    assert [getattr(one, "code", None) for one in (poison, taken)] == ["internal", "client_ref.taken"]
    assert getattr(done, "steps", None)
    await audited(stored.database)


@pytest.mark.parametrize("number", [1, 2])
async def test_a_lost_database_says_nothing_of_the_orders(stored: Stored, number: int) -> None:
    gone = Database("postgresql://nobody@127.0.0.1:9/none", "voucher")
    with pytest.raises(OSError, match="9"):
        await redeem_all(gone, [Request(stored.proposal()) for _ in range(number)])
    await gone.dispose()


async def test_in_a_transaction_of_the_callers_own_a_refused_order_leaves_it_usable(stored: Stored) -> None:
    order = orders.Confirm(redemption_id=await stored.propose(), by=provider)
    async with stored.database.begin() as connection:
        (refused,) = await redeem_batch(connection, [Request(order, keyed(order, "k1"))])
        (done,) = await redeem_batch(connection, [Request(stored.proposal())])
    assert isinstance(refused, Refusal)
    assert getattr(done, "steps", None)
    assert await count(stored.database, "idempotency_keys WHERE key = 'k1'") == 0


async def test_an_id_that_is_taken_is_our_own_fault_and_undoes_all(stored: Stored) -> None:
    first, second = await stored.accepted(2_000 * YUAN), await stored.accepted(2_000 * YUAN)
    await carry_out(stored.database, orders.Capture(redemption_id=first, by=provider, capture_id=first))
    with pytest.raises(IntegrityError, match="pk_captures"):
        await carry_out(stored.database, orders.Capture(redemption_id=second, by=provider, capture_id=first))
    await audited(stored.database)


async def test_one_order_alone_needs_a_key(stored: Stored) -> None:
    with pytest.raises(ValueError, match="without a key"):
        await redeem(stored.database, Request(stored.proposal()))


async def test_an_order_without_a_key_has_an_outcome_and_no_answer(stored: Stored) -> None:
    (outcome,) = await redeem_all(stored.database, [Request(stored.proposal())])
    assert getattr(outcome, "steps", None)
