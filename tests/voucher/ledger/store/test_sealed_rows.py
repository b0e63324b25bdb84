"""The database makes of a row what anybody else makes of it from the documentation."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.seal import START, Kind, Name, Place
from services.voucher.ledger.store import sealed_rows
from tests.voucher.ledger import outsider
from tests.voucher.ledger.samples import AT
from tests.voucher.ledger.sealed import write

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(-(2**80), 2**80) | WORDS, max_size=4)
NAIVE = AT.replace(tzinfo=None)
INSTANTS = st.datetimes(NAIVE.replace(year=1), NAIVE.replace(year=9999), timezones=st.just(UTC))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def everything(database: Database, algorithm: str = "sha256") -> list[tuple[Name, bytes]]:
    """All rows with their leaf hashes, in their order."""
    async with database.read() as connection:
        end = await sealed_rows.next_end(connection, START, limit=1000)
        assert end is not None
        rows = await sealed_rows.read(connection, after=START, upto=end.upto, algorithm=algorithm)
        assert rows.count == end.count
        return [(Name.of(name), leaf) for name, leaf in zip(rows.name_list(), rows.leaf_list(), strict=True)]


@FEW
@given(words=WORDS, numbers=NUMBERS, at=INSTANTS)
async def test_a_leaf_is_what_an_outsider_makes_of_the_row(
    voucher_db: Database, words: str, numbers: dict[str, Any], at: datetime
) -> None:
    await write(voucher_db, words=words, numbers=numbers, at=at)
    last = (await everything(voucher_db))[-3:]
    assert [name.kind for name, _ in last] == list(Kind)
    async with voucher_db.read() as connection:
        for name, leaf in last:
            row = await outsider.row_of(connection, f"{name.kind}s", name.id)
            assert (leaf, (await sealed_rows.texts(connection, [name]))[name].encode()) == (outsider.leaf(row), row)


async def test_sm3_makes_other_leaves_of_the_same_rows(voucher_db: Database) -> None:
    await write(voucher_db)
    found, hashed = await everything(voucher_db, "sm3"), await everything(voucher_db)
    assert [name for name, _ in found] == [name for name, _ in hashed]
    async with voucher_db.read() as connection:
        texts = await sealed_rows.texts(connection, [name for name, _ in found])
    assert [leaf for _, leaf in found] == [merkle.leaf_hash("sm3", texts[name].encode()) for name, _ in found]


async def test_rows_are_ordered_by_transaction_kind_and_place(voucher_db: Database) -> None:
    for _ in range(3):
        await write(voucher_db)
    assert [name.kind for name, _ in await everything(voucher_db)] == list(Kind) * 3


@pytest.mark.parametrize("limit", [1, 2, 4, 5])
async def test_batches_of_any_size_put_together_are_all_rows_once(voucher_db: Database, limit: int) -> None:
    for _ in range(3):
        await write(voucher_db)
    found, after = b"", START
    async with voucher_db.read() as connection:
        while (end := await sealed_rows.next_end(connection, after, limit=limit)) is not None:
            rows = await sealed_rows.read(connection, after=after, upto=end.upto, algorithm="sha256")
            assert 0 < rows.count == end.count <= limit
            found, after = found + rows.names, end.upto
    assert found == b"".join(name.packed for name, _ in await everything(voucher_db))


async def test_what_another_transaction_may_still_come_before_waits(voucher_db: Database) -> None:
    async with voucher_db.begin() as slow:
        await slow.execute(text("SELECT pg_current_xact_id()"))
        await write(voucher_db)
        async with voucher_db.read() as connection:
            assert await sealed_rows.next_end(connection, START, limit=10) is None
    assert len(await everything(voucher_db)) == 3


async def test_a_span_without_rows_is_empty(voucher_db: Database) -> None:
    behind = Place(START.xact + 1, Kind.ATTEMPT, str(UUID(int=0)))
    async with voucher_db.read() as connection:
        rows = await sealed_rows.read(connection, after=START, upto=behind, algorithm="sha256")
        assert (rows.count, await sealed_rows.texts(connection, [])) == (0, {})


async def test_an_instant_of_a_leaf_does_not_depend_on_the_readers_settings(voucher_db: Database) -> None:
    await write(voucher_db, at=AT + timedelta(microseconds=100))
    (_, (name, leaf), _) = await everything(voucher_db)
    async with voucher_db.begin() as connection:
        await connection.execute(text("SET LOCAL timezone TO 'Asia/Shanghai'"))
        await connection.execute(text("SET LOCAL datestyle TO 'German'"))
        said = (await sealed_rows.texts(connection, [name]))[name]
    assert ("2020-09-14T01:00:00.000100Z" in said, outsider.leaf(said.encode())) == (True, leaf)
