"""A holder's code is made for a minute of real time, and of it nothing is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.voucher.redemption.domain.withheld import CodeAsked
from services.voucher.redemption.operations.codes import Made, make_code
from tests.conftest import SetClock
from tests.voucher.redemption.consented import HOLDS, PIN, SEAL, WRONG, let_pass, tries_of, with_pin
from tests.voucher.redemption.samples import HOLDER, PROVIDER, YUAN
from tests.voucher.redemption.stored import Stored, a_stored_voucher, permitted


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def made(stored: Stored, permit: Permit = HOLDS, ceiling: int = 400 * YUAN, **asked: Any) -> Made:
    wanted = CodeAsked(**{"voucher_id": stored.voucher.id, "ceiling": ceiling, "currency": "CNY", **asked})
    return await make_code(stored.database, SEAL, permit=permit, asked=wanted)


async def test_it_lives_for_a_minute_of_real_time_whatever_day_it_is_for_business(stored: Stored) -> None:
    async with stored.database.read() as connection:
        before = await clock.wall_clock(connection)
    code = (await made(stored)).code
    assert timedelta(seconds=59) <= code.expires_at - before < timedelta(seconds=70)
    assert code.expires_at.year >= 2026


async def test_two_codes_are_two(stored: Stored) -> None:
    first, second = await made(stored), await made(stored)
    assert first.code.nonce != second.code.nonce
    assert first.token != second.token


async def test_nothing_is_kept_of_it(stored: Stored) -> None:
    await made(stored)
    async with stored.database.read() as connection:
        kept = "SELECT (SELECT count(*) FROM code_uses) + (SELECT count(*) FROM redemptions)"
        assert (await connection.execute(text(kept))).scalar_one() == 0


@pytest.mark.parametrize(
    ("permit", "asked", "code"),
    [
        (permitted("holder", organization=UUID(int=99)), {}, "voucher.unknown"),
        (HOLDS, {"voucher_id": UUID(int=99)}, "voucher.unknown"),
        (HOLDS, {"provider_id": UUID(int=99)}, "provider.unknown"),
    ],
)
async def test_it_is_of_ones_own_voucher_and_for_a_provider_that_exists(
    stored: Stored, permit: Permit, asked: dict[str, Any], code: str
) -> None:
    with pytest.raises(NotFound) as refused:
        await made(stored, permit, **asked)
    assert refused.value.code == code


async def test_above_the_limit_the_pin_is_proved_and_a_wrong_one_is_counted(stored: Stored) -> None:
    with pytest.raises(Refusal, match=r"pin\.required"):
        await made(stored, ceiling=501 * YUAN)
    await with_pin(stored.database)
    with pytest.raises(Refusal, match=r"pin\.wrong"):
        await made(stored, ceiling=501 * YUAN, pin=WRONG)
    assert await tries_of(stored.database, wallet=HOLDER, caller=HOLDER) > 0
    assert (await made(stored, ceiling=501 * YUAN, pin=PIN, provider_id=PROVIDER)).code.pinned


async def test_a_pin_that_was_set_anew_does_not_count_yet(stored: Stored, superuser_url: str) -> None:
    await with_pin(stored.database)
    await with_pin(stored.database, pin="604815", reason="lost phone")
    with pytest.raises(Refusal, match=r"pin\.cooling"):
        await made(stored, ceiling=501 * YUAN, pin="604815")
    await let_pass(superuser_url, timedelta(hours=24))
    assert (await made(stored, ceiling=501 * YUAN, pin="604815")).code.pinned


async def test_it_does_not_show_its_text(stored: Stored) -> None:
    code = await made(stored)
    assert code.token not in repr(code)
