"""Remembers which codes and secrets have been used, so that each passes once."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.voucher.redemption.store.consent_tables import CodeUses

USES = CodeUses.__table__
ONE_USE = "pk_code_uses"
"""The key on which the second of two who use one code at once fails: played again, it finds the first's use."""
AS_OF_NOW = (("used_at", func.business_now()),)


async def used(connection: AsyncConnection, nonces: Collection[UUID]) -> set[UUID]:
    """Those of the nonces that have passed; read it once the voucher is locked."""
    if not nonces:
        return set()
    return set((await connection.execute(select(USES.c.nonce).where(USES.c.nonce.in_(nonces)))).scalars())


async def use(connection: AsyncConnection, uses: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """Let nonces pass, each for (nonce, voucher, redemption), in the transaction that redeems.

    IntegrityError ``ONE_USE`` where one has passed already.
    """
    rows = [
        {"nonce": nonce, "voucher_id": voucher_id, "redemption_id": redemption_id}
        for nonce, voucher_id, redemption_id in uses
    ]
    await bulk.insert_all(connection, USES, rows, computed=AS_OF_NOW)
