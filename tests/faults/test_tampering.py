"""Attack 33: whoever has the server in his hands changes what was booked, and the audit names it. And what seals may
cost: a redemption waits for no sealer, and one that is frozen or killed leaves no gap.
"""

import signal
from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.ledger.domain.seal import Name
from services.voucher.ledger.store import seals
from services.voucher.oversight.operations.audit import run_audit
from tests.faults.load import Load, at_the_counter, reckoned, under_load
from tests.faults.machines import Nodes, until
from tests.voucher.ledger.sealed import chain, names
from tests.voucher.oversight.tampering import tamper
from tests.voucher.redemption.stored import Stored

WRITTEN = """SELECT 'journal' AS kind, id FROM journals UNION ALL SELECT 'decision', id FROM decisions
             UNION ALL SELECT 'attempt', id FROM attempts"""
VICTIMS = """SELECT id, subject_id FROM journals WHERE subject_kind = 'redemption' ORDER BY sequence LIMIT 3"""
SOME = 12


async def written(database: Database) -> set[tuple[str, object]]:
    async with database.read() as connection:
        return {(row.kind, row.id) for row in await connection.execute(text(WRITTEN))}


def sealed_all(database: Database) -> Callable[[], Awaitable[bool]]:
    """Whether every row is in a seal by now."""

    async def all_of_it() -> bool:
        return {(name.kind.value, name.id) for name in await names(database)} == await written(database)

    return all_of_it


async def busier(load: Load, by: int = SOME) -> None:
    """Wait until so many more were acknowledged."""
    heard = len(load.acknowledged) + by

    async def enough() -> bool:
        return len(load.acknowledged) >= heard

    await until(enough)


async def once_each(database: Database) -> None:
    """Every row is sealed, none of them twice, and all of it holds."""
    await until(sealed_all(database))
    found: list[Name] = await names(database)
    assert len(found) == len(set(found)) > 0
    assert [one for one in (await run_audit(database)).findings if one.check.startswith("seal")] == []


async def test_of_real_redemptions_the_changed_rows_are_named_by_seal_and_leaf(
    voucher_db: Database, wallet: Sequence[Stored], started: Nodes, superuser_url: str
) -> None:
    node = await started.start()
    async with under_load(node.url, wallet, ways=[at_the_counter]) as load:
        await busier(load)
    await once_each(voucher_db)
    node.kill()
    async with voucher_db.read() as connection:
        altered, deleted, moved = [row.id for row in await connection.execute(text(VICTIMS))]
        decision = (await connection.execute(text("SELECT id FROM decisions ORDER BY xact LIMIT 1"))).scalar_one()
    await tamper(
        superuser_url,
        f"UPDATE entries SET amount = amount * 10 WHERE journal_id = '{altered}';"
        f"DELETE FROM entries WHERE journal_id = '{deleted}';"
        f"DELETE FROM journals WHERE id = '{deleted}';"
        f"UPDATE journals SET xact = (SELECT max(xact::text::bigint)::text::xid8 FROM journals) WHERE id = '{moved}';"
        f"DELETE FROM decisions WHERE id = '{decision}'",
    )
    findings = [one for one in (await run_audit(voucher_db)).findings if one.check.startswith("sealed.")]
    assert {(one.check, one.subject.partition(",")[0]) for one in findings} == {
        ("sealed.altered", f"journal jnl_{altered.hex}"),
        ("sealed.deleted", f"journal jnl_{deleted.hex}"),
        ("sealed.deleted", f"decision dec_{decision.hex}"),
        ("sealed.reordered", f"journal jnl_{moved.hex}"),
    }
    assert len(findings) == 4


async def test_redemptions_go_on_while_the_sealer_is_frozen_and_nothing_is_left_out(
    voucher_db: Database, wallet: Sequence[Stored], started: Nodes
) -> None:
    sealing, serving = await started.start(), await started.start(works=False)
    async with under_load(serving.url, wallet, ways=[at_the_counter]) as load:
        await busier(load)
        sealing.send(signal.SIGSTOP)
        before = len(await chain(voucher_db))
        await busier(load, 2 * SOME)
        assert len(await chain(voucher_db)) == before
        sealing.send(signal.SIGCONT)
    await once_each(voucher_db)
    assert await reckoned(load, voucher_db) == []


@pytest.mark.slow
async def test_a_sealer_that_is_killed_leaves_no_gap_and_seals_nothing_twice(
    voucher_db: Database, wallet: Sequence[Stored], started: Nodes
) -> None:
    sealing, serving = await started.start(), await started.start(works=False)
    async with under_load(serving.url, wallet, ways=[at_the_counter]) as load:
        for _ in range(3):
            await busier(load)
            sealing.kill()
            sealing.start()
            await sealing.ready()
    await once_each(voucher_db)
    async with voucher_db.read() as connection:
        numbers = [signed.seal.number async for signed in seals.chain(connection)]
    assert numbers == list(range(1, len(numbers) + 1))
