"""A provider's code is made by an admitted provider, names it to whoever scans it, and is retired for good."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Keyed
from services.chassis.refusals import NotFound, Refusal
from services.standards import spelling
from services.voucher.redemption.domain.provider_code import DRAWN, PREFIX
from services.voucher.redemption.operations.provider_codes import (
    list_provider_codes,
    make_provider_code,
    read_provider_code,
    retire_provider_code,
)
from tests.conftest import SetClock
from tests.voucher.redemption.consented import HOLDS, PROVIDES, a_key
from tests.voucher.redemption.samples import PAYEE, PROVIDER
from tests.voucher.redemption.stored import admitted, hear, organization, permitted

AUDITS = permitted("auditor", "any", organization=None)


@pytest.fixture(autouse=True)
async def heard(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    await hear(voucher_db)


async def made(database: Database, permit: Permit = PROVIDES, key: str | None = None) -> tuple[UUID, str]:
    keyed = Keyed(a_key("make", key).attempt, "f", lambda one: {"id": str(one.id), "code": one.code})
    body = (await make_provider_code(database, keyed, permit=permit, label="前台")).body
    return UUID(body["id"]), body["code"]


async def test_it_names_the_provider_as_it_stands_today(voucher_db: Database) -> None:
    _, code = await made(voucher_db)
    assert spelling.is_sound(code.removeprefix(PREFIX), DRAWN)
    named = await read_provider_code(voucher_db, text=code.lower())
    assert (named.code.provider_id, named.name, named.categories) == (PROVIDER, "单位2", ("design", "testing"))


async def test_the_same_key_makes_one(voucher_db: Database) -> None:
    assert await made(voucher_db, key="k1") == await made(voucher_db, key="k1")
    assert len((await list_provider_codes(voucher_db, permit=PROVIDES, after=None, limit=9))[0]) == 1


async def test_only_an_admitted_provider_makes_one(voucher_db: Database) -> None:
    suspended = organization(PAYEE, provider={**admitted("testing"), "state": "suspended"})
    await hear(voucher_db, suspended)
    for permit in (PROVIDES, HOLDS, permitted("provider", organization=UUID(int=99)), AUDITS):
        with pytest.raises(Refusal, match=r"provider\.not_admitted"):
            await made(voucher_db, permit)


async def test_retired_it_names_nobody_just_like_one_that_never_was(voucher_db: Database) -> None:
    one, code = await made(voucher_db)
    keyed = a_key("retire")
    await retire_provider_code(voucher_db, keyed, permit=PROVIDES, code_id=one)
    assert (await retire_provider_code(voucher_db, keyed, permit=PROVIDES, code_id=one)).replayed
    for text in (code, "IVP1:ABCD", "nonsense"):
        with pytest.raises(NotFound, match=r"provider_code\.unknown"):
            await read_provider_code(voucher_db, text=text)


async def test_anothers_code_and_none_are_retired_alike(voucher_db: Database) -> None:
    one, _ = await made(voucher_db)
    stranger = permitted("provider", organization=UUID(int=99))
    for permit, code_id in ((stranger, one), (PROVIDES, UUID(int=99))):
        with pytest.raises(NotFound, match=r"provider_code\.unknown"):
            await retire_provider_code(voucher_db, a_key("retire"), permit=permit, code_id=code_id)


async def test_everybody_lists_his_own_and_the_auditor_all(voucher_db: Database) -> None:
    first, second = await made(voucher_db), await made(voucher_db)
    found, cursor = await list_provider_codes(voucher_db, permit=PROVIDES, after=None, limit=1)
    rest, end = await list_provider_codes(voucher_db, permit=PROVIDES, after=cursor, limit=1)
    assert ([one.id for one in (*found, *rest)], end) == ([second[0], first[0]], None)
    assert (await list_provider_codes(voucher_db, permit=HOLDS, after=None, limit=9))[0] == []
    assert len((await list_provider_codes(voucher_db, permit=AUDITS, after=None, limit=9))[0]) == 2
