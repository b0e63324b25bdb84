"""What is due is read in the order of its index, and nothing else of the transaction that does so is planned for it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.wallet.store import vouchers

Read = Callable[[AsyncConnection], Awaitable[Any]]
UPTO = datetime(2020, 12, 1, tzinfo=UTC)
READS: dict[str, Read] = {
    "pools": partial(vouchers.pools_due, upto=UPTO, limit=1),
    "vouchers": partial(vouchers.lock_due, upto=UPTO, pools=[(new_id(), "all")], limit=1),
    "reminders": partial(vouchers.lock_to_remind, upto=UPTO, limit=1),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
async def test_a_batch_is_read_without_a_sort_and_what_follows_may_sort_again(voucher_db: Database, read: Read) -> None:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement.split(maxsplit=1)[0])

    async with voucher_db.begin() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await read(connection)
        assert (await connection.execute(text("SHOW enable_sort"))).scalar_one() == "on"
    assert asked == ["SET", "SELECT", "SET", "SHOW"]
