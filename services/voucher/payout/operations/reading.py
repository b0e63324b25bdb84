"""Reads batches with their payouts and files, and payouts by whom they pay or who pays them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.store import bank_files, batches, payouts
from services.voucher.payout.store.bank_files import BankFile


@dataclass(frozen=True, slots=True)
class Whole:
    """A batch with its payouts in their order, and its file once it is written."""

    batch: Batch
    payouts: Sequence[Payout]
    file: BankFile | None


async def read_batch(database: Database, *, permit: Permit, batch_id: UUID) -> Whole:
    """One batch; NotFound `payout_batch.unknown`, also for another treasury's."""
    async with database.read() as connection:
        batch = await batches.read(connection, batch_id)
        permit.require("payout_batch.unknown", treasury=batch.treasury)
        members = await payouts.of_batch(connection, batch_id)
        return Whole(batch, members, await bank_files.of_batch(connection, batch_id))


async def list_batches(
    database: Database, *, permit: Permit, wanted: batches.Wanted, before: UUID | None, limit: int
) -> list[Batch]:
    """Up to `limit` of the batches that the caller may see, newest first."""
    narrowed = replace(wanted, treasury=permit.only_treasury)
    async with database.read() as connection:
        return await batches.find(connection, narrowed, before=before, limit=limit)


async def read_payout(database: Database, *, permit: Permit, payout_id: UUID) -> Payout:
    """One payout; NotFound `payout.unknown`, also for whoever neither pays nor is paid."""
    async with database.read() as connection:
        payout = (await payouts.read(connection, [payout_id])).get(payout_id)
        if payout is None:
            raise NotFound("payout.unknown")
        permit.require("payout.unknown", organizations=[payout.payee_id], treasury=payout.treasury)
        return payout


async def list_payouts(
    database: Database, *, permit: Permit, wanted: payouts.Wanted, before: UUID | None, limit: int
) -> list[Payout]:
    """Up to `limit` of the payouts that the caller may see, newest first: a treasury's own, or what pays him."""
    treasury = permit.bound("treasury")
    if isinstance(treasury, str):
        narrowed = replace(wanted, treasury=treasury)
    else:
        narrowed = replace(wanted, payee_id=permit.only_organization or wanted.payee_id)
    async with database.read() as connection:
        return await payouts.find(connection, narrowed, before=before, limit=limit)
