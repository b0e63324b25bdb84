"""A PIN is set at first, changed with the old one, or set anew with a reason and a day's patience."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis import clock, decisions
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.redemption.operations.pins import PinAsked, set_pin
from services.voucher.redemption.operations.proving import prove_pin
from tests.conftest import SetClock
from tests.voucher.redemption.consented import HOLDS, PIN, SEAL, WRONG, let_pass
from tests.voucher.redemption.samples import HOLDER
from tests.voucher.redemption.stored import permitted

OTHER = "604815"


@pytest.fixture(autouse=True)
async def day(set_clock: SetClock) -> None:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))


async def put(database: Database, pin: str, **asked: Any) -> datetime:
    return (await set_pin(database, SEAL, permit=HOLDS, asked=PinAsked(pin, **asked))).counts_from


async def proves(database: Database, pin: str) -> None:
    await prove_pin(database, SEAL, holder_id=HOLDER, pin=pin)


async def told(database: Database) -> list[str]:
    async with database.read() as connection:
        outcomes = [one.outcome for one in await decisions.of_subject(connection, HOLDER)]
        events = await connection.execute(
            text("SELECT type FROM events WHERE subject_kind = 'wallet' ORDER BY position")
        )
        assert [name for (name,) in events] == [f"wallet.pin_{outcome}" for outcome in outcomes]
    return outcomes


async def test_the_first_counts_at_once(voucher_db: Database) -> None:
    await put(voucher_db, PIN)
    await proves(voucher_db, PIN)
    assert await told(voucher_db) == ["set"]


async def test_it_is_changed_with_the_old_one(voucher_db: Database) -> None:
    await put(voucher_db, PIN)
    with pytest.raises(Refusal, match=r"pin\.wrong"):
        await put(voucher_db, OTHER, current=WRONG)
    await put(voucher_db, OTHER, current=PIN)
    await proves(voucher_db, OTHER)
    with pytest.raises(Refusal, match=r"pin\.wrong"):
        await proves(voucher_db, PIN)
    assert await told(voucher_db) == ["set", "changed"]


async def test_without_the_old_one_a_reason_is_needed(voucher_db: Database) -> None:
    await put(voucher_db, PIN)
    with pytest.raises(Refusal, match=r"pin\.current_missing"):
        await put(voucher_db, OTHER)
    await proves(voucher_db, PIN)


async def test_set_anew_it_counts_a_day_later_and_the_old_one_never_again(
    voucher_db: Database, superuser_url: str
) -> None:
    await put(voucher_db, PIN)
    counts_from = await put(voucher_db, OTHER, reason="the accountant left")
    async with voucher_db.read() as connection:
        assert counts_from - await clock.wall_clock(connection) > timedelta(hours=23)
    for pin in (PIN, OTHER):
        with pytest.raises(Refusal, match=r"pin\.cooling"):
            await proves(voucher_db, pin)
    await let_pass(superuser_url, timedelta(hours=24))
    await proves(voucher_db, OTHER)
    assert await told(voucher_db) == ["set", "reset"]


async def test_while_it_cools_it_cannot_be_changed_as_if_it_were_known(voucher_db: Database) -> None:
    await put(voucher_db, PIN)
    await put(voucher_db, OTHER, reason="forgotten")
    with pytest.raises(Refusal, match=r"pin\.cooling"):
        await put(voucher_db, PIN, current=OTHER)


async def test_of_two_who_set_the_first_at_once_the_second_is_asked_for_it(voucher_db: Database) -> None:
    answers = await asyncio.gather(put(voucher_db, PIN), put(voucher_db, OTHER), return_exceptions=True)
    (refused,) = [one for one in answers if isinstance(one, BaseException)]
    assert isinstance(refused, Refusal)
    assert refused.code == "pin.current_missing"


async def test_a_weak_one_and_a_caller_without_organisation_are_refused(voucher_db: Database) -> None:
    with pytest.raises(Refusal, match=r"pin\.weak"):
        await put(voucher_db, "123456")
    nobody = permitted("holder", organization=None)
    with pytest.raises(Refusal, match=r"application\.no_organization"):
        await set_pin(voucher_db, SEAL, permit=nobody, asked=PinAsked(PIN))


async def test_of_two_changes_at_once_the_second_proved_what_stands_no_longer(voucher_db: Database) -> None:
    await put(voucher_db, PIN)
    changes = [put(voucher_db, pin, current=PIN) for pin in (OTHER, WRONG)]
    refused = [one for one in await asyncio.gather(*changes, return_exceptions=True) if isinstance(one, Refusal)]
    assert [one.code in {"pin.current_missing", "pin.wrong"} for one in refused] == [True]
    assert await told(voucher_db) == ["set", "changed"]


def test_what_is_asked_shows_neither_pin() -> None:
    assert repr(PinAsked(PIN, WRONG)) == "PinAsked(reason=None, request_id=None)"
