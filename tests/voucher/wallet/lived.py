"""What the tests of a voucher's life begin with: one issued voucher, money left in its pool, and two operators."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

from migrations import runner
from services.chassis.database import Database
from services.chassis.ids import parse
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger.steps import cny
from tests.voucher.wallet.samples import BEFORE, CLOSED, OPEN
from tests.voucher.wallet.steps import BUREAU, a_round, apply, done, hear, holder, issue, operator, rank

PAPER = "江工信〔2020〕7号"


@dataclass(frozen=True)
class Lived:
    """A voucher of 15,000.00 of a round of 40,000.00, as its people deal with it."""

    api: httpx2.AsyncClient
    database: Database
    round_id: str
    firm: UUID
    id: str

    @property
    def uuid(self) -> UUID:
        return parse("vch", self.id)

    async def verb(self, name: str, headers: dict[str, str] | None = None, **body: Any) -> httpx2.Response:
        said = {"reason": "because", **body}
        return await self.api.post(f"/v1/vouchers/{self.id}/{name}", headers=headers or operator(), json=said)

    async def asked(self, name: str, **body: Any) -> str:
        """What an operator asks for; the id of the request."""
        made = done(await self.verb(name, **{"document": PAPER, **body}), 201)
        identifier: str = made["id"]
        return identifier

    async def decide(self, request_id: str, name: str, headers: dict[str, str] | None = None) -> httpx2.Response:
        path = f"/v1/change-requests/{request_id}/{name}"
        body = {"note": "no"} if name == "refuse" else None
        return await self.api.post(path, headers=headers or second(), json=body)

    async def granted(self, name: str, **body: Any) -> dict[str, Any]:
        return done(await self.decide(await self.asked(name, **body), "grant"))

    async def now(self) -> dict[str, Any]:
        return done(await self.api.get(f"/v1/vouchers/{self.id}", headers=operator()))

    async def parts(self) -> tuple[str, ...]:
        """Its state and face, available and reclaimed."""
        now = await self.now()
        return now["state"], *(now[name]["amount"] for name in ("face", "available", "reclaimed"))

    async def pool(self) -> str:
        shown = done(await self.api.get(f"/v1/rounds/{self.round_id}", headers=operator()))
        amount: str = shown["pool"]["amount"]
        return amount

    async def history(self) -> list[str]:
        return [change["kind"] for change in (await self.now())["history"]]

    async def told(self) -> list[str]:
        feed = done(await self.api.get("/v1/events", headers=holder(self.firm)))
        return [event["type"] for event in feed["items"]]


def second(person: str = "per_second", **bound: Any) -> dict[str, str]:
    """Another operator of the bureau."""
    return calls(person, "operator", **{"bureau": BUREAU, **bound})


def yuan(amount: str) -> dict[str, Any]:
    return {"amount": cny(amount)}


async def a_lived_voucher(api: httpx2.AsyncClient, database: Database, set_clock: SetClock) -> Lived:
    await set_clock(BEFORE)
    round_id = await a_round(api, database)
    firm = await hear(database)
    await set_clock(OPEN)
    await apply(api, round_id, firm, "15000.00")
    await set_clock(CLOSED)
    await rank(api, database, round_id)
    await issue(api, database, round_id)
    (voucher,) = done(await api.get("/v1/vouchers", headers=holder(firm)))["items"]
    return Lived(api, database, round_id, firm, voucher["id"])


async def as_draft(superuser: str, voucher_id: UUID) -> None:
    """As if it had been issued as a draft."""
    async with runner.connected(superuser) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        statement = text("UPDATE vouchers SET activated_at = NULL, state = 'draft' WHERE id = :id")
        await connection.execute(statement, {"id": voucher_id})
