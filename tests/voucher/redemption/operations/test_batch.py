"""Of many orders in one call each is told its own outcome, a failure of ours fails no other, and every try is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis import attempts
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Order
from services.voucher.redemption.operations.batch import Unread, carry_out
from services.voucher.redemption.operations.redeem import Request
from tests.conftest import SetClock
from tests.voucher.redemption.samples import YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, keyed
from tests.voucher.redemption.stored import carry_out as carry_out_alone


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


def asked(*listed: Order) -> list[Request | Unread]:
    return [Request(order, keyed(order)) for order in listed]


def said(answers: list[Answer | Refusal]) -> list[str]:
    return [answer.code if isinstance(answer, Refusal) else "done" for answer in answers]


async def tried(database: Database) -> list[str]:
    async with database.read() as connection:
        sql = "SELECT operation || ' ' || outcome FROM attempts ORDER BY at, id"
        return list((await connection.execute(text(sql))).scalars())


async def test_an_order_that_fails_by_our_fault_fails_alone_and_is_no_attempt(stored: Stored) -> None:
    first, second = await stored.accepted(2_000 * YUAN), await stored.accepted(2_000 * YUAN)
    capture: dict[str, Any] = {"by": provider, "capture_id": first}
    await carry_out_alone(stored.database, orders.Capture(redemption_id=first, **capture))
    before = await tried(stored.database)
    poison = orders.Capture(redemption_id=second, **capture)
    refused = orders.Confirm(redemption_id=stored.result, by=holder)
    answers = await carry_out(
        stored.database, asked(stored.proposal(), poison, refused, stored.proposal()), all_or_nothing=False
    )
    assert said(answers) == ["done", "internal", "redemption.unknown", "done"]
    assert sorted((await tried(stored.database))[len(before) :]) == [
        "confirm_redemption refused",
        "propose_redemption done",
        "propose_redemption done",
    ]
    await audited(stored.database)


async def test_a_lost_database_leaves_every_item_open(stored: Stored) -> None:
    gone = Database("postgresql://nobody@127.0.0.1:9/none", "voucher")
    answers = await carry_out(gone, asked(stored.proposal(), stored.proposal()), all_or_nothing=False)
    assert said(answers) == ["service.unavailable"] * 2
    await gone.dispose()


async def test_a_refusal_is_told_though_the_try_could_not_be_written_down(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_: Any, tried: Sequence[Any]) -> None:
        if tried:
            raise OSError

    monkeypatch.setattr(attempts, "record", fails)
    refused = orders.Confirm(redemption_id=stored.result, by=holder)
    assert said(await carry_out(stored.database, asked(refused), all_or_nothing=False)) == ["redemption.unknown"]


async def test_all_or_nothing_undoes_what_was_decided_before_the_refusal(stored: Stored) -> None:
    one = await stored.propose(asked=100)
    confirm = orders.Confirm(redemption_id=one, by=holder)
    again = orders.Confirm(redemption_id=one, by=holder)
    answers = await carry_out(stored.database, asked(confirm, again), all_or_nothing=True)
    assert said(answers) == ["batch.refused", "redemption.state"]
    assert (await stored.now()).held == 0
    assert await tried(stored.database) == ["propose_redemption done", *["confirm_redemption refused"] * 2]
    await audited(stored.database)


async def test_all_or_nothing_decides_in_turn(stored: Stored) -> None:
    offer = stored.proposal(asked=100)
    confirm = orders.Confirm(redemption_id=offer.redemption_id, by=holder)
    assert said(await carry_out(stored.database, asked(offer, confirm), all_or_nothing=True)) == ["done"] * 2
    assert (await stored.now()).held == 100
    await audited(stored.database)


async def test_an_item_without_a_readable_key_is_no_attempt(stored: Stored) -> None:
    unread = Unread(Refusal("idempotency.missing"), None)
    assert said(await carry_out(stored.database, [unread], all_or_nothing=False)) == ["idempotency.missing"]
    assert await tried(stored.database) == []
