"""Remembers the secret code of a voucher, as a digest by which it is found and from which it cannot be had."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store.consent_tables import CodeUses, VoucherSecrets
from services.voucher.wallet.store.tables import Vouchers

SECRETS = VoucherSecrets.__table__
USES = CodeUses.__table__
VOUCHERS = Vouchers.__table__


@dataclass(frozen=True, slots=True)
class Minted:
    """A secret as it is kept. minted_at: business time, UTC; last_four: by which its holder knows it again."""

    voucher_id: UUID
    id: UUID
    digest: bytes = field(repr=False)
    last_four: str
    minted_at: datetime
    minted_by: str


@dataclass(frozen=True, slots=True)
class Living:
    """A secret that has not passed yet, with its voucher and whose that is."""

    id: UUID
    voucher_id: UUID
    holder_id: UUID


async def living(connection: AsyncConnection, digests: Collection[bytes]) -> dict[bytes, Living]:
    """The secrets of these digests that may still pass, by digest."""
    rows = await connection.execute(
        select(SECRETS.c.digest, SECRETS.c.id, SECRETS.c.voucher_id, VOUCHERS.c.holder_id)
        .join(VOUCHERS, VOUCHERS.c.id == SECRETS.c.voucher_id)
        .outerjoin(USES, USES.c.nonce == SECRETS.c.id)
        .where(SECRETS.c.digest.in_(digests), USES.c.nonce.is_(None))
    )
    return {row.digest: Living(row.id, row.voucher_id, row.holder_id) for row in rows}


async def save(connection: AsyncConnection, minted: Minted) -> None:
    """Keep a new secret; the one before opens nothing from now on."""
    fields = {name: getattr(minted, name) for name in Minted.__dataclass_fields__}
    changed = {name: value for name, value in fields.items() if name != "voucher_id"}
    await connection.execute(
        postgresql.insert(SECRETS)
        .values(fields)
        .on_conflict_do_update(index_elements=[SECRETS.c.voucher_id], set_=changed)
    )
