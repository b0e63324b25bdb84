"""A contract is redeemed once over all vouchers, also by two at once; each test comes from a bug."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.operations.redeem import Request, redeem_all
from services.voucher.redemption.store import redemptions
from tests.conftest import SetClock
from tests.voucher.redemption.samples import YUAN, a_contract, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, all_at_once, audited, carry_out

CONTRACT = a_contract(2_000 * YUAN)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def two_confirms(stored: Stored) -> list[orders.Order]:
    """The same contract, offered under two vouchers of one holder."""
    vouchers = [stored, await a_stored_voucher(stored.database)]
    offered = [await one.propose(contract=CONTRACT) for one in vouchers]
    return [orders.Confirm(redemption_id=one, by=holder) for one in offered]


async def one_wins(stored: Stored, confirms: list[orders.Order]) -> None:
    won, lost = sorted(await all_at_once(stored.database, confirms), key=lambda one: isinstance(one, Refusal))
    assert isinstance(won, Answer)
    assert isinstance(lost, Refusal)
    assert lost.code == "contract.already_redeemed"
    assert lost.reasons[0].numbers["redemption"] == f"red_{UUID(won.body['id']).hex}"
    await audited(stored.database)


async def drop_the_index(superuser_url: str) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("DROP INDEX uq_redemptions_contract"))
    await root.dispose()


async def test_of_two_vouchers_that_redeem_one_contract_at_once_one_wins(stored: Stored) -> None:
    await one_wins(stored, await two_confirms(stored))


async def test_without_the_index_the_holders_common_counter_still_parts_them(
    stored: Stored, superuser_url: str
) -> None:
    confirms = await two_confirms(stored)
    await drop_the_index(superuser_url)
    await one_wins(stored, confirms)


def see_nothing_at_first(monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    """As if the two had no counter in common, so that neither sees the other when it is decided."""
    see, blind = redemptions.redeemed, iter(range(looks))

    async def later(connection: AsyncConnection, contracts: Collection[Any]) -> Any:
        return {} if next(blind, None) is not None else await see(connection, contracts)

    monkeypatch.setattr(redemptions, "redeemed", later)


async def test_who_did_not_see_the_other_fails_on_the_index_and_sees_it_at_the_next_try(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirms = await two_confirms(stored)
    see_nothing_at_first(monkeypatch, looks=2)
    await one_wins(stored, confirms)


async def test_without_index_and_look_the_contract_is_paid_for_twice(
    stored: Stored, superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirms = await two_confirms(stored)
    await drop_the_index(superuser_url)
    see_nothing_at_first(monkeypatch, looks=2)
    assert all(isinstance(one, Answer) for one in await all_at_once(stored.database, confirms))


async def test_a_contract_may_be_redeemed_anew_once_all_came_back(stored: Stored) -> None:
    first = await stored.authorised(contract=CONTRACT)
    with pytest.raises(Refusal, match=r"contract\.already_redeemed"):
        await stored.propose(contract=CONTRACT)
    await carry_out(stored.database, orders.Void(redemption_id=first, by=provider, note="given up"))
    await stored.authorised(contract=CONTRACT)
    await audited(stored.database)


async def test_in_one_batch_the_second_confirm_of_a_contract_is_refused(stored: Stored) -> None:
    won, lost = await redeem_all(stored.database, [Request(one) for one in await two_confirms(stored)])
    assert not isinstance(won, Refusal)
    assert isinstance(lost, Refusal)
    assert lost.code == "contract.already_redeemed"
    await audited(stored.database)
