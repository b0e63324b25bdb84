"""Attack 30: codes, secrets and PINs guessed, replayed and forwarded; nothing is learnt by trying, nothing leaks.

With it go three defects of peers: codes from a weak source (18), codes and PINs in logs or answers (28), and a
pre-check that hands out what redeems (30).
"""

import ast
import asyncio
import itertools
import re
import secrets
from collections.abc import AsyncGenerator, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select, text

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.ids import show
from services.standards import spelling
from services.voucher.redemption.domain.code import Code
from services.voucher.redemption.domain.consent import SECRET_DRAWN
from services.voucher.redemption.domain.pin import Count, Judged, Tries, Verdict, judge
from services.voucher.redemption.operations import proving
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import codes, tries
from tests.conftest import SetClock
from tests.databases import Urls
from tests.faults.served import the, voucher_app
from tests.voucher.redemption.consented import PIN, SEAL, WRONG, tries_of
from tests.voucher.redemption.samples import HOLDER, PAYEE, PROVIDER, VOUCHER
from tests.voucher.redemption.stored import Stored, a_stored_voucher, admitted, audited, hear, organization

OTHER_PAYEE, OTHER_PROVIDER = UUID(int=70), UUID(int=71)
RECEIPTS = itertools.count(1)
ANOTHER = {"org": show("org", OTHER_PAYEE), "sub": "per_another", "per": "per_another"}
"""Claims of another provider."""


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def a_sale(code: str, pin: str | None = None, **changes: Any) -> dict[str, Any]:
    consent = {"code": code} | ({"pin": pin} if pin is not None else {})
    sold = {"category": "testing", "price": money("100.00"), "number": f"R-{next(RECEIPTS)}"}
    return {"consent": consent, **sold, **changes}


@dataclass(frozen=True)
class Counter:
    """A holder and a provider at the counter, over HTTP."""

    http: httpx2.AsyncClient
    stored: Stored

    @property
    def voucher(self) -> str:
        return f"/v1/vouchers/{show('vch', self.stored.voucher.id)}"

    async def code(self, **body: Any) -> str:
        asked = {"ceiling": money("400.00"), **body}
        answer = await self.http.post(f"{self.voucher}/code", headers=the("holder"), json=asked)
        return str(answer.json()["token"])

    async def secret(self) -> str:
        await self.http.put("/v1/wallet/pin", headers=the("holder"), json={"pin": PIN})
        return str((await self.http.post(f"{self.voucher}/secret", headers=the("holder"))).json()["secret"])

    async def redeem(self, code: str, pin: str | None = None, **claims: Any) -> httpx2.Response:
        return await self.sell(a_sale(code, pin), the("provider", **claims))

    async def sell(self, sale: Mapping[str, Any], headers: Mapping[str, str]) -> httpx2.Response:
        return await self.http.post("/v1/redemptions:instant", headers=headers, json=sale)


@pytest.fixture
async def http(database_urls: Urls) -> AsyncGenerator[httpx2.AsyncClient]:
    async with voucher_app(database_urls.voucher, works=False) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://voucher", timeout=60) as client:
            yield client


@pytest.fixture
async def counter(voucher_db: Database, set_clock: SetClock, http: httpx2.AsyncClient) -> AsyncGenerator[Counter]:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    counter = Counter(http, await a_stored_voucher(voucher_db))
    another = {**admitted("testing", "design"), "id": show("prv", OTHER_PROVIDER)}
    await hear(voucher_db, organization(OTHER_PAYEE, provider=another))
    yield counter
    await audited(voucher_db)


def told(answer: httpx2.Response) -> tuple[Any, ...]:
    """Everything that a client is told, but for the name of the request itself."""
    body = {name: value for name, value in answer.json().items() if name != "request_id"}
    headers = {name: value for name, value in answer.headers.items() if name not in {"content-length", "date"}}
    return answer.status_code, body, headers


async def an_own_code(counter: Counter, **changes: Any) -> str:
    """A code as only the house could sign it, changed as no endpoint would."""
    async with counter.stored.database.read() as connection:
        real = await clock.wall_clock(connection)
    code = Code(counter.stored.voucher.id, uuid4(), real + timedelta(minutes=1), 40_000, "CNY", None, False, True)
    return SEAL.sign(replace(code, **changes))


async def test_no_guess_is_told_apart_from_any_other(counter: Counter) -> None:
    secret, used = await counter.secret(), await counter.code()
    assert (await counter.redeem(used)).status_code == 201
    expired = datetime(2026, 1, 1, tzinfo=UTC)
    forged = Seal(secrets.token_bytes(32), bytes(32)).sign(
        Code(counter.stored.voucher.id, uuid4(), expired, 40_000, "CNY", None, False, True)
    )
    shown = {
        "used": (used, None),
        "expired": (await an_own_code(counter, expires_at=expired), None),
        "forged": (forged, None),
        "torn": (used[:-8], None),
        "of the live system": (await an_own_code(counter, test=False), None),
        "of another provider": (await an_own_code(counter, provider_id=OTHER_PROVIDER), None),
        "of no voucher": (await an_own_code(counter, voucher_id=VOUCHER), None),
        "unknown secret": (spelling.draw(SECRET_DRAWN, secrets.choice), PIN),
        "misspelled secret": ("ABCD", PIN),
        "wrong pin": (secret, WRONG),
    }
    answers = {name: told(await counter.redeem(*what)) for name, what in shown.items()}
    assert {name: answer for name, answer in answers.items() if answer != answers["forged"]} == {}
    assert (answers["forged"][0], answers["forged"][1]["code"]) == (422, "consent.invalid")


async def test_a_locked_wallet_is_told_to_a_provider_like_a_wrong_pin(counter: Counter) -> None:
    secret = await counter.secret()
    answers = [told(await counter.redeem(secret, pin)) for pin in [WRONG] * 5 + [PIN]]
    assert all(answer == answers[0] for answer in answers)


async def test_a_code_that_is_forwarded_passes_only_where_it_was_meant_to(counter: Counter) -> None:
    code = await counter.code(provider_id=show("prv", PROVIDER))
    assert (await counter.redeem(code, **ANOTHER)).json()["code"] == "consent.invalid"
    assert (await counter.redeem(code)).status_code == 201


async def test_the_twenty_first_unknown_secret_is_told_to_wait_and_a_misspelled_one_never(counter: Counter) -> None:
    for _ in range(21):
        assert (await counter.redeem("WXYZ-EFGH-JKMN-PQRS-TUVW", PIN)).json()["code"] == "consent.invalid"
    for _ in range(20):
        assert (await counter.redeem(spelling.draw(SECRET_DRAWN, secrets.choice), PIN)).status_code == 422
    waits = await counter.redeem(spelling.draw(SECRET_DRAWN, secrets.choice), PIN)
    assert (waits.status_code, waits.json()["code"]) == (429, "consent.too_many")
    assert 3500 < int(waits.headers["Retry-After"]) <= 3600


async def passed(counter: Counter, *shown: str, times: int = 20) -> int:
    """How often passed what many showed at once."""
    answers = await asyncio.gather(*(counter.redeem(*shown) for _ in range(times)))
    assert {answer.json()["code"] for answer in answers if answer.status_code != 201} <= {"consent.invalid"}
    return sum(answer.status_code == 201 for answer in answers)


async def test_a_code_passes_once_however_many_show_it_at_once(counter: Counter) -> None:
    assert await passed(counter, await counter.code()) == 1


async def test_a_secret_passes_once_however_many_show_it_at_once(counter: Counter) -> None:
    assert await passed(counter, await counter.secret(), PIN) == 1


async def test_a_secret_is_used_up_by_what_it_paid_and_another_is_minted_for_the_next(counter: Counter) -> None:
    secret = await counter.secret()
    assert (await counter.redeem(secret, PIN)).status_code == 201
    for claims in ({}, ANOTHER):
        assert (await counter.redeem(secret, PIN, **claims)).json()["code"] == "consent.invalid"
    next_one = (await counter.http.post(f"{counter.voucher}/secret", headers=the("holder"))).json()["secret"]
    assert (await counter.redeem(next_one, PIN)).status_code == 201


async def test_what_a_secret_paid_is_told_again_to_whoever_asks_under_the_same_key(counter: Counter) -> None:
    sale, headers = a_sale(await counter.secret(), PIN), the("provider")
    first, again = [await counter.sell(sale, headers) for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_secret_that_paid_nothing_is_not_used_up(counter: Counter) -> None:
    secret = await counter.secret()
    too_much = a_sale(secret, PIN, price=money("9000.00"))
    assert (await counter.sell(too_much, the("provider"))).json()["code"] == "instant.too_much"
    assert (await counter.redeem(secret, PIN)).status_code == 201


async def test_without_the_memory_of_what_was_used_it_would_pass_often(
    counter: Counter, superuser_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("ALTER TABLE code_uses DROP CONSTRAINT pk_code_uses"))
    await root.dispose()

    async def nothing(*_: Any) -> set[UUID]:
        return set()

    monkeypatch.setattr(codes, "used", nothing)
    code = await counter.code()
    assert [(await counter.redeem(code)).status_code for _ in range(2)] == [201, 201]


async def judged(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of twenty wrong PINs that were guessed at once were held against the true one."""
    secret, verdicts = await counter.secret(), []

    def noted(*tried: Any, **said: Any) -> Judged:
        verdicts.append(judge(*tried, **said))
        return verdicts[-1]

    monkeypatch.setattr(proving, "judge", noted)
    answers = await asyncio.gather(*(counter.redeem(secret, WRONG) for _ in range(20)))
    assert {answer.json()["code"] for answer in answers} == {"consent.invalid"}
    return sum(one.verdict is Verdict.WRONG for one in verdicts)


async def test_of_many_guesses_at_once_five_are_judged(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await judged(counter, monkeypatch) == 5
    database = counter.stored.database
    assert (await tries_of(database, wallet=HOLDER), await tries_of(database, caller=PAYEE)) == (5, 20)


async def test_without_the_lock_on_the_count_more_would_be(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unlocked(connection: Any, subjects: Collection[tries.Subject]) -> dict[tries.Subject, Tries]:
        rows = await connection.execute(select(tries.TRIES).where(tries.IDENTITY.in_(list(subjects))))
        names = tries.NAMES + tries.COUNTED
        found = [[row._mapping[name] for name in names] for row in rows]
        await asyncio.sleep(0.05)
        return {(Count(kind), wallet, caller): Tries(*counted) for kind, wallet, caller, *counted in found}

    assert (await counter.redeem(await counter.secret(), PIN)).status_code == 201
    monkeypatch.setattr(tries, "lock", unlocked)
    assert await judged(counter, monkeypatch) > 5


async def test_nothing_secret_is_kept_logged_or_answered(counter: Counter, capfd: pytest.CaptureFixture[str]) -> None:
    """Defect 28: a whole round, with what goes well and what does not, then a look at every row and every line."""
    secret, code = await counter.secret(), await counter.code(pin=PIN)
    answers = [
        await counter.redeem(code),
        await counter.redeem(code),
        await counter.redeem(secret, PIN),
        await counter.redeem(secret, WRONG),
        await counter.redeem(secret, "12345"),
        await counter.http.post("/v1/redemptions:instant", headers=the("provider"), content=f'{{"pin": "{PIN}'),
        await counter.http.put("/v1/wallet/pin", headers=the("holder"), json={"pin": WRONG, "current_pin": PIN}),
        await counter.http.put("/v1/wallet/pin", headers=the("holder"), json={"pin": PIN, "current": WRONG}),
    ]
    assert {answer.status_code for answer in answers} == {200, 201, 400, 422}
    kept = await everything_kept(counter.stored.database)
    said = "".join(answer.text + str(answer.headers) for answer in answers)
    logged = "".join(capfd.readouterr())
    plain = spelling.plain(secret)
    for place in (kept, said, logged):
        assert [what for what in (code, secret, plain) if what in place] == []
        assert not re.search(rf"(?<![0-9a-f])({PIN}|{WRONG}|12345)(?![0-9a-f])", place)


async def everything_kept(database: Database) -> str:
    """Every row of every table of the service, as text."""
    async with database.read() as connection:
        named = await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
        tables = [name for (name,) in named if name != "alembic_version"]
        rows = [str(await connection.scalar(text(f"SELECT string_agg(t::text, ' ') FROM {one} t"))) for one in tables]
    assert len(tables) > 30
    return " ".join(rows)


async def test_a_quote_hands_out_nothing_with_which_one_could_redeem(counter: Counter) -> None:
    """Defect 30: whatever text a quote answers, none of it is a code; and of the balance it says nothing."""
    body = {
        "voucher_id": show("vch", counter.stored.voucher.id),
        "provider_id": show("prv", PROVIDER),
        "category": "testing",
        "contract": {"number": "JC-1", "signed_on": "2020-09-18", "amount": money("1000.00")},
    }
    quote = (await counter.http.post("/v1/quotes", headers=the("provider"), json=body)).json()
    assert (quote["amount"], quote["available"], quote["headroom"]) == (None, None, None)
    handed_out = {value for value in quote.values() if isinstance(value, str)}
    assert handed_out
    for value in handed_out:
        assert (await counter.redeem(value, PIN)).json()["code"] == "consent.invalid"


def test_what_must_not_be_guessed_is_drawn_from_the_operating_system() -> None:
    """Defect 18: no module of the service knows Python's own, predictable randomness."""
    sources = [path.read_text("utf-8") for path in Path("services/voucher").rglob("*.py")]
    modules = [
        name
        for source in sources
        for node in ast.walk(ast.parse(source))
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    assert "secrets" in modules
    assert "random" not in modules
