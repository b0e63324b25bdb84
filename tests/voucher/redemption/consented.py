"""What the tests of consent share: a seal, permits of both sides, a wallet with a PIN, and times that are over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.chassis.attempts import Attempt
from services.chassis.authorisation import NOBODY, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Keyed, fingerprint
from services.chassis.ids import new_id
from services.voucher.redemption.operations.pins import PinAsked, set_pin
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.operations.voucher_secrets import mint_secret
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.redemption.stored import Stored, permitted

SEAL = Seal(bytes(range(32)), bytes(32))
"""The one that the tests' app has, see tests/voucher/neighbours.py."""
PIN, WRONG = "482913", "730518"
HOLDS: Permit = permitted("holder", organization=HOLDER)
PROVIDES: Permit = permitted("provider", organization=PAYEE)


def a_key(operation: str = "mint_voucher_secret", key: str | None = None) -> Keyed:
    attempt = Attempt(operation, "per_1", HOLDER, None, None, key or str(new_id()), "refused")
    return Keyed(attempt, fingerprint("/", None), lambda kept: {"last_four": getattr(kept, "last_four", "")})


async def with_pin(database: Database, permit: Permit = HOLDS, **asked: Any) -> None:
    await set_pin(database, SEAL, permit=permit, asked=replace(PinAsked(PIN), **asked))


async def a_secret(stored: Stored) -> str:
    """The secret of the stored voucher, as its holder was shown it; his wallet has a PIN."""
    await with_pin(stored.database)
    _, secret = await mint_secret(stored.database, SEAL, a_key(), permit=HOLDS, voucher_id=stored.voucher.id)
    assert secret is not None
    return secret


async def tries_of(database: Database, *, caller: UUID = NOBODY, wallet: UUID = NOBODY) -> int:
    """How many wrong ones are counted of a caller, at a wallet, or of one at the other."""
    async with database.read() as connection:
        statement = text("SELECT wrong FROM consent_tries WHERE wallet_id = :wallet AND caller_id = :caller")
        return (await connection.execute(statement, {"caller": caller, "wallet": wallet})).scalar() or 0


async def let_pass(superuser_url: str, span: timedelta) -> None:
    """Let real time pass for wallets and callers, as no role of ours could."""
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        for change in (
            "UPDATE wallet_pins SET counts_from = counts_from - CAST(:span AS interval)",
            "UPDATE consent_tries SET since = since - CAST(:span AS interval),"
            " locked_until = locked_until - CAST(:span AS interval)",
        ):
            await connection.execute(text(change), {"span": span})
    await root.dispose()
