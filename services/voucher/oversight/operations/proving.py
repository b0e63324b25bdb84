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
from services.voucher.ledger.domain.seal import Signed
from services.voucher.ledger.store import sealed_rows, seals
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
    found = await seals.of_journals(connection, subject_ids)
    rows = await sealed_rows.texts(connection, list(found))
    return tuple([Proof(name.id, rows[name], await _sealed(one)) for name, one in found.items()])


async def _sealed(one: seals.Sealed | None) -> Sealed | None:
    if one is None:
        return None
    algorithm = one.signed.seal.algorithm
    return Sealed(one.signed, one.index, await asyncio.to_thread(merkle.path, algorithm, one.leaves, one.index))
