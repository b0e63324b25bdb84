"""What the lane is tried on: names upon a shelf, each once, in a real table."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.lane import Lane, Work
from services.chassis.refusals import Refusal

Hook = Callable[[], Awaitable[None]]


class Lost(Exception):
    """A race that the items lost to somebody else."""


class Shelf:
    """Puts names upon a shelf, each once. A name that begins with "bad" is refused, one with "poison" breaks all."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.batches: list[list[str]] = []
        self.before_commit: list[Hook] = []
        self.after_commit: list[Hook] = []
        self.fates: dict[str, str] = {}
        """By name, the SQLSTATE with which the database breaks what it is part of."""
        self.work: Work[str, str] = Work("shelf", self.once, self.identity, lambda error: isinstance(error, Lost))

    @staticmethod
    def identity(name: str) -> str | None:
        return name if not name.startswith("nameless") else None

    async def once(self, names: Sequence[str]) -> list[str | Refusal]:
        self.batches.append(list(names))
        async with self.database.begin() as connection:
            there = set((await connection.execute(text("SELECT name FROM shelf"))).scalars())
            if any(name.startswith("poison") for name in names):
                raise ZeroDivisionError
            for name in self.fates.keys() & set(names):
                await self.fails(self.fates[name])
            new = [{"name": name} for name in names if name not in there and not name.startswith("bad")]
            if new:
                await connection.execute(text("INSERT INTO shelf VALUES (:name)"), new)
            if self.before_commit:
                await self.before_commit.pop(0)()
        if self.after_commit:
            await self.after_commit.pop(0)()
        return [Refusal(name) if name.startswith("bad") else f"{name} {'again' * (name in there)}" for name in names]

    async def stands(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(text("SELECT name FROM shelf ORDER BY name"))).scalars())

    async def fails(self, state: str) -> None:
        """As the database would."""
        async with self.database.begin() as connection:
            await connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))

    async def is_cut(self) -> None:
        """The connection ends in the middle of a word."""
        async with self.database.begin() as connection:
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


async def all_of(lane: Lane[str, str], *names: str) -> list[Any]:
    return await asyncio.gather(*(lane.put(name) for name in names), return_exceptions=True)


def told(results: Sequence[Any]) -> list[str]:
    return [result if isinstance(result, str) else type(result).__name__ for result in results]
