"""The sealer seals every row once, in order, whoever writes meanwhile and wherever it is stopped."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.database import Database, Deposed
from services.voucher.heads import Heads
from services.voucher.ledger.domain.seal import GENESIS, Signed
from services.voucher.ledger.operations import sealer
from services.voucher.ledger.operations.sealer import ChainCut, CounterBehind, Press, Sealer, next_batch, put
from services.voucher.ledger.store import sealed_rows
from services.voucher.signet import SEAL, typ
from tests.voucher.ledger.sealed import PRESS, SIGNET, chain, names, seal_all, write
from tests.voucher.oversight.tampering import tamper


async def written(database: Database) -> set[tuple[str, Any]]:
    sql = " UNION ALL ".join(f"SELECT '{kind}', id FROM {kind}s" for kind in ("journal", "decision", "attempt"))
    async with database.read() as connection:
        return {(row[0], row[1]) for row in await connection.execute(text(sql))}


async def test_nothing_is_sealed_where_nothing_was_written(voucher_db: Database) -> None:
    assert await seal_all(voucher_db) == []


async def test_each_seal_holds_the_one_before_it_and_is_signed(voucher_db: Database) -> None:
    for _ in range(2):
        await write(voucher_db)
        await seal_all(voucher_db)
    first, second = await chain(voucher_db)
    assert (first.seal.number, first.seal.count, first.seal.previous) == (1, 3, GENESIS)
    assert (second.seal.number, second.seal.previous, second.head) == (2, first.head, second.seal.head)
    assert SIGNET.keys.opened(second.jws, typ(SEAL, sandbox=True)) == second.seal.statement
    assert json.loads(second.seal.statement)["previous"] == first.head.hex()


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_every_row_is_sealed_once_whatever_the_size_of_a_seal(voucher_db: Database, limit: int) -> None:
    for _ in range(3):
        await write(voucher_db)
    await seal_all(voucher_db, Press(SIGNET, limit=limit))
    sealed = await names(voucher_db)
    assert len(sealed) == 9
    assert {(name.kind.value, name.id) for name in sealed} == await written(voucher_db)


async def test_who_commits_late_is_not_missed(voucher_db: Database) -> None:
    """A transaction that began first and ends last is sealed all the same, and only then what came after it."""
    async with voucher_db.begin() as late:
        await late.execute(
            text(
                "INSERT INTO decisions (id, subject_kind, subject_id, kind, outcome, numbers, actor, at) VALUES"
                " (gen_random_uuid(), 'x', gen_random_uuid(), 'late', 'x', '{}', 'x', now())"
            )
        )
        await write(voucher_db)
        assert await seal_all(voucher_db) == []
    await seal_all(voucher_db)
    assert {(name.kind.value, name.id) for name in await names(voucher_db)} == await written(voucher_db)


async def test_while_many_write_nothing_is_missed_or_sealed_twice(voucher_db: Database) -> None:
    async def writer() -> None:
        for _ in range(15):
            await write(voucher_db)

    async def sealing() -> None:
        while len(await names(voucher_db)) < 4 * 15 * 3:
            if (batch := await next_batch(voucher_db, Press(SIGNET, limit=7))) is not None:
                await put(voucher_db, SIGNET, batch)

    await asyncio.wait_for(asyncio.gather(*(writer() for _ in range(4)), sealing()), 60)
    sealed = await names(voucher_db)
    assert len(sealed) == len(set(sealed))
    assert {(name.kind.value, name.id) for name in sealed} == await written(voucher_db)


async def test_two_who_seal_the_same_rows_make_one_seal(voucher_db: Database) -> None:
    await write(voucher_db)
    mine, other = await next_batch(voucher_db, PRESS), await next_batch(voucher_db, PRESS)
    assert mine is not None
    assert other is not None
    await put(voucher_db, SIGNET, mine)
    with pytest.raises(IntegrityError, match="pk_seals"):
        await put(voucher_db, SIGNET, other)
    assert len(await chain(voucher_db)) == 1


async def test_who_is_stopped_before_the_seal_is_written_leaves_nothing_behind(voucher_db: Database) -> None:
    await write(voucher_db)
    assert await next_batch(voucher_db, PRESS) is not None
    assert [signed.seal.count for signed in await seal_all(voucher_db)] == [3]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"previous": bytes(range(32))}, "fk_seals_follows_seals"),
        ({"number": 4}, "fk_seals_follows_seals"),
        ({"number": 2}, "pk_seals"),
        ({"count": 2}, "ck_seals_packed"),
        ({"root": b"short"}, "ck_seals_root"),
    ],
)
async def test_the_database_takes_only_what_follows_the_last_seal(
    voucher_db: Database, change: dict[str, Any], constraint: str
) -> None:
    for _ in range(2):
        await write(voucher_db)
        await seal_all(voucher_db)
    await write(voucher_db)
    batch = await next_batch(voucher_db, PRESS)
    assert batch is not None
    with pytest.raises(IntegrityError, match=constraint):
        await put(voucher_db, SIGNET, replace(batch, seal=replace(batch.seal, **change)))


async def test_what_was_sealed_may_not_be_changed_by_the_service(voucher_db: Database) -> None:
    for verb in ("UPDATE seals SET count = 1", "DELETE FROM seals", "TRUNCATE seals"):
        with pytest.raises(Exception, match="permission denied"):
            async with voucher_db.begin() as connection:
                await connection.execute(text(verb))


async def test_a_counter_that_runs_behind_is_told(voucher_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(voucher_db)
    await seal_all(voucher_db)

    async def behind(_: Any) -> int:
        return 5

    monkeypatch.setattr(sealed_rows, "horizon", behind)
    with pytest.raises(CounterBehind, match="reaches transaction"):
        await next_batch(voucher_db, PRESS)


CUT = ("DELETE FROM seals", "DELETE FROM seals WHERE number = 2", "UPDATE seals SET head = root WHERE number = 2")


@pytest.mark.parametrize("cut", CUT)
async def test_no_chain_is_signed_that_no_longer_holds_a_head_that_was_seen(
    voucher_db: Database, superuser_url: str, tmp_path: Path, cut: str
) -> None:
    """Also not by another process, elected after a restart: the key is not for who has only the database."""
    one = Sealer(voucher_db, PRESS, heads=Heads(tmp_path))
    for _ in range(2):
        await write(voucher_db)
        await one.run_once()
    await one.office.resign()
    await tamper(superuser_url, cut)
    left = await chain(voucher_db)
    for sealer_ in (one, Sealer(voucher_db, PRESS, heads=Heads(tmp_path))):
        await write(voucher_db)
        with pytest.raises(ChainCut, match="seal 2"):
            await sealer_.run_once()
        await sealer_.office.resign()
        assert (await chain(voucher_db), is_cut(voucher_db)) == (left, 1)
    with pytest.raises(ChainCut, match="seal 2"):
        await next_batch(voucher_db, PRESS, Heads(tmp_path).last(voucher_db))


async def test_who_is_not_elected_remembers_what_the_others_sealed(voucher_db: Database, superuser_url: str) -> None:
    first, second = Sealer(voucher_db, PRESS), Sealer(voucher_db, PRESS)
    await write(voucher_db)
    await first.run_once()
    await second.run_once()
    await first.office.resign()
    assert (is_cut(voucher_db), len(await chain(voucher_db))) == (0, 1)
    await tamper(superuser_url, "DELETE FROM seals")
    with pytest.raises(ChainCut):
        await second.run_once()
    await second.office.resign()


def is_cut(database: Database) -> float | None:
    labels = {"schema": "voucher", "database": database.engine.url.database or ""}
    return REGISTRY.get_sample_value("innovoucher_seal_chain_cut", labels)


async def test_a_sealer_seals_until_nothing_waits(voucher_db: Database) -> None:
    for _ in range(2):
        await write(voucher_db)
    one = Sealer(voucher_db, Press(SIGNET, limit=4))
    assert [await one.run_once(), await one.run_once(), await one.run_once()] == [True, False, False]
    assert [signed.seal.count for signed in await chain(voucher_db)] == [4, 2]


async def test_how_far_it_is_behind_is_counted_until_it_has_sealed_all(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> tuple[float, bool]:
        return lag(voucher_db, "rows"), lag(voucher_db, "seconds") > 0

    for _ in range(2):
        await write(voucher_db)
    one = Sealer(voucher_db, Press(SIGNET, limit=4), idle_seconds=0)
    assert (await one.run_once(), shown()) == (True, (6, False))
    with monkeypatch.context() as broken:
        broken.setattr(sealed_rows, "horizon", lambda _: 1 / 0)
        assert await one._tried() is False
    assert shown() == (1, True)
    assert (await one.run_once(), shown()) == (False, (0, False))


async def test_few_rows_wait_for_more_but_not_for_long(voucher_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "ENOUGH", 6)
    one = Sealer(voucher_db, Press(SIGNET, patience=3600))
    await write(voucher_db)
    assert (await one.run_once(), await chain(voucher_db)) == (False, [])
    await write(voucher_db)
    await one.run_once()
    await write(voucher_db)
    await one.run_once()
    assert [signed.seal.count for signed in await chain(voucher_db)] == [6]
    one.press = Press(SIGNET, patience=0)
    await one.run_once()
    assert [signed.seal.count for signed in await chain(voucher_db)] == [6, 3]
    await one.office.resign()


async def test_rows_that_an_open_transaction_keeps_from_their_seal_are_counted_as_waiting(
    voucher_db: Database,
) -> None:
    one = Sealer(voucher_db, PRESS)
    async with voucher_db.begin() as late:
        await late.execute(text("SELECT pg_current_xact_id()"))
        await write(voucher_db)
        await one.run_once()
        await one.run_once()
        assert (lag(voucher_db, "rows"), lag(voucher_db, "seconds") > 0) == (3, True)
    await one.run_once()
    assert (lag(voucher_db, "rows"), lag(voucher_db, "seconds")) == (0, 0)
    await one.office.resign()


def lag(database: Database, unit: str) -> float:
    labels = {"schema": "voucher", "database": database.engine.url.database or ""}
    value = REGISTRY.get_sample_value(f"innovoucher_seal_lag_{unit}", labels)
    assert value is not None
    return value


async def test_only_who_is_elected_seals(voucher_db: Database) -> None:
    await write(voucher_db)
    first, second = Sealer(voucher_db, PRESS), Sealer(voucher_db, PRESS)
    await first.office.held()
    assert (await second.run_once(), await chain(voucher_db)) == (False, [])
    await first.office.resign()


async def test_who_lost_the_office_meanwhile_seals_nothing(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(voucher_db)
    one = Sealer(voucher_db, PRESS)

    async def deposed(*_: Any) -> Signed:
        raise Deposed("sealer")

    monkeypatch.setattr(sealer, "put", deposed)
    assert (await one.run_once(), one.office.fenced) == (False, None)


async def test_it_goes_on_after_an_error_and_resigns_at_its_end(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(voucher_db)
    one, real = Sealer(voucher_db, Press(SIGNET, limit=3), idle_seconds=0.01), sealer.next_batch
    answers: list[Callable[..., Awaitable[Any]]] = [real]
    done, stored = asyncio.Event(), sealer.put

    async def at_first_broken(*given: Any) -> Any:
        if answers:
            answers.pop()
            raise OSError("gone")
        return await real(*given)

    async def seen(*given: Any) -> Signed:
        signed = await stored(*given)
        done.set()
        return signed

    monkeypatch.setattr(sealer, "next_batch", at_first_broken)
    monkeypatch.setattr(sealer, "put", seen)
    running = asyncio.create_task(one.run_forever())
    await asyncio.wait_for(done.wait(), 30)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (one.office.fenced, len(await chain(voucher_db)), answers) == (None, 1, [])
