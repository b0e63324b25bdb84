"""Whatever is called in whatever order agrees with a model of two dicts: answers, refusals and every balance."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.standards.money import format_amount
from tests.databases import TestServer
from tests.journeys.model import OTHER, WAYS, Deal, Model
from tests.journeys.purse import YUAN, Purse
from tests.journeys.standing import FACES, PROVIDER_ID, SPARES, Standing

JOURNEYS, STEPS = int(os.environ.get("JOURNEYS", "10")), 30
"""How many journeys are played, and how long the longest: more of them by JOURNEYS=200."""
START = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
LAST = START + timedelta(days=88)
SIDES, PURSES, WHICH = st.sampled_from(["holder", "provider"]), st.sampled_from(["a", "b"]), st.integers(0, 30)
VERBS = st.sampled_from(sorted(WAYS))
NUMBERS = st.integers(1, 60).map(lambda number: f"JC-{number}")
PRICES = st.sampled_from([5_000 * YUAN, 811_111, 40_000 * YUAN, 900 * YUAN, 5_000 * YUAN, 1])
TILL = st.sampled_from([1_000 * YUAN, 333, 777_77, 1_200 * YUAN, 1])
HOURS = st.sampled_from([1, 26, 75, 24 * 6, 24 * 13, 24 * 31])
BECAUSE = {"reason": "as agreed"}
PAPER = {**BECAUSE, "document": "江工信〔2020〕7号"}
PARTS = ("face", "available", "held", "captured", "reclaimed")
SAYS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = MappingProxyType(
    {
        "deliver": {"amount": PRICES, "last": st.booleans()},
        "decide": {"accepted": st.booleans()},
        "capture": {"amount": st.none() | st.integers(1, 900_000)},
        "refund": {"amount": st.integers(1, 200_000)},
    }
)
"""What is said with a verb."""
FORWARD = ("confirm", "deliver", "accept", "capture")
OFTEN = MappingProxyType({"go_on": 6, "all_the_way": 4, "sell": 3, "batch": 2, "time_passes": 2})
"""How often something is done, against once for the rest."""


def money(fen: int) -> dict[str, str]:
    return {"amount": format_amount(fen, "CNY"), "currency": "CNY"}


def body_of(verb: str, said: Mapping[str, Any], result: str) -> dict[str, Any]:
    """What a client sends with a verb."""
    if verb == "deliver":
        done = {"completed_on": "2020-09-20", "result_document_id": result}
        return {**done, "settlement": money(said["amount"]), "last": said["last"]}
    if verb == "decide":
        return {**BECAUSE, "outcome": "accepted" if said["accepted"] else "voided"}
    if verb == "capture":
        return {"amount": money(said["amount"])} if said["amount"] else {}
    if verb == "refund":
        return {**BECAUSE, "amount": money(said["amount"])}
    return {"confirm": {}, "accept": {"rating": 4}}.get(verb, BECAUSE)


def codes(problem: Mapping[str, Any] | None) -> set[str]:
    return {error["code"] for error in problem["errors"]} if problem else set()


class Journey:
    """Plays the same on the service and on the model, and compares."""

    def __init__(self, house: Standing, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.house, self.draw = house, draw
        purses = {one: Purse(house.numbers[one], face, face, SPARES[one]) for one, face in FACES.items()}
        self.model = Model(START, purses)
        self.kept: list[tuple[str, dict[str, str], Any, httpx2.Response]] = []
        self.past: dict[str, Any] = {}

    async def step(self) -> None:
        """Anything that may be done now, and then every balance agrees."""
        acts = [self.all_the_way, self.propose, self.sell, self.live, self.top_up, self.time_passes]
        acts += [self.go_on, self.any_order, self.batch, self.a_stranger] if self.model.deals else []
        acts += [self.ask_again] if self.kept else []
        acts += [self.cancel] if len(self.past) > 15 else []
        weighted: list[Callable[[], Awaitable[None]]] = [act for act in acts for _ in range(OFTEN.get(act.__name__, 1))]
        await self.draw(st.sampled_from(weighted))()
        await self.every_balance_agrees()

    async def plays(self, act: str, *said: Any, post: tuple[str, dict[str, str], Any], **more: Any) -> dict[str, Any]:
        """Post, and see that it is refused if the model refuses it, for the same reasons, and else is not."""
        self.model, no = self.model.tried(act, *said, **more)
        answer = await self.house.post(*post)
        shown: dict[str, Any] = answer.json()
        assert (set() if answer.is_success else codes(shown)) == no, (act, said, more, shown)
        if answer.is_success:
            self.kept.append((*post, answer))
        return shown

    def deal(self) -> str:
        """One of the redemptions, the last ones before the others."""
        which: int = self.draw(WHICH)
        return list(self.model.deals)[-1 - which % len(self.model.deals)]

    def caught_up(self, identifier: str) -> Deal:
        """A redemption as it stands once what has fallen due is applied."""
        return self.model.tried("catch_up", identifier)[0].deals[identifier]

    def said(self, verb: str) -> dict[str, Any]:
        return {name: self.draw(value) for name, value in SAYS.get(verb, {}).items()}

    def named(self, *ids: str) -> None:
        """Give what is new in the model the ids that it was given."""
        for name, identifier in zip([one for one in self.model.deals if one[:4] != "red_"], ids, strict=True):
            self.model.deals[identifier] = self.model.deals.pop(name)

    async def propose(self) -> None:
        side, purse, number, price = (self.draw(one) for one in (SIDES, PURSES, NUMBERS, PRICES))
        contract = {"number": number, "signed_on": "2020-09-18", "amount": money(price)}
        terms = {"voucher_id": self.house.vouchers[purse], "provider_id": PROVIDER_ID, "category": "testing"}
        post = "/v1/redemptions", self.house.headers(side), {**terms, "contract": contract}
        made = await self.plays("propose", side, purse, number, price, post=post)
        self.named(*([made["id"]] if "id" in made else []))

    async def sell(self) -> None:
        """At the counter, paid by the vouchers that are named or that the wallet chooses."""
        choices = st.sampled_from([(), ("a",), ("b",), ("a", "b")])
        named, number, price = (self.draw(one) for one in (choices, NUMBERS, TILL))
        body = {"consent": {"code": self.house.code}, "category": "testing", "price": money(price), "number": number}
        vouchers = {"voucher_ids": [self.house.vouchers[one] for one in named]}
        post = "/v1/redemptions:instant", self.house.headers("holder"), body | vouchers
        made = await self.plays("sell", named, number, price, post=post)
        self.named(*(one["id"] for one in made.get("redemptions", [])))

    async def go_on(self) -> None:
        """Verbs that the state of one redemption takes, most of which lead forward."""
        identifier = self.deal()
        for _ in range(self.draw(st.integers(1, 5))):
            deal = self.caught_up(identifier)
            verbs = [verb for verb in (*WAYS, *FORWARD, *FORWARD) if deal.state in WAYS[verb][0]]
            verbs = [verb for verb in verbs if verb != "refund" or deal.stands]
            if verbs:
                verb = self.draw(st.sampled_from(verbs))
                proposer = {deal.by} if verb in ("confirm", "decline") else set()
                await self.order(verb, identifier, self.draw(st.sampled_from(sorted(WAYS[verb][1] - proposer))))

    async def all_the_way(self) -> None:
        """A contract from its proposal on, at the most to its capture."""
        known = len(self.model.deals)
        await self.propose()
        for verb in FORWARD[: self.draw(st.integers(1, 4))] if len(self.model.deals) > known else ():
            identifier = next(reversed(self.model.deals))
            side = OTHER[self.model.deals[identifier].by] if verb == "confirm" else min(WAYS[verb][1])
            await self.order(verb, identifier, side)

    async def any_order(self) -> None:
        """Whatever the state is, and by a side that may not."""
        await self.order(self.draw(VERBS), self.deal(), self.draw(SIDES))

    async def order(self, verb: str, identifier: str, side: str) -> None:
        said = self.said(verb)
        post = f"/v1/redemptions/{identifier}/{verb}", self.house.headers(side), body_of(verb, said, self.house.result)
        await self.plays("order", verb, identifier, side, post=post, **said)
        await self.agrees_on(identifier)

    async def batch(self) -> None:
        """Several orders of one side in one call, which are decided in turn."""
        model, items, expected = self.model, [], []
        side, together = self.draw(SIDES), self.draw(st.booleans())
        headers = self.house.headers(side)
        key = headers.pop("Idempotency-Key")
        for place in range(self.draw(st.integers(1, 4))):
            verb, identifier = self.draw(VERBS.filter(lambda one: one != "decide")), self.deal()
            said = self.said(verb)
            model, no = model.tried("order", verb, identifier, side, **said)
            item = {"key": f"{key}-{place}", "verb": verb, "redemption_id": identifier}
            items.append(item | body_of(verb, said, self.house.result))
            expected.append(no)
        body = {"items": items, "all_or_nothing": together}
        answer = (await self.house.post("/v1/redemptions:batch", headers, body)).json()
        if together and any(expected):
            # who may not ask at all is told that alone: nothing is decided then
            forbidden = [no for no in expected if no == {"auth.forbidden"}]
            assert codes(answer) == {"batch.refused"}.union(*(forbidden or expected)), (items, answer)
        else:
            assert [codes(one["problem"]) for one in answer["items"]] == expected, (items, answer)
            self.model = model

    async def live(self) -> None:
        purse, verb = self.draw(PURSES), self.draw(st.sampled_from(["suspend", "resume", "resume", "extend"]))
        path = f"/v1/vouchers/{self.house.vouchers[purse]}/{verb}"
        await self.plays("live", verb, purse, post=(path, self.house.headers("operator"), BECAUSE))

    async def top_up(self) -> None:
        purse, amount = self.draw(PURSES), self.draw(st.integers(1, 300_000))
        await self.by_two("top-up", purse, {**PAPER, "amount": money(amount)}, "top_up", purse, amount)

    async def cancel(self) -> None:
        purse = self.draw(PURSES)
        await self.by_two("cancel", purse, PAPER, "live", "cancel", purse)

    async def by_two(self, verb: str, purse: str, body: dict[str, Any], *act: Any) -> None:
        """One person asks, which is refused if it could not be granted; another grants it."""
        path = f"/v1/vouchers/{self.house.vouchers[purse]}/{verb}"
        made = await self.plays(*act, post=(path, self.house.headers("operator"), body))
        if "id" in made:
            second = self.house.headers("operator", "second")
            answer = await self.house.post(f"/v1/change-requests/{made['id']}/grant", second, None)
            assert answer.is_success, answer.text

    async def time_passes(self) -> None:
        """With or without the timers that fall due meanwhile: who asks finds it due all the same.

        At the last hour it stands still: set again, the clock would go back, to before what was booked since.
        """
        then = min(self.model.now + timedelta(hours=self.draw(HOURS)), LAST)
        if then > self.model.now:
            self.model.now = then
            await self.house.set_clock(then)
        if self.draw(st.booleans()):
            await self.house.run_timers()
            self.model.run_timers()

    async def ask_again(self) -> None:
        """An old key has its old answer, whatever has happened since."""
        path, headers, body, first = self.kept[self.draw(WHICH) % len(self.kept)]
        again = await self.house.post(path, headers, body)
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert again.headers["Idempotency-Replayed"] == "true"

    async def a_stranger(self) -> None:
        """Who has no part in a redemption is not told that there is one."""
        verb = self.draw(VERBS.filter(lambda one: one not in SAYS))
        headers = self.house.headers(min(WAYS[verb][1]), "stranger", org="org_01990000000070008000000000000099")
        answer = await self.house.post(f"/v1/redemptions/{self.deal()}/{verb}", headers, body_of(verb, {}, ""))
        assert (answer.status_code, codes(answer.json())) == (404, {"redemption.unknown"})

    async def agrees_on(self, identifier: str) -> None:
        """A redemption is shown as the model has it once it is caught up."""
        shown = await self.house.get(f"/v1/redemptions/{identifier}")
        deal = self.caught_up(identifier)
        amounts = {"held": deal.held, "captured": deal.captured, "refunded": deal.captured - deal.stands}
        assert shown["state"] == deal.state
        assert {name: shown[name] for name in amounts} == {name: money(fen) for name, fen in amounts.items()}

    async def every_balance_agrees(self) -> None:
        for name, purse in self.model.purses.items():
            shown = await self.house.get(f"/v1/vouchers/{self.house.vouchers[name]}")
            assert {part: shown[part] for part in PARTS} == {part: money(getattr(purse, part)) for part in PARTS}
            assert shown["state"] == purse.state(self.model.now)
        total = {part: money(sum(getattr(one, part) for one in self.model.purses.values())) for part in PARTS}
        wallet = await self.house.get("/v1/wallet/balance")
        (newest,) = (await self.house.get("/v1/wallet/statement?limit=1"))["items"]
        assert wallet["balances"] == [newest["balance"]] == [total]
        self.past[wallet["at"]] = wallet["balances"]

    async def ends_well(self) -> None:
        """Every redemption agrees, every past balance is still what it was, and the audit finds nothing."""
        for identifier in self.model.deals:
            await self.agrees_on(identifier)
        for at, balances in self.past.items():
            assert (await self.house.get(f"/v1/wallet/balance?at={at}"))["balances"] == balances
        assert await self.house.audited() == []


@pytest.mark.slow
@settings(max_examples=JOURNEYS, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_any_sequence_of_calls_agrees_with_the_model(postgres_server: TestServer, data: st.DataObject) -> None:
    urls = await postgres_server.clone()
    try:
        async with Standing(urls, START) as house:
            journey = Journey(house, data.draw)
            for _ in range(data.draw(st.integers(STEPS // 2, STEPS))):
                await journey.step()
            await journey.ends_well()
    finally:
        await postgres_server.drop(urls)
