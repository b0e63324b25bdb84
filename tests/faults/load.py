"""Clients that redeem without end, ask again until they are answered, and in the end count what there is of each.

Every purchase has a contract or a receipt of its own, so that what was done can be counted without looking at keys:
what was acknowledged must be there once, what was refused never, and what nobody knows of once or not at all.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import httpx2
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.oversight.operations.audit import run_audit
from tests.faults.served import the
from tests.voucher.redemption.samples import PROVIDER
from tests.voucher.redemption.stored import Stored

CLIENTS = 6
PATIENCE_SECONDS = 30.0
"""How long a client asks for one thing."""
PAUSE_SECONDS = 0.05
PRICE = {"amount": "30000.00", "currency": "CNY"}
SUBSIDY = {"amount": "1.00", "currency": "CNY"}
TWICE = {"amount": "2.00", "currency": "CNY"}
"""The price of which half is that subsidy."""
REFUND = {"amount": {"amount": "0.10", "currency": "CNY"}, "reason": "计算错误"}
SEVERAL = 3
LATER = 503
Way = Callable[["Shop", str], Awaitable[object]]
"""How somebody buys something, under a number of its own."""
Outcome = Literal["acknowledged", "refused", "unknown"]

DONE = """
    SELECT contract_number, event, count(*) AS times
    FROM redemptions JOIN redemption_transitions ON redemption_id = redemptions.id
    WHERE person <> 'timer' GROUP BY contract_number, event
"""
ANSWERS = "SELECT key, answer FROM idempotency_keys"


@dataclass
class Intent:
    """One thing that a client wants done to a contract, as the event that says it was; and what it heard of it."""

    contract: str
    event: str
    key: str = field(default_factory=lambda: str(new_id()))
    outcome: Outcome = "unknown"
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """An intent that goes along in a batch: the verb, and what its call of its own would send."""

    intent: Intent
    verb: str
    asked: Mapping[str, Any]

    def of_batch(self, key: str) -> dict[str, Any]:
        return {"key": key, "verb": self.verb, **self.asked}


@dataclass
class Load:
    """What all clients asked for. keys: whether a second try comes under the key of the first, as it must."""

    url: str
    vouchers: Sequence[Stored]
    keys: bool = True
    ways: Sequence[Way] = ()
    intents: list[Intent] = field(default_factory=list)
    tries: int = 0
    faults: list[str] = field(default_factory=list)
    code: str = ""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def outcomes(self) -> Counter[Outcome]:
        return Counter(intent.outcome for intent in self.intents)

    @property
    def acknowledged(self) -> set[str]:
        """The keys of what is acknowledged by now."""
        return {intent.key for intent in self.intents if intent.outcome == "acknowledged"}

    @property
    def retried(self) -> int:
        """How many tries were answered by nobody, or by a request to come later."""
        return self.tries - len(self.intents)

    async def client(self, name: int, http: httpx2.AsyncClient) -> None:
        """Buy one after the other until it is told to stop; what has begun is brought to its end."""
        stored = self.vouchers[name % len(self.vouchers)]
        for number in itertools.count(name):
            if self.stopped.is_set():
                return
            buy = self.ways[number % len(self.ways)]
            await buy(Shop(self, http, stored), f"{name}-{number}-{new_id().hex[-6:]}")

    async def carry_out(self, http: httpx2.AsyncClient, intent: Intent, path: str, asked: Mapping[str, Any]) -> bool:
        """Ask for one thing until there is an answer; whether it was done."""
        self.intents.append(intent)

        async def ask() -> None:
            headers = the(role_of(intent), intent.key if self.keys else None)
            answer = await http.post(path, headers=headers, json=asked)
            self.hear(intent, answer.status_code, answer.json())
            self.says_when_to_come_back(answer)

        await self._until_answered([intent], ask)
        return intent.outcome == "acknowledged"

    async def carry_out_all(self, http: httpx2.AsyncClient, asked: Mapping[str, Item]) -> bool:
        """Ask for several things in one call, and again for those that have no answer yet; whether all were done."""
        intents = [item.intent for item in asked.values()]
        self.intents += intents

        async def ask() -> None:
            open_ones = [item for item in asked.values() if item.intent.outcome == "unknown"]
            items = [item.of_batch(item.intent.key if self.keys else str(new_id())) for item in open_ones]
            headers = the(role_of(intents[0]))
            answer = await http.post("/v1/redemptions:batch", headers=headers, json={"items": items})
            self.says_when_to_come_back(answer)
            if answer.is_success:
                for item, said in zip(open_ones, answer.json()["items"], strict=True):
                    self.hear(item.intent, said["status"], said["redemption"] or said["problem"])
            elif answer.status_code != LATER:
                self.faults.append(f"batch: {answer.status_code} {answer.text}")

        await self._until_answered(intents, ask)
        return all(intent.outcome == "acknowledged" for intent in intents)

    async def _until_answered(self, intents: Sequence[Intent], ask: Callable[[], Awaitable[None]]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (missing := unanswered(intents)) and time.monotonic() < deadline:
            self.tries += len(missing)
            with suppress(httpx2.TransportError):
                await ask()
            if unanswered(intents):
                await asyncio.sleep(PAUSE_SECONDS)

    def hear(self, intent: Intent, status: int, said: dict[str, Any]) -> None:
        """Keep what was answered; to be asked to come later says nothing. Nothing else of ours may fail."""
        if status >= 500 and status != LATER:
            self.faults.append(f"{intent.event}: {status} {said}")
        elif status != LATER:
            intent.outcome = "acknowledged" if status < 300 else "refused"
            intent.answer = said

    def says_when_to_come_back(self, answer: httpx2.Response) -> None:
        """Who is asked to come later must be told when."""
        if answer.status_code == LATER and "Retry-After" not in answer.headers:
            self.faults.append(f"503 without Retry-After: {answer.text}")


def unanswered(intents: Sequence[Intent]) -> list[Intent]:
    """Those of which nobody knows."""
    return [intent for intent in intents if intent.outcome == "unknown"]


def role_of(intent: Intent) -> str:
    """Who asks for it."""
    return "holder" if intent.event in {"authorised", "accepted", "redeemed"} else "provider"


@dataclass(frozen=True)
class Shop:
    """Where one client spends one voucher."""

    load: Load
    http: httpx2.AsyncClient
    stored: Stored

    def receipt(self, number: str) -> dict[str, Any]:
        """A sale at the counter, with the code that hangs there."""
        return {
            "consent": {"code": self.load.code},
            "voucher_ids": [show("vch", self.stored.voucher.id)],
            "category": "testing",
            "price": TWICE,
            "number": number,
        }

    def offer(self, contract: str) -> dict[str, Any]:
        return {
            "voucher_id": show("vch", self.stored.voucher.id),
            "provider_id": show("prv", PROVIDER),
            "category": "testing",
            "contract": {"number": contract, "signed_on": "2020-09-18", "amount": PRICE},
            "amount": SUBSIDY,
        }

    def steps(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What follows an offer: the event, the verb that asks for it, and what is sent."""
        delivery = {
            "settlement": PRICE,
            "completed_on": "2020-09-20",
            "result_document_id": show("doc", self.stored.result),
        }
        return [
            ("authorised", "confirm", {}),
            ("delivered", "deliver", delivery),
            ("accepted", "accept", {"rating": 5}),
            ("captured", "capture", {}),
            ("refunded", "refund", REFUND),
        ]


async def an_offer(shop: Shop, contract: str) -> Intent:
    """Only the offer: where nobody asks under its key, it can be made again and again."""
    offer = Intent(contract, "proposed")
    await shop.load.carry_out(shop.http, offer, "/v1/redemptions", shop.offer(contract))
    return offer


async def by_contract(shop: Shop, contract: str) -> None:
    """From the offer to a refund of a part, each step only after the one before was acknowledged."""
    offer = await an_offer(shop, contract)
    if offer.outcome != "acknowledged":
        return
    for event, verb, asked in shop.steps():
        path = f"/v1/redemptions/{offer.answer['id']}/{verb}"
        if not await shop.load.carry_out(shop.http, Intent(contract, event), path, asked):
            return


async def at_the_counter(shop: Shop, number: str) -> None:
    """In one call; and a refund of a part."""
    sale = Intent(number, "redeemed")
    if await shop.load.carry_out(shop.http, sale, "/v1/redemptions:instant", shop.receipt(number)):
        path = f"/v1/redemptions/{sale.answer['order_id']}/refund"
        await shop.load.carry_out(shop.http, Intent(number, "refunded"), path, REFUND)


async def several_at_once(shop: Shop, number: str) -> None:
    """A batch of sales, and then a batch of refunds."""
    numbers = [f"{number}-{place}" for place in range(SEVERAL)]
    sales = {one: Item(Intent(one, "redeemed"), "redeem", shop.receipt(one)) for one in numbers}
    if await shop.load.carry_out_all(shop.http, sales):
        ids = {one: item.intent.answer["order_id"] for one, item in sales.items()}
        refunds = {one: {"redemption_id": ids[one], **REFUND} for one in numbers}
        back = {one: Item(Intent(one, "refunded"), "refund", asked) for one, asked in refunds.items()}
        await shop.load.carry_out_all(shop.http, back)


async def code_of_provider(http: httpx2.AsyncClient) -> str:
    """The code that hangs at the counter."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            made = await http.post("/v1/provider-codes", headers=the("provider"), json={"label": "前台"})
            if made.is_success:
                return str(made.json()["code"])
            await asyncio.sleep(PAUSE_SECONDS)


@asynccontextmanager
async def under_load(
    url: str,
    vouchers: Sequence[Stored],
    *,
    keys: bool = True,
    ways: Sequence[Way] | None = None,
    clients: int = CLIENTS,
) -> AsyncGenerator[Load]:
    """Clients at work for the block; at its end each finishes what it has begun."""
    load = Load(url, vouchers, keys, ways or (by_contract, at_the_counter, several_at_once))
    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, limits=limits) as http:
        load.code = await code_of_provider(http)
        working = [asyncio.create_task(load.client(name, http)) for name in range(clients)]
        try:
            yield load
            load.stopped.set()
            await asyncio.gather(*working)
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)


async def reckoned(load: Load, database: Database) -> list[str]:
    """What is not as it must be: faults that a client saw, what is there too rarely or too often, and the audit."""
    async with database.read() as connection:
        done = {(row.contract_number, row.event): row.times for row in await connection.execute(text(DONE))}
        answers = {row.key: row.answer for row in await connection.execute(text(ANSWERS))}
    found = [f"fault: {fault}" for fault in load.faults]
    for intent in load.intents:
        times = done.pop((intent.contract, intent.event), 0)
        low, high = {"acknowledged": (1, 1), "refused": (0, 0), "unknown": (0, 1)}[intent.outcome]
        if not low <= times <= high:
            found.append(f"{intent.outcome}, and there {times} times: {intent.event} of {intent.contract}")
        elif load.keys and intent.outcome == "acknowledged" and answers.get(intent.key) != intent.answer:
            found.append(f"answered otherwise than kept: {intent.event} of {intent.contract}")
    report = await run_audit(database)
    return [*found, *(f"nobody asked for it: {one}" for one in done), *(f"audit: {one}" for one in report.findings)]


def as_of(load: Load, acknowledged: Collection[str]) -> Load:
    """The same load as somebody sees it who knows only of these keys that they were acknowledged by then."""
    seen = [
        intent if intent.key in acknowledged or intent.outcome == "refused" else replace(intent, outcome="unknown")
        for intent in load.intents
    ]
    return replace(load, intents=seen)
