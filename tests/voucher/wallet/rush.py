"""A closed round that thousands applied in, written straight into the tables: for jobs that must carry many."""

import httpx2
from sqlalchemy import text

from services.chassis.database import Database
from services.standards.money import format_amount
from tests.conftest import SetClock
from tests.voucher.wallet.samples import CLOSED, FACE, OPEN
from tests.voucher.wallet.steps import a_round, apply, hear

FIRMS = """
INSERT INTO directory_facts (kind, key, document)
SELECT kind, name, document || jsonb_build_object('id', name)
FROM directory_facts, lateral (
    SELECT 'org_' || replace(gen_random_uuid()::text, '-', '') AS name FROM generate_series(2, :firms)
) AS names
WHERE kind = 'organization'
"""

APPLIED = """
INSERT INTO applications (id, round_id, holder_id, quota_root_id, region, client, state, amount, queue_class,
                          queue_order, number, reasons, created_by, created_at, submitted_at)
SELECT gen_random_uuid(), round_id, firm, firm, region, client, state, amount, queue_class,
       queue_order, nextval('application_numbers'), reasons, created_by, created_at, submitted_at
FROM applications, lateral (
    SELECT right(key, 32)::uuid AS firm FROM directory_facts
    WHERE kind = 'organization' AND right(key, 32)::uuid <> holder_id
) AS firms
"""


async def a_rush(api: httpx2.AsyncClient, database: Database, set_clock: SetClock, *, firms: int, funded: int) -> str:
    """A round in which so many firms applied for `FACE` each, closed but not ranked; it has quota for `funded`."""
    round_id = await a_round(api, database, format_amount(FACE * funded, "CNY"))
    await set_clock(OPEN)
    await apply(api, round_id, await hear(database))
    async with database.begin() as connection:
        await connection.execute(text(FIRMS), {"firms": firms})
        await connection.execute(text(APPLIED))
    await set_clock(CLOSED)
    return round_id
