"""Writes the bank file of an approved batch, once: asked again it gives the same file, byte for byte, for ever."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.voucher.payout.domain import bank_file
from services.voucher.payout.domain import batch as deciding
from services.voucher.payout.domain.batch import WRITTEN, Batch
from services.voucher.payout.operations.batch_locks import lock_batch
from services.voucher.payout.store import bank_files, batch_records, batches, payer_accounts
from services.voucher.payout.store.bank_files import BankFile


@dataclass(frozen=True, slots=True)
class Download:
    """A bank file with its bytes."""

    file: BankFile
    content: bytes


async def write(database: Database, keyed: Keyed, *, permit: Permit, batch_id: UUID) -> Answer:
    """Write the file that tells the bank what to pay; a batch has one for ever, whose bytes leave once it is sent.

    NotFound `payout_batch.unknown`; refusals `payout_batch.state`, `payout_batch.blocked`, those of
    `domain.bank_file.write`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        locked = await lock_batch(connection, permit, batch_id)
        file = await bank_files.of_batch(connection, batch_id)
        if file is not None and locked.batch.state in WRITTEN:
            await batch_records.asked_again(connection, file, at=await clock.business_now(connection))
            return await idempotency.record(connection, keyed, file, file.id)
        account = await payer_accounts.lock(connection, locked.batch.payer_account_id)
        now = await clock.business_now(connection)
        written_batch = deciding.write_file(locked.batch)
        locked.refuse_blocked(at=now)
        account = replace(account, files=account.files + 1)
        written = bank_file.write(locked.batch, locked.payouts, account=account, number=account.files)
        file = BankFile(
            id=new_id(),
            batch_id=batch_id,
            payer_account_id=account.id,
            number=account.files,
            profile=account.file_profile,
            name=written.name,
            sha256=written.sha256,
            lines=len(locked.payouts),
            total=locked.batch.total,
            written_by=permit.caller.person,
            written_at=now,
        )
        await bank_files.add(connection, file, written.content)
        await payer_accounts.save(connection, account)
        await _pass_on(connection, written_batch, at=now)
        return await idempotency.record(connection, keyed, file, file.id)


async def _pass_on(connection: AsyncConnection, batch: Batch, *, at: datetime) -> None:
    await batches.save(connection, batch)
    await batch_records.moved(connection, batch, at=at)


async def download(database: Database, *, permit: Permit, batch_id: UUID) -> Download:
    """The file of a batch; NotFound `payout_batch.unknown`, `bank_file.unknown` before it is written.

    Refusals of `domain.batch.hand_out`, except to whoever may see everything.
    """
    async with database.read() as connection:
        batch = await batches.read(connection, batch_id)
        permit.require("payout_batch.unknown", treasury=batch.treasury)
        file = await bank_files.of_batch(connection, batch_id)
        if file is None:
            raise NotFound("bank_file.unknown")
        if not permit.everything:
            deciding.hand_out(batch)
        return Download(file, await bank_files.content(connection, file.id))
