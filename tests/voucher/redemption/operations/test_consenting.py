"""What is shown in proof of consent is read, and proved where it is secret; every try is counted."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from services.chassis import idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Keyed
from services.chassis.refusals import Refusal
from services.standards import spelling
from services.voucher.redemption.domain.consent import Consent, Means
from services.voucher.redemption.domain.withheld import CodeAsked
from services.voucher.redemption.operations.codes import make_code
from services.voucher.redemption.operations.consenting import Presented, consent_of, consents_of
from services.voucher.redemption.operations.provider_codes import make_provider_code, retire_provider_code
from services.voucher.redemption.operations.sealing import Seal
from tests.conftest import SetClock
from tests.voucher.redemption.consented import (
    HOLDS,
    PIN,
    PROVIDES,
    SEAL,
    WRONG,
    a_key,
    a_secret,
    let_pass,
    tries_of,
    with_pin,
)
from tests.voucher.redemption.counter import a_sale
from tests.voucher.redemption.samples import HOLDER, PAYEE, PROVIDER, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, carry_out, permitted

Show = Callable[..., Awaitable[Consent]]
ELSEWHERE = permitted("provider", organization=UUID(int=70))
"""Of another provider."""


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


@pytest.fixture
def show(stored: Stored) -> Show:
    async def shown(
        code: str, pin: str | None = None, permit: Permit = PROVIDES, keyed: Keyed | None = None
    ) -> Consent:
        return await consent_of(stored.database, SEAL, permit, Presented(code, pin), keyed or a_key("redeem"))

    return shown


async def a_token(stored: Stored, **asked: Any) -> str:
    code = CodeAsked(stored.voucher.id, 400 * YUAN, "CNY", **asked)
    return (await make_code(stored.database, SEAL, permit=HOLDS, asked=code)).token


async def test_a_qr_code_is_read_without_asking_anybody(stored: Stored, show: Show) -> None:
    consent = await show(await a_token(stored, provider_id=PROVIDER))
    assert (consent.means, consent.voucher_id, consent.ceiling) == (Means.QR, stored.voucher.id, 400 * YUAN)
    assert (consent.provider_id, consent.pinned, consent.valid) == (PROVIDER, False, True)


async def test_a_code_that_was_made_with_the_pin_says_so(stored: Stored, show: Show) -> None:
    await with_pin(stored.database)
    assert (await show(await a_token(stored, pin=PIN))).pinned


async def test_a_code_of_another_key_of_the_other_mode_or_with_a_bit_turned_proves_nothing(
    stored: Stored, show: Show
) -> None:
    token = await a_token(stored)
    turned = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    live = permitted("provider", organization=PAYEE)
    object.__setattr__(live.caller, "mode", "live")
    assert await show(turned) == await show("IVQ1:") == await show(token, permit=live) == Consent.refused(Means.QR)
    assert Seal(bytes(32), bytes(32)).read(token, "test") == Consent.refused(Means.QR)


async def test_the_secret_with_the_pin_is_consent_however_it_is_written(stored: Stored, show: Show) -> None:
    secret = await a_secret(stored)
    consent = await show(secret, PIN)
    assert replace(consent, nonce=None) == Consent(Means.SECRET, voucher_id=stored.voucher.id, pinned=True)
    assert consent.nonce is not None
    assert await show(secret.lower().replace("-", " "), PIN) == consent


async def test_a_secret_that_has_passed_is_nobodys_and_its_pin_is_not_judged(stored: Stored, show: Show) -> None:
    secret = await a_secret(stored)
    consent = await show(secret, PIN)
    await carry_out(stored.database, a_sale(provider, consent=consent))
    assert await show(secret, PIN) == await show(secret, WRONG) == Consent.refused(Means.SECRET)
    assert await tries_of(stored.database, caller=PAYEE) == 2
    assert await tries_of(stored.database, wallet=HOLDER, caller=PAYEE) == 0


async def test_the_pin_is_asked_for_whatever_secret_is_shown(show: Show) -> None:
    with pytest.raises(Refusal, match=r"pin\.required"):
        await show(unknown())


@pytest.mark.parametrize("scanned", ["hello", "6901234567892", "vch_0190163d8694739b8bde3d2e05f9a1c4", "你好"])
async def test_what_is_no_code_of_ours_proves_nothing_and_asks_for_no_pin(show: Show, scanned: str) -> None:
    assert await show(scanned) == Consent.refused(Means.SECRET)


async def test_a_wrong_pin_an_unknown_secret_and_a_wallet_without_pin_are_one(stored: Stored, show: Show) -> None:
    secret = await a_secret(stored)
    other = await a_stored_voucher(stored.database, holder_id=UUID(int=50))
    assert other.voucher.holder_id != HOLDER
    assert await show(secret, WRONG) == await show("2222-2222-2222-2222-2222", PIN) == Consent.refused(Means.SECRET)


async def test_a_slip_of_the_pen_is_not_counted_and_a_wrong_pin_is(stored: Stored, show: Show) -> None:
    secret = await a_secret(stored)
    slip = ("2" if secret[0] != "2" else "3") + secret[1:]
    assert not (await show(slip, PIN)).valid
    assert await tries_of(stored.database, caller=PAYEE) == 0
    assert not (await show(secret, WRONG)).valid
    counted = {"caller": PAYEE}, {"caller": PAYEE, "wallet": HOLDER}, {"wallet": HOLDER}
    assert [await tries_of(stored.database, **one) for one in counted] == [1, 1, 1]


async def test_five_wrong_pins_rest_the_caller_at_this_wallet_and_a_provider_is_not_told(
    stored: Stored, show: Show, superuser_url: str
) -> None:
    secret = await a_secret(stored)
    assert not any([(await show(secret, WRONG)).valid for _ in range(5)])
    assert await show(secret, PIN) == Consent.refused(Means.SECRET)
    await let_pass(superuser_url, timedelta(minutes=15))
    assert (await show(secret, PIN)).valid
    assert await tries_of(stored.database, wallet=HOLDER, caller=PAYEE) == 0


async def test_nobody_else_can_lock_a_holder_out(stored: Stored, show: Show) -> None:
    """Another provider guesses until it rests; the holder's own codes, his PIN and other providers go on."""
    secret = await a_secret(stored)
    for _ in range(15):
        assert not (await show(secret, WRONG, permit=ELSEWHERE)).valid
    assert (await show(await a_token(stored, pin=PIN))).pinned
    await with_pin(stored.database, pin="604815", current=PIN)
    assert (await show(secret, "604815")).valid


async def test_the_holders_own_slips_do_not_close_the_way_by_secret(stored: Stored, show: Show) -> None:
    secret = await a_secret(stored)
    for _ in range(5):
        with pytest.raises(Refusal, match=r"pin\.wrong"):
            await a_token(stored, pin=WRONG)
    with pytest.raises(Refusal, match=r"pin\.locked"):
        await a_token(stored, pin=PIN)
    assert (await show(secret, PIN)).valid


async def test_fifty_wrong_pins_of_all_callers_close_the_way_by_secret_for_a_day_and_no_other(
    stored: Stored, show: Show, superuser_url: str
) -> None:
    secret = await a_secret(stored)
    callers = [permitted("provider", organization=UUID(int=100 + number)) for number in range(10)]
    for caller in callers * 5:
        assert not (await show(secret, WRONG, permit=caller)).valid
    assert await show(secret, PIN) == Consent.refused(Means.SECRET)
    assert (await show(await a_token(stored, pin=PIN))).pinned
    await let_pass(superuser_url, timedelta(days=1))
    assert (await show(secret, PIN)).valid


async def test_at_a_wallet_that_rests_no_pin_is_looked_at(
    stored: Stored, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, looked_at, digest = await a_secret(stored), [], SEAL.pin_digest

    def noted(pin: str, holder_id: UUID) -> bytes:
        looked_at.append(pin)
        return digest(pin, holder_id)

    monkeypatch.setattr(SEAL, "pin_digest", noted)
    for _ in range(10):
        await show(secret, WRONG)
    assert looked_at == [WRONG] * 5


async def test_twenty_wrong_ones_of_a_caller_are_enough(stored: Stored, show: Show, superuser_url: str) -> None:
    secret = await a_secret(stored)
    for _ in range(20):
        assert not (await show(unknown(), PIN)).valid
    with pytest.raises(Refusal) as refused:
        await show(secret, PIN)
    assert refused.value.code == "consent.too_many"
    numbers = refused.value.reasons[0].numbers
    assert 3500 < int(numbers["retry_after_seconds"] or 0) <= 3600
    assert numbers["minutes"] in (59, 60)
    await let_pass(superuser_url, timedelta(hours=1))
    assert (await show(secret, PIN)).valid


def unknown() -> str:
    """A secret that is soundly spelled and belongs to nobody."""
    return spelling.draw(19, secrets.choice)


async def test_of_many_guesses_at_once_no_more_than_five_are_judged(stored: Stored, show: Show) -> None:
    secret = await a_secret(stored)
    found = await asyncio.gather(*(show(secret, WRONG) for _ in range(20)))
    assert not any(one.valid for one in found)
    assert await tries_of(stored.database, wallet=HOLDER) == 5


@pytest.fixture
def work(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What was done since: every statement with how many rows it was given, and every digest of a PIN."""
    done: list[object] = []
    digest = SEAL.pin_digest

    def digested(pin: str, holder_id: UUID) -> bytes:
        done.append("digest")
        return digest(pin, holder_id)

    def asked(*arguments: Any) -> None:
        _, _, statement, parameters, *_ = arguments
        done.append((statement, [len(one) if isinstance(one, list) else 1 for one in parameters]))

    monkeypatch.setattr(SEAL, "pin_digest", digested)
    engine = stored.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", asked)
    yield done
    event.remove(engine, "before_cursor_execute", asked)


async def test_the_same_is_done_for_a_secret_that_lives_as_for_one_that_is_nobodys(
    stored: Stored, show: Show, work: list[object]
) -> None:
    secret, seen = await a_secret(stored), []
    for shown in (secret, unknown()):
        work.clear()
        assert not (await show(shown, WRONG)).valid
        seen.append(list(work))
    assert seen[0] == seen[1]
    assert "digest" in seen[0]


async def test_many_are_proved_with_no_more_statements_than_one(stored: Stored, work: list[object]) -> None:
    shown, asked = Presented(await a_secret(stored), PIN), []
    for times in (1, 50):
        work.clear()
        proved = await consents_of(stored.database, SEAL, PROVIDES, [(shown, a_key("redeem")) for _ in range(times)])
        assert [isinstance(one, Consent) and one.valid for one in proved] == [True] * times
        asked.append([done[0] for done in work if isinstance(done, tuple)])
    assert asked[0] == asked[1]


async def test_a_callers_own_pin_proves_no_secret_of_nobody(stored: Stored, show: Show) -> None:
    await with_pin(stored.database)
    assert not (await show(unknown(), PIN, permit=permitted("provider", organization=HOLDER))).valid
    assert await tries_of(stored.database, caller=HOLDER) == 1
    assert await tries_of(stored.database, caller=HOLDER, wallet=HOLDER) == 0


async def test_a_key_that_was_answered_needs_no_proof_and_counts_nothing(stored: Stored, show: Show) -> None:
    secret, keyed = await a_secret(stored), a_key("redeem", "k1")
    async with stored.database.begin() as connection:
        assert await idempotency.replay(connection, keyed) is None
        await idempotency.record(connection, keyed, None, stored.voucher.id)
    assert await show(secret, WRONG, keyed=keyed) == Consent.refused(Means.SECRET)
    assert await tries_of(stored.database, caller=PAYEE) == 0


@pytest.fixture
async def hung_up(stored: Stored) -> tuple[UUID, str]:
    """A provider's code, by id and text."""
    keyed = Keyed(a_key("make").attempt, "f", lambda made: {"id": str(made.id), "code": made.code})
    body = (await make_provider_code(stored.database, keyed, permit=PROVIDES, label="前台")).body
    return UUID(body["id"]), body["code"]


async def test_a_holder_who_scans_a_provider_consents_by_calling(
    stored: Stored, show: Show, hung_up: tuple[UUID, str]
) -> None:
    assert await show(hung_up[1].lower().replace("ivp1", "IVP1"), permit=HOLDS) == scanned(hung_up[1])
    await with_pin(stored.database)
    assert await show(hung_up[1], PIN, permit=HOLDS) == scanned(hung_up[1], pinned=True)


def scanned(code: str, *, pinned: bool = False) -> Consent:
    return Consent(Means.PROVIDER_CODE, code=code, pinned=pinned)


async def test_a_providers_code_without_a_pin_is_not_looked_up_before_the_order_is_carried_out(
    stored: Stored, show: Show, hung_up: tuple[UUID, str], work: list[object]
) -> None:
    await show(hung_up[1], permit=HOLDS)
    assert work == []


async def test_whom_a_providers_code_names_is_paid(stored: Stored, hung_up: tuple[UUID, str]) -> None:
    sale = a_sale(holder, consent=scanned(hung_up[1]), asked=100 * YUAN)
    await carry_out(stored.database, sale)
    assert (await stored.redemption(sale.redemption_id)).terms.provider_id == PROVIDER


async def test_the_holder_himself_is_told_that_his_pin_is_wrong(
    stored: Stored, show: Show, hung_up: tuple[UUID, str]
) -> None:
    with pytest.raises(Refusal, match=r"pin\.not_set"):
        await show(hung_up[1], PIN, permit=HOLDS)
    await with_pin(stored.database)
    for _ in range(5):
        with pytest.raises(Refusal, match=r"pin\.wrong"):
            await show(hung_up[1], WRONG, permit=HOLDS)
    with pytest.raises(Refusal, match=r"pin\.locked") as locked:
        await show(hung_up[1], PIN, permit=HOLDS)
    assert locked.value.reasons[0].numbers["minutes"] == 15


async def test_an_unknown_and_a_retired_code_of_a_provider_are_one(
    stored: Stored, show: Show, hung_up: tuple[UUID, str]
) -> None:
    await retire_provider_code(stored.database, a_key("retire"), permit=PROVIDES, code_id=hung_up[0])
    for code in (hung_up[1], "IVP1:ABCD"):
        with pytest.raises(Refusal, match=r"consent\.invalid"):
            await carry_out(stored.database, a_sale(holder, consent=await show(code, permit=HOLDS)))


async def test_a_code_that_names_nobody_costs_no_try_of_a_pin(stored: Stored, show: Show) -> None:
    await with_pin(stored.database)
    assert await show("IVP1:ABCD", WRONG, permit=HOLDS) == Consent.refused(Means.PROVIDER_CODE)
    assert await tries_of(stored.database, wallet=HOLDER, caller=HOLDER) == 0


async def test_one_pin_of_several_is_judged_where_the_code_beside_it_names_somebody(
    stored: Stored, hung_up: tuple[UUID, str]
) -> None:
    await with_pin(stored.database)
    shown = [(Presented(code, PIN), a_key("redeem")) for code in ("IVP1:ABCD", hung_up[1])]
    proved = await consents_of(stored.database, SEAL, HOLDS, shown)
    assert proved == [Consent.refused(Means.PROVIDER_CODE), scanned(hung_up[1], pinned=True)]


def test_what_was_shown_is_not_shown_again() -> None:
    assert repr(Presented("secret", "482913")) == "Presented()"
