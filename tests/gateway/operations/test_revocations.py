"""The revocation feed leaves nothing out, whatever slow transaction runs beside it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from services.chassis.clock import wall_clock
from services.chassis.database import Database, Databases
from services.chassis.refusals import Refusal
from services.gateway.domain.revocation import revoke
from services.gateway.operations.revocations import list_revocations
from services.gateway.operations.sessions import revoke_token
from services.gateway.store import revocations as store
from tests.conftest import MakeDatabase


async def heard(databases: Databases, after: str | None = None) -> tuple[list[str], str]:
    found, cursor = await list_revocations(databases, after=after)
    return [one.subject for one in found], cursor


async def test_each_entry_is_told_after_the_cursor_once(gateway_db: Database) -> None:
    databases = Databases(test=gateway_db)
    await revoke_token(gateway_db, "tok_1")
    first, cursor = await heard(databases)
    await revoke_token(gateway_db, "tok_2")
    second, cursor = await heard(databases, cursor)
    assert (first, second, (await heard(databases, cursor))[0]) == (["tok_1"], ["tok_2"], [])


async def test_a_slow_transaction_hides_neither_itself_nor_others(gateway_db: Database) -> None:
    databases = Databases(test=gateway_db)
    _, cursor = await heard(databases)
    async with gateway_db.begin() as slow:
        now = await wall_clock(slow)
        await store.append(slow, [revoke("token", "tok_slow", at=now)])
        await revoke_token(gateway_db, "tok_fast")
        during, cursor = await heard(databases, cursor)
    after, cursor = await heard(databases, cursor)
    assert during == ["tok_fast"]
    assert set(after) == {"tok_slow", "tok_fast"}
    assert (await heard(databases, cursor))[0] == []


async def test_what_has_expired_is_not_told_and_can_be_dropped(gateway_db: Database) -> None:
    async with gateway_db.begin() as connection:
        long_ago = await wall_clock(connection) - timedelta(minutes=20)
        await store.append(connection, [revoke("token", "tok_old", at=long_ago)])
    assert (await heard(Databases(test=gateway_db)))[0] == []
    async with gateway_db.begin() as connection:
        await store.prune(connection, at=await wall_clock(connection))
        assert (await connection.execute(text("SELECT count(*) FROM revocations"))).scalar_one() == 0


async def test_live_and_sandbox_are_told_together(new_database: MakeDatabase) -> None:
    live, test = [Database((await new_database()).gateway, "gateway") for _ in range(2)]
    await revoke_token(live, "tok_live")
    await revoke_token(test, "tok_test")
    found, cursor = await heard(Databases(live=live, test=test))
    again, _ = await heard(Databases(live=live, test=test), cursor)
    await live.dispose()
    await test.dispose()
    assert (found, again) == (["tok_live", "tok_test"], [])


@pytest.mark.parametrize("cursor", ["x", "WyJhIiwgImIiXQ", "WyIxIl0", "WyIxLXgiLCAiIl0"])
async def test_a_foreign_cursor_is_refused(gateway_db: Database, cursor: str) -> None:
    with pytest.raises(Refusal, match=r"page\.cursor"):
        await heard(Databases(test=gateway_db), cursor)
