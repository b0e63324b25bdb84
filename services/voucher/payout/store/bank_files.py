"""Remembers bank files: one for each batch, its bytes for ever, no bytes twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.payout.store.tables import BankFiles

FILES = BankFiles.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFile:
    """A bank file without its bytes; total in fen, sha256 in hexadecimal, written_by a person."""

    id: UUID
    batch_id: UUID
    payer_account_id: UUID
    number: int
    profile: str
    name: str
    sha256: str
    lines: int
    total: int
    written_by: str
    written_at: datetime


_KNOWN = tuple(FILES.c[name] for name in BankFile.__dataclass_fields__)


async def add(connection: AsyncConnection, file: BankFile, content: bytes) -> None:
    """Write a file with its bytes, under the lock of its batch and its payer account."""
    values: Mapping[str, Any] = {name: getattr(file, name) for name in BankFile.__dataclass_fields__}
    await connection.execute(insert(FILES).values({**values, "content": content}))


async def of_batch(connection: AsyncConnection, batch_id: UUID) -> BankFile | None:
    """The file of a batch; None before it is written."""
    row = (await connection.execute(select(*_KNOWN).where(FILES.c.batch_id == batch_id))).mappings().one_or_none()
    return None if row is None else BankFile(**row)


async def content(connection: AsyncConnection, file_id: UUID) -> bytes:
    """The bytes of a file that is known to exist."""
    found: bytes = (await connection.execute(select(FILES.c.content).where(FILES.c.id == file_id))).scalar_one()
    return found
