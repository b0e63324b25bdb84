"""Clients that redeem without end, ask again until they are answered, and in the end count what there is of each.

Every purchase is a contract of its own, so that what was done can be counted without looking at keys: what was
acknowledged must be there once, what was refused never, and what nobody knows of once or not at all.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
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
BACK = {"amount": "0.10", "currency": "CNY"}
LATER = 503
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
    key: str
    outcome: Outcome = "unknown"
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass
class Load:
    """What all clients asked for. keys: whether a second try comes under the key of the first, as it must."""

    url: str
    vouchers: Sequence[Stored]
    keys: bool = True
    intents: list[Intent] = field(default_factory=list)
    tries: int = 0
    faults: list[str] = field(default_factory=list)
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
        for number in itertools.count(1):
            if self.stopped.is_set():
                return
            await Purchase(self, http, stored, f"{name}-{number}-{new_id().hex[-6:]}").make()

    async def carry_out(self, http: httpx2.AsyncClient, intent: Intent, path: str, asked: Mapping[str, Any]) -> bool:
        """Ask until there is an answer; whether it was done."""
        role = "holder" if intent.event in {"authorised", "accepted"} else "provider"
        deadline = time.monotonic() + PATIENCE_SECONDS
        self.intents.append(intent)
        while intent.outcome == "unknown" and time.monotonic() < deadline:
            self.tries += 1
            headers = the(role, intent.key if self.keys else None)
            with suppress(httpx2.TransportError):
                hear(intent, await http.post(path, headers=headers, json=asked), self.faults)
            if intent.outcome == "unknown":
                await asyncio.sleep(PAUSE_SECONDS)
        return intent.outcome == "acknowledged"


def hear(intent: Intent, answer: httpx2.Response, faults: list[str]) -> None:
    """Keep what was answered; to be asked to come later says nothing. Nothing else of ours may fail."""
    if answer.status_code == LATER:
        if "Retry-After" not in answer.headers:
            faults.append(f"503 without Retry-After: {answer.text}")
    elif answer.is_server_error:
        faults.append(f"{intent.event}: {answer.status_code} {answer.text}")
    else:
        intent.outcome = "acknowledged" if answer.is_success else "refused"
        intent.answer = answer.json()


@dataclass
class Purchase:
    """One contract from its offer to a refund of a part of it."""

    load: Load
    http: httpx2.AsyncClient
    stored: Stored
    contract: str

    async def make(self) -> None:
        """Each step only after the one before was acknowledged."""
        offer = Intent(self.contract, "proposed", str(new_id()))
        if not await self.load.carry_out(self.http, offer, "/v1/redemptions", self.offer()):
            return
        for event, verb, asked in self.steps():
            intent = Intent(self.contract, event, str(new_id()))
            path = f"/v1/redemptions/{offer.answer['id']}/{verb}"
            if not await self.load.carry_out(self.http, intent, path, asked):
                return

    def offer(self) -> dict[str, Any]:
        return {
            "voucher_id": show("vch", self.stored.voucher.id),
            "provider_id": show("prv", PROVIDER),
            "category": "testing",
            "contract": {"number": self.contract, "signed_on": "2020-09-18", "amount": PRICE},
            "amount": SUBSIDY,
        }

    def steps(self) -> list[tuple[str, str, dict[str, Any]]]:
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
            ("refunded", "refund", {"amount": BACK, "reason": "计算错误"}),
        ]


@asynccontextmanager
async def under_load(
    url: str, vouchers: Sequence[Stored], *, keys: bool = True, clients: int = CLIENTS
) -> AsyncGenerator[Load]:
    """Clients at work for the block; at its end each finishes what it has begun."""
    load = Load(url, vouchers, keys)
    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, limits=limits) as http:
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
