"""A nonce passes once, and the database holds it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from services.chassis.database import Database, violated
from services.voucher.redemption.store import codes
from tests.conftest import SetClock
from tests.voucher.redemption.stored import Stored, a_stored_voucher

NONCE = uuid4()


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def use(stored: Stored, redemption_id: UUID, *nonces: UUID) -> None:
    async with stored.database.begin() as connection:
        await codes.use(connection, [(nonce, stored.voucher.id, redemption_id) for nonce in nonces])


async def test_what_has_passed_is_found_and_nothing_else(stored: Stored) -> None:
    other, new = uuid4(), uuid4()
    await use(stored, await stored.propose(), NONCE, other)
    async with stored.database.read() as connection:
        assert await codes.used(connection, [NONCE, new]) == {NONCE}
        assert await codes.used(connection, []) == set()


async def test_it_never_passes_again(stored: Stored) -> None:
    one = await stored.propose()
    await use(stored, one, NONCE)
    with pytest.raises(IntegrityError) as refused:
        await use(stored, one, NONCE)
    assert violated(refused.value, codes.ONE_USE)


@pytest.mark.parametrize("change", ["DELETE FROM code_uses", "UPDATE code_uses SET nonce = gen_random_uuid()"])
async def test_the_service_cannot_let_it_pass_again(stored: Stored, change: str) -> None:
    async with stored.database.begin() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text(change))
