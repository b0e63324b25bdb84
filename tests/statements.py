"""Notes the statements that are sent by the driver itself, which SQLAlchemy's own hooks do not see."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.bulk import Statement


def noted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SQL of each, in the order in which they are sent from now on."""
    sent: list[str] = []
    rows = Statement.rows

    async def note(self: Statement, connection: AsyncConnection, given: Mapping[str, Any]) -> Sequence[Any]:
        sent.append(self._sql)
        return await rows(self, connection, given)

    monkeypatch.setattr(Statement, "rows", note)
    return sent
