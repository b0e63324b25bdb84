"""Remembers nothing of its own: reads whether a treasury has opened the account that holders would pay in to."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# by text: the table is of a wing above, which opens the accounts and closes none
_OPEN = text("""
    SELECT EXISTS (
        SELECT FROM payer_accounts WHERE treasury = :treasury AND currency = :currency AND kind = 'escrow'
    )
""")


async def is_open(connection: AsyncConnection, treasury: str, currency: str) -> bool:
    """Whether a treasury has its account in escrow of a currency."""
    found = await connection.execute(_OPEN, {"treasury": treasury, "currency": currency})
    return bool(found.scalar_one())
