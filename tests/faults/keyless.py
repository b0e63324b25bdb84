"""Switches the guard of request keys off: nothing is looked up under them, and the database takes one twice."""

from typing import Any

import pytest
from sqlalchemy import text

from services.chassis import idempotency
from services.chassis.database import Database


async def without_keys(monkeypatch: pytest.MonkeyPatch, superuser_url: str) -> None:
    """From now on a retry is a new request."""

    async def never_heard(*_: Any) -> dict[Any, Any]:
        return {}

    monkeypatch.setattr(idempotency, "answered", never_heard)
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text(f"ALTER TABLE idempotency_keys DROP CONSTRAINT {idempotency.ONE_KEY}"))
    await root.dispose()
