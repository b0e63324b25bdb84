"""Each journal is proven in the seal it stands in, and each seal is opened once for all of them."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.seal import Rows
from services.voucher.ledger.operations.sealer import Press
from services.voucher.ledger.store import seals
from services.voucher.oversight.domain.proof import Proof
from services.voucher.oversight.operations.proving import proofs_of
from tests.voucher.ledger.sealed import SIGNET, seal_all, write
from tests.voucher.oversight.tampering import tamper

ONE_TRANSACTION = "UPDATE journals SET xact = (SELECT min(xact::text)::xid8 FROM journals)"


async def proven(database: Database) -> tuple[Proof, ...]:
    async with database.read() as connection:
        subjects: list[UUID] = list((await connection.execute(text("SELECT subject_id FROM journals"))).scalars())
        return await proofs_of(connection, subjects)


def leads_to_its_root(proof: Proof) -> bool:
    assert proof.sealed is not None
    seal, algorithm = proof.sealed.signed.seal, proof.sealed.signed.seal.algorithm
    leaf, index = merkle.leaf_hash(algorithm, proof.row.encode()), proof.sealed.index
    return merkle.climbed(algorithm, leaf, index=index, count=seal.count, beside=proof.sealed.beside) == seal.root


@pytest.mark.parametrize("limit", [1, 2, 4, 100])
async def test_every_journal_is_proven_however_its_transaction_is_cut(
    voucher_db: Database, superuser_url: str, limit: int
) -> None:
    for _ in range(3):
        await write(voucher_db)
    await tamper(superuser_url, ONE_TRANSACTION)
    await write(voucher_db)
    assert [one.sealed for one in await proven(voucher_db)] == [None] * 4
    await seal_all(voucher_db, Press(SIGNET, limit=limit))
    assert [leads_to_its_root(one) for one in await proven(voucher_db)] == [True] * 4


async def test_a_seal_is_opened_once_for_all_its_journals(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await write(voucher_db)
    await seal_all(voucher_db, Press(SIGNET, limit=9))
    opened, rows_of = [], seals.rows_of

    async def counted(connection: AsyncConnection, number: int) -> Rows:
        opened.append(number)
        return await rows_of(connection, number)

    monkeypatch.setattr(seals, "rows_of", counted)
    assert (len(await proven(voucher_db)), opened) == (5, [1, 2])


async def test_nothing_booked_is_nothing_proven(voucher_db: Database) -> None:
    assert await proven(voucher_db) == ()
