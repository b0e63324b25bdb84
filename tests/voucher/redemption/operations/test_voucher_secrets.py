"""The secret of a voucher is shown once, kept as a digest, and dead when another is minted (defect 18)."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.standards import spelling
from services.voucher.redemption.domain.consent import SECRET_DRAWN
from services.voucher.redemption.operations.proving import proved_secrets
from services.voucher.redemption.operations.voucher_secrets import mint_secret
from services.voucher.redemption.store.voucher_secrets import Living
from tests.conftest import SetClock
from tests.voucher.redemption.consented import HOLDS, PIN, SEAL, a_key, a_secret, with_pin
from tests.voucher.redemption.samples import PAYEE
from tests.voucher.redemption.stored import Stored, a_stored_voucher, permitted


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def voucher_of(stored: Stored, secret: str) -> UUID | None:
    plain = spelling.plain(secret)
    (proved,) = await proved_secrets(stored.database, SEAL, caller=PAYEE, shown=[(plain, PIN)])
    return proved.voucher_id if isinstance(proved, Living) else None


async def test_it_is_soundly_spelled_and_cannot_be_guessed(stored: Stored) -> None:
    minted = {spelling.plain(await a_secret(await a_stored_voucher(stored.database))) for _ in range(1)}
    assert all(spelling.is_sound(secret, SECRET_DRAWN) for secret in minted)
    assert len(spelling.ALPHABET) ** SECRET_DRAWN > 2**80


async def test_what_is_kept_is_neither_the_secret_nor_a_plain_hash_of_it(stored: Stored) -> None:
    secret = spelling.plain(await a_secret(stored))
    async with stored.database.read() as connection:
        (kept,) = (await connection.execute(text("SELECT digest, last_four FROM voucher_secrets"))).all()
    assert kept.digest == SEAL.secret_digest(secret) != hashlib.sha256(secret.encode()).digest()
    assert kept.last_four == secret[-4:]


async def test_a_new_one_ends_the_old_one(stored: Stored) -> None:
    first = await a_secret(stored)
    _, second = await mint_secret(stored.database, SEAL, a_key(), permit=HOLDS, voucher_id=stored.voucher.id)
    assert second is not None
    assert (await voucher_of(stored, first), await voucher_of(stored, second)) == (None, stored.voucher.id)


async def test_a_repeated_request_mints_nothing_and_shows_nothing(stored: Stored) -> None:
    await with_pin(stored.database)
    keyed = a_key()
    first, secret = await mint_secret(stored.database, SEAL, keyed, permit=HOLDS, voucher_id=stored.voucher.id)
    again, none = await mint_secret(stored.database, SEAL, keyed, permit=HOLDS, voucher_id=stored.voucher.id)
    assert (again.replayed, again.body, none) == (True, first.body, None)
    assert secret is not None
    assert await voucher_of(stored, secret) == stored.voucher.id


async def test_only_its_holder_has_it_minted_and_only_with_a_pin(stored: Stored) -> None:
    other = permitted("holder", organization=UUID(int=99))
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        await mint_secret(stored.database, SEAL, a_key(), permit=other, voucher_id=stored.voucher.id)
    with pytest.raises(Refusal, match=r"pin\.not_set"):
        await mint_secret(stored.database, SEAL, a_key(), permit=HOLDS, voucher_id=stored.voucher.id)


async def test_a_voucher_that_cannot_be_used_has_none(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    draft = await a_stored_voucher(voucher_db, activated_at=None)
    await with_pin(voucher_db)
    with pytest.raises(Refusal, match=r"voucher\.draft"):
        await mint_secret(voucher_db, SEAL, a_key(), permit=HOLDS, voucher_id=draft.voucher.id)
