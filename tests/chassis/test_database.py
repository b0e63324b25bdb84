"""The database says which constraint refused a row, and whether it can serve anybody."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis.database import Database, lost, sqlstate, violated


@pytest.mark.parametrize("ddl", ["CONSTRAINT uq_one UNIQUE", "CONSTRAINT uq_one CHECK (id <> 1)"])
async def test_a_refusal_is_told_by_the_constraints_name_and_not_by_its_words(voucher_db: Database, ddl: str) -> None:
    async with voucher_db.begin() as connection:
        await connection.execute(text(f"CREATE TEMPORARY TABLE uq_other (id integer {ddl}) ON COMMIT DROP"))
        with pytest.raises(IntegrityError) as refused:
            await connection.execute(text("INSERT INTO uq_other VALUES (1), (1)"))
        await connection.rollback()
    assert violated(refused.value, "uq_one")
    assert not violated(refused.value, "uq_other")


@pytest.mark.parametrize(
    ("state", "unserved"),
    [
        *[(one, True) for one in ("08006", "25P03", "53100", "53300", "57P03", "58030")],
        *[(one, False) for one in ("23505", "40001", "57014", "55P03", "P0001")],
    ],
)
async def test_what_the_server_cannot_do_for_anybody_says_nothing_of_what_was_asked(
    voucher_db: Database, state: str, unserved: bool
) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with voucher_db.begin() as connection:
            await connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))
    assert (lost(raised.value), sqlstate(raised.value)) == (unserved, state)
