"""What somebody else's program needs to check an export against seals: written from docs/seals-cycle.md alone."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

FORMS = {"journals": "booked_at", "decisions": "at", "attempts": "at"}


def told(value: Any) -> Any:
    """A column as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    return value if value is None else str(value) if isinstance(value, int | UUID | date) else value


def canonical(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


async def row_of(connection: AsyncConnection, table: str, row_id: UUID) -> bytes:
    """A row as its leaf is made of it; json columns as PostgreSQL prints them."""
    columns = {"decisions": ", numbers::text AS numbers", "attempts": ", reasons::text AS reasons"}.get(table, "")
    found = await connection.execute(
        text(f"SELECT *, xact::text AS xact{columns} FROM {table} WHERE id = :id"), {"id": row_id}
    )
    row = {name: told(value) for name, value in found.mappings().one().items()} | {"table": table}
    if table == "journals":
        entries = await connection.execute(
            text("SELECT * FROM entries WHERE journal_id = :id ORDER BY position"), {"id": row_id}
        )
        row["entries"] = [
            {name: told(value) for name, value in entry.items() if name != "journal_id"} for entry in entries.mappings()
        ] or None
    return canonical(row)


def leaf(row: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + row).digest()
