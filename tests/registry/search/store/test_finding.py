"""A search goes by an index, in whichever way it is looked for, and never takes long."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from migrations import runner
from services.chassis.database import Database, overran, violated
from services.registry.search.domain.entry import Entry
from services.registry.search.domain.question import Fit, Narrowed, Question
from services.registry.search.store import entries, finding
from services.registry.search.store.entries import ENTRIES
from services.registry.search.store.finding import Scope
from services.registry.search.store.matching import fitting
from tests.registry.samples import PENGJIANG, code

CHARACTERS = "江海天金宏恒鼎盛泰兴瑞博创新源润泽林森木石山川河湖洋波涛浪峰"
MANY = 4_000
"""Entries among which a search must not look at every one."""
RARE = {
    Fit.EXACT: "江森天检测有限公司",
    Fit.BEGINS: "江森天检",
    Fit.INSIDE: "森天检测",
    Fit.SPELLED_BEGINS: "jiangsentianjian",
    Fit.SPELLED_INSIDE: "sentianjiance",
    Fit.WORDS: "森天 测有",
    Fit.NEARLY: "江森错检测有",
}


def name(number: int) -> str:
    most = len(CHARACTERS)
    return "".join(CHARACTERS[number // most**place % most] for place in (2, 1, 0)) + "检测有限公司"


def firm(number: int) -> Entry:
    return Entry("organization", UUID(int=number + 1), name(number), "active", 1, code=code(number), region=PENGJIANG)


@pytest.fixture
async def crowded(registry: Database, owner_url: str) -> Database:
    """With as many entries as make it matter, and the planner knowing of them."""
    async with registry.begin() as connection:
        await entries.keep(connection, [firm(number) for number in range(MANY)])
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.exec_driver_sql("ANALYZE registry.search_entries")
    return registry


async def plan(database: Database, condition: ColumnElement[bool]) -> str:
    """How the first page of what fits is looked for."""
    page = select(ENTRIES.c.id).where(condition).order_by(ENTRIES.c.sort_key, ENTRIES.c.id).limit(50)
    async with database.read() as connection:
        sql = page.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return "\n".join((await connection.exec_driver_sql(f"EXPLAIN {sql}")).scalars())


async def test_no_search_looks_at_every_entry(crowded: Database) -> None:
    plans = {fit: await plan(crowded, fitting(Question(typed), fit)) for fit, typed in RARE.items()}
    assert [fit for fit, how in plans.items() if "ix_search_entries_" not in how or "Seq Scan" in how] == []


async def test_a_credit_code_is_looked_up_in_an_index_too(crowded: Database) -> None:
    assert "ix_search_entries_code" in await plan(crowded, fitting(Question(code(7)), Fit.EXACT))


async def test_a_search_that_takes_too_long_is_given_up(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SEARCH_MILLISECONDS", 50)
    async with registry.read() as connection:
        await finding.be_brief(connection)
        with pytest.raises(DBAPIError) as cut:
            await connection.execute(text("SELECT pg_sleep(5)"))
    assert overran(cut.value)


async def test_the_time_of_a_search_is_that_of_all_it_asks_together(
    registry: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "SEARCH_MILLISECONDS", 400)
    scope = Scope(Narrowed(), None, date(2020, 9, 14))
    async with registry.read() as connection:
        await finding.be_brief(connection)
        await connection.execute(text("SELECT pg_sleep(0.3)"))
        assert await finding.find(connection, scope, None, after=None, limit=1) == []
        with pytest.raises(DBAPIError) as cut:
            await connection.execute(text("SELECT pg_sleep(0.3)"))
    assert overran(cut.value)


async def test_the_database_itself_shows_no_organisation_to_the_public(registry: Database) -> None:
    async with registry.begin() as connection:
        await entries.keep(connection, [firm(1)])
    with pytest.raises(IntegrityError) as refused:
        async with registry.begin() as connection:
            await connection.execute(text("UPDATE search_entries SET is_open = true, is_public = true"))
    assert violated(refused.value, "ck_search_entries_is_public")


async def test_an_older_document_makes_nothing_older(registry: Database) -> None:
    newer = Entry("organization", UUID(int=1), "新名", "active", 2)
    async with registry.begin() as connection:
        await entries.keep(connection, [newer])
        await entries.keep(connection, [firm(0)])
        assert (await connection.execute(select(ENTRIES.c.name))).scalars().all() == ["新名"]
