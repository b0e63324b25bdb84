"""The database says which constraint refused a row."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.database import Database, violated


@pytest.mark.parametrize("ddl", ["CONSTRAINT uq_one UNIQUE", "CONSTRAINT uq_one CHECK (id <> 1)"])
async def test_a_refusal_is_told_by_the_constraints_name_and_not_by_its_words(voucher_db: Database, ddl: str) -> None:
    async with voucher_db.begin() as connection:
        await connection.execute(text(f"CREATE TEMPORARY TABLE uq_other (id integer {ddl}) ON COMMIT DROP"))
        with pytest.raises(IntegrityError) as refused:
            await connection.execute(text("INSERT INTO uq_other VALUES (1), (1)"))
        await connection.rollback()
    assert violated(refused.value, "uq_one")
    assert not violated(refused.value, "uq_other")
