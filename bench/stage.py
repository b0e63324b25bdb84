"""Sets up what redemptions are measured on: a house and its rival, each with the same city in a database of its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bench import house, machine, rival, rows, world
from bench.house import House
from bench.load import Load, Told
from bench.machine import Urls
from bench.rival import Rival
from bench.rows import Counts
from bench.run import Run
from bench.world import Size, World

HOT = 10
"""How many vouchers, holders and providers everybody crowds upon."""


@dataclass(frozen=True)
class Stage:
    """A house and its rival. counted: the rows that both began with."""

    run: Run
    urls: Urls
    world: World
    house: House
    load: Load
    rival: Rival
    counted: Counts

    @property
    def hot(self) -> Size:
        """Those who crowd."""
        return replace(self.world.size, vouchers=HOT, holders=HOT, providers=HOT)

    async def warm(self) -> None:
        """Wait until the house has settled in, and redeem until everybody has been here."""
        await self.house.quiet()
        await self.load.warm(self.run.plan.connections)

    def count(self, told: Told) -> Told:
        """Add what callers of this house were told."""
        return self.run.count(told, self.urls)

    async def audit(self) -> None:
        """Let the audit look at both sides: what the rival wrote must add up, too, or it was spared something."""
        await asyncio.gather(self.run.audit(self.urls), self.run.audit(self.rival.urls))

    async def compare(self) -> None:
        """It is a fault unless a redemption has left the same rows on both sides, filled alike."""
        before, sides = self.counted, (self.urls, self.rival.urls)
        after = [await rows.count(urls) for urls in sides]
        found = rows.differences(*(rows.of_each(before, counted) for counted in after))
        if not found:
            found = rows.unlike(*[await rows.shapes(*one) for one in zip(sides, (before, before), after, strict=True)])
        for difference in found:
            self.run.fault(f"the rival does not write what the product writes: {difference}")


@asynccontextmanager
async def built(run: Run, name: str, size: Size) -> AsyncGenerator[Stage]:
    """Both sides for the block; the house has only just begun."""
    urls = await run.machine.database(name)
    there = await world.put(urls, size)
    await machine.settle(urls)
    counted = await rows.count(urls)
    theirs = await run.machine.database(f"{name}_rival", like=urls)
    await rival.make(theirs)
    async with house.one_machine(run.machine, urls) as served:
        load = Load(served, there, run.machine.folder)
        yield Stage(run, urls, there, served, load, Rival(theirs, size, run.machine.folder), counted)
