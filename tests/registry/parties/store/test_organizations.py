"""A search by part of a name, or by operator, goes by an index."""

import pytest

from services.chassis.database import Database

SEARCHES = {
    "ix_organizations_name": "SELECT id FROM organizations WHERE name LIKE '%' || '蓬江区科技' || '%'",
    "uq_spaces_operator_id_name": "SELECT id FROM spaces WHERE operator_id = '00000000-0000-0000-0000-000000000001'",
}


@pytest.mark.parametrize(("index", "search"), SEARCHES.items())
async def test_a_search_goes_by_an_index(registry_db: Database, index: str, search: str) -> None:
    async with registry_db.read() as connection:
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = (await connection.exec_driver_sql(f"EXPLAIN {search}")).scalars().all()
    assert index in "\n".join(plan)
