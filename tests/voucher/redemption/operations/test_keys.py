"""A key has one effect and one answer over several processes; each test is on real commits over two lanes."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis import idempotency
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Propose
from services.voucher.redemption.operations.redeem import Request, redeem, redeem_all
from tests.conftest import SetClock
from tests.databases import Urls
from tests.voucher.redemption.samples import YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out, keyed

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
async def processes(database_urls: Urls) -> AsyncGenerator[list[Database]]:
    """Two, each with its own connections and its own lane."""
    made = [Database(database_urls.voucher, "voucher") for _ in range(2)]
    yield made
    for database in made:
        await database.dispose()


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


async def count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def told(database: Database, order: Propose, **changes: Any) -> Answer | Refusal:
    """The answer, or the refusal as a value, on that process's lane; the body is the same unless said."""
    try:
        return await carry_out(database, order, "k", **{"fingerprint": "same", **changes})
    except Refusal as refusal:
        return refusal


def answers(results: list[Answer | Refusal]) -> list[Answer]:
    return [result for result in results if isinstance(result, Answer)]


async def test_a_hundred_twins_over_two_processes_have_one_effect_and_one_answer(
    stored: Stored, processes: list[Database]
) -> None:
    results = await asyncio.gather(*(told(database, stored.proposal()) for database in processes * 50))
    assert [result.replayed for result in answers(results)].count(False) == 1
    assert len({result.body["id"] for result in answers(results)}) == 1
    assert len(answers(results)) == 100
    assert await count(stored.database, "redemptions") == 1
    await audited(stored.database)


async def test_of_two_bodies_under_one_key_one_is_carried_out_whatever_they_lock(
    stored: Stored, processes: list[Database]
) -> None:
    vouchers = [stored, await a_stored_voucher(stored.database)]
    tries = [
        told(database, voucher.proposal(asked=100), fingerprint=str(voucher.voucher.id))
        for database, voucher in zip(processes * 20, [vouchers[0], *vouchers] * 20, strict=False)
    ]
    results = await asyncio.gather(*tries)
    assert len({result.body["id"] for result in answers(results)}) == 1
    assert {result.code for result in results if isinstance(result, Refusal)} == {"idempotency.mismatch"}
    assert await count(stored.database, "redemptions") == 1
    await audited(stored.database)


async def test_a_key_whose_body_speaks_of_what_there_is_not_stays_free(
    stored: Stored, processes: list[Database]
) -> None:
    nowhere = [stored.proposal(voucher_id=stored.result) for _ in range(10)]
    results = await asyncio.gather(*(told(database, one) for database, one in zip(processes * 5, nowhere, strict=True)))
    assert {result.code for result in results if isinstance(result, Refusal)} == {"voucher.unknown"}
    assert await count(stored.database, "idempotency_keys") == 0
    assert isinstance(await told(processes[0], stored.proposal(), fingerprint="another body"), Answer)


async def test_a_twin_is_told_the_first_ones_answer_and_not_that_its_own_reference_is_taken(
    stored: Stored, processes: list[Database]
) -> None:
    tries = [told(database, stored.proposal(client_ref="order-1")) for database in processes * 10]
    assert len(answers(await asyncio.gather(*tries))) == 20


async def test_of_two_who_give_one_reference_the_second_is_told_that_it_is_taken(
    stored: Stored, processes: list[Database]
) -> None:
    other = await a_stored_voucher(stored.database)
    asked = [stored.proposal(client_ref="order-1"), other.proposal(client_ref="order-1")]
    tries = [redeem_all(database, [Request(one)]) for database, one in zip(processes, asked, strict=True)]
    results = [result for (result,) in await asyncio.gather(*tries)]
    assert [result.code for result in results if isinstance(result, Refusal)] == ["client_ref.taken"]


async def test_batches_that_share_keys_in_another_order_do_not_stand_in_each_others_way(
    stored: Stored, processes: list[Database]
) -> None:
    vouchers = [stored, *[await a_stored_voucher(stored.database) for _ in range(3)]]
    asked = [voucher.proposal(asked=100) for voucher in vouchers]
    requests = [Request(order, keyed(order, f"k{place}", fingerprint="same")) for place, order in enumerate(asked)]
    first, second = processes
    results = await asyncio.gather(redeem_all(first, requests), redeem_all(second, requests[::-1]))
    replayed = [one.replayed for result in results for one in result if isinstance(one, Answer)]
    assert sorted(replayed) == [False] * 4 + [True] * 4
    assert await count(stored.database, "redemptions") == 4


# ── the guards, one by one ───────────────────────────────────────────────────────────────────────────────────────


def blind(monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    """As if the first looks came before the twin had committed."""
    see, left = idempotency.answered, iter(range(looks))

    async def later(*asked: Any) -> Any:
        return {} if next(left, None) is not None else await see(*asked)

    monkeypatch.setattr(idempotency, "answered", later)


async def test_who_did_not_see_the_twins_key_fails_on_it_and_sees_it_at_the_next_try(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await told(stored.database, stored.proposal())
    blind(monkeypatch, looks=1)
    again = await told(stored.database, stored.proposal())
    assert isinstance(first, Answer)
    assert again == Answer(first.status, first.body, replayed=True)


async def test_who_never_sees_it_has_no_second_effect_all_the_same(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(stored.database, stored.proposal())
    blind(monkeypatch, looks=1000)
    refused = await told(stored.database, stored.proposal())
    assert isinstance(refused, Refusal)
    assert refused.code == "service.unavailable"
    assert await count(stored.database, "redemptions") == 1


# ── before any check ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_replay_is_answered_when_the_voucher_is_used_up_and_over_and_the_request_too_late(
    stored: Stored, set_clock: SetClock
) -> None:
    confirm = orders.Confirm(redemption_id=await stored.propose(asked=10_000 * YUAN), by=holder)
    first = await carry_out(stored.database, confirm, "k")
    await stored.authorised(asked=10_000 * YUAN)
    assert (await stored.now()).available == 0
    await set_clock(stored.voucher.deliver_by_ends + timedelta(days=1))
    late = datetime.now(UTC) - timedelta(seconds=1)
    again = await redeem(stored.database, Request(confirm, keyed(confirm, "k"), late))
    assert again == Answer(first.status, first.body, replayed=True)


async def test_a_key_whose_answer_is_forgotten_names_its_object(stored: Stored, superuser_url: str) -> None:
    order = orders.Void(redemption_id=await stored.authorised(), by=provider, note="given up")
    await carry_out(stored.database, order, "k")
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("UPDATE idempotency_keys SET answer = NULL"))
    await root.dispose()
    with pytest.raises(Refusal, match=r"idempotency\.forgotten"):
        await carry_out(stored.database, order, "k")
