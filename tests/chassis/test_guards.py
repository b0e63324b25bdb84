"""Of the tables that every service has, its role changes only what changes, and the database refuses the rest."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from services.chassis.election import Office

FORBIDDEN = [
    ("UPDATE idempotency_keys SET fingerprint = 'another'", "permission denied"),
    ("UPDATE tasks SET role = 'admin'", "permission denied"),
    ("UPDATE jobs SET payload = '{}'", "permission denied"),
    ("UPDATE leases SET name = 'another'", "permission denied"),
    ("UPDATE timer_runs SET name = 'another'", "permission denied"),
    ("UPDATE leases SET held_since = held_until + interval '1 second'", "ck_leases_held"),
]


@pytest.mark.parametrize(("sql", "why"), FORBIDDEN)
async def test_what_never_changes_cannot_be_changed(voucher_db: Database, sql: str, why: str) -> None:
    await Office(voucher_db, "timetable").held()
    with pytest.raises(DBAPIError, match=why):
        async with voucher_db.begin() as connection:
            await connection.execute(text(sql))
