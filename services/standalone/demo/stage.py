"""Remembers what the acts of the demonstration share: who is there, who is logged in, and how far it has come."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from rich.progress import Progress

from services.standalone.caller import Caller, Json
from services.standalone.demo.cast import Cast, Organization
from services.standards.money import parse_amount

PASSWORD = "nine rivers in the delta"
AT_A_TIME = 4
Thing = TypeVar("Thing")


@dataclass
class Stage:
    """The public API, the cast, and tokens by role and login; ids are filled in as things are made."""

    nobody: Caller
    staff: dict[str, Caller]
    cast: Cast
    progress: Progress
    parties: dict[str, Caller] = field(default_factory=dict)
    organizations: dict[str, str] = field(default_factory=dict)
    providers: list[str] = field(default_factory=list)
    round_id: str = ""
    line_id: str = ""

    def role(self, name: str) -> Caller:
        """A member of the city's staff."""
        return self.staff[name]

    async def party(self, organization: Organization) -> Caller:
        """An organisation's own caller, logged in the first time it acts."""
        if organization.login not in self.parties:
            self.parties[organization.login] = await self.nobody.log_in(organization.login, PASSWORD)
        return self.parties[organization.login]

    def holder(self, organization_id: str) -> Organization:
        """The firm of an id."""
        by_id = {self.organizations[firm.organization.login]: firm.organization for firm in self.cast.firms}
        return by_id[organization_id]

    async def move_clock(self, to: datetime) -> None:
        """Let time pass, with everything that falls due on the way."""
        admin = self.role("admin")
        task = self.progress.add_task(f"the clock moves to {to:%Y-%m-%d %H:%M}", total=None)
        await admin.job(await admin.post("/v1/sandbox/clock", {"to": to.isoformat()}))
        self.progress.update(task, total=1, completed=1)

    async def each(
        self, what: str, things: Iterable[Thing], act: Callable[[Thing], Awaitable[Any]], at_a_time: int = AT_A_TIME
    ) -> None:
        """Act on each thing, a few at a time, in order of their beginning."""
        waiting = list(things)
        task = self.progress.add_task(what, total=len(waiting))
        gate = asyncio.Semaphore(at_a_time)

        async def one(thing: Thing) -> None:
            async with gate:
                await act(thing)
            self.progress.advance(task)

        async with asyncio.TaskGroup() as group:
            for thing in waiting:
                group.create_task(one(thing))


def yuan(fen: int) -> Json:
    """An amount as the API takes it."""
    return {"amount": f"{fen // 100}.{fen % 100:02}", "currency": "CNY"}


def fen(money: Json) -> int:
    """An amount as the API gives it, in minor units."""
    return parse_amount(money["amount"], money["currency"])
