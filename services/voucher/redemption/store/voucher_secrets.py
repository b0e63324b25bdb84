"""Remembers the secret code of a voucher, as a digest by which it is found and from which it cannot be had."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store.consent_tables import VoucherSecrets
from services.voucher.wallet.store.tables import Vouchers

SECRETS = VoucherSecrets.__table__
VOUCHERS = Vouchers.__table__


@dataclass(frozen=True, slots=True)
class Minted:
    """A living secret as it is kept. minted_at: business time, UTC; last_four: by which its holder knows it again."""

    voucher_id: UUID
    digest: bytes = field(repr=False)
    last_four: str
    minted_at: datetime
    minted_by: str


async def find(connection: AsyncConnection, digest: bytes) -> tuple[UUID, UUID] | None:
    """The voucher whose secret this is, and its holder."""
    row = (
        await connection.execute(
            select(SECRETS.c.voucher_id, VOUCHERS.c.holder_id)
            .join(VOUCHERS, VOUCHERS.c.id == SECRETS.c.voucher_id)
            .where(SECRETS.c.digest == digest)
        )
    ).one_or_none()
    return (row.voucher_id, row.holder_id) if row is not None else None


async def save(connection: AsyncConnection, minted: Minted) -> None:
    """Keep a new secret; the one before opens nothing from now on."""
    fields = {name: getattr(minted, name) for name in Minted.__dataclass_fields__}
    changed = {name: value for name, value in fields.items() if name != "voucher_id"}
    await connection.execute(
        postgresql.insert(SECRETS)
        .values(fields)
        .on_conflict_do_update(index_elements=[SECRETS.c.voucher_id], set_=changed)
    )
