"""Gathers what proves that the journals on something stand in the books, offline and for whoever is shown it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.seal import Name, Rows, Signed
from services.voucher.ledger.store import sealed_rows, seals
from services.voucher.ledger.store.seals import Booked
from services.voucher.oversight.domain.proof import Proof, Sealed
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.store import redemptions


@dataclass(frozen=True, slots=True)
class Proven:
    """The journals on a redemption, and the last seal there is; None before the first."""

    redemption_id: UUID
    proofs: tuple[Proof, ...]
    last: Signed | None


async def prove_redemption(database: Database, *, permit: Permit, redemption_id: UUID) -> Proven:
    """What is booked on one redemption; NotFound ``redemption.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        await seen_redemption(connection, permit, redemption_id)
        return Proven(redemption_id, await proofs_of(connection, [redemption_id]), await seals.last(connection))


async def seen_redemption(connection: AsyncConnection, permit: Permit, redemption_id: UUID) -> Redemption:
    """A redemption that the caller may know of; NotFound ``redemption.unknown``."""
    found = (await redemptions.read(connection, [redemption_id])).get(redemption_id)
    if found is None:
        raise NotFound("redemption.unknown")
    terms = found.terms
    permit.require("redemption.unknown", organizations=[terms.holder_id, terms.payee_id], region=terms.region)
    return found


async def proofs_of(connection: AsyncConnection, subject_ids: Sequence[UUID]) -> tuple[Proof, ...]:
    """The journals booked on these subjects, in their order, each as it stands and where it is sealed."""
    booked = await seals.journals_on(connection, subject_ids)
    sealed = await _sealed(connection, booked)
    rows = await sealed_rows.texts(connection, [one.name for one in booked])
    return tuple([Proof(one.name.id, rows[one.name], sealed.get(one.name)) for one in booked])


async def _sealed(connection: AsyncConnection, booked: Sequence[Booked]) -> dict[Name, Sealed]:
    """Where each is sealed that is: one seal after the other is opened, once, and only the paths are kept of it."""
    found: dict[Name, Sealed] = {}
    waiting, number = sorted(booked, key=lambda one: one.xact), 0
    while waiting and (signed := await seals.reaching(connection, waiting[0].xact, behind=number)) is not None:
        number, upto = signed.seal.number, signed.seal.upto.xact
        rows = await seals.rows_of(connection, number)
        found |= await asyncio.to_thread(_paths, signed, rows, [one.name for one in waiting if one.xact <= upto])
        # a transaction that a seal ends in may go on in the next one
        waiting = [one for one in waiting if one.xact >= upto and one.name not in found]
    return found


def _paths(signed: Signed, rows: Rows, wanted: Sequence[Name]) -> dict[Name, Sealed]:
    """Those of the wanted rows that stand in a seal."""
    index = {name: place for place, name in enumerate(rows.name_list())}
    found = {name: index[name.packed] for name in wanted if name.packed in index}
    beside = merkle.paths(signed.seal.algorithm, rows.leaf_list(), list(found.values()))
    return {name: Sealed(signed, found[name], path) for name, path in zip(found, beside, strict=True)}
