"""Sets up cities of other sizes, to see whether redemptions slow down as the tables grow."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench import house, machine, world
from bench.load import Load, Told
from bench.machine import Urls
from bench.run import Run
from bench.world import Size


@dataclass(frozen=True)
class City:
    """A house with so many vouchers, and its callers."""

    run: Run
    urls: Urls
    load: Load

    async def stretch(self) -> Told:
        """Redeem for as long, and over as many connections, as everybody does."""
        told = await self.load.stretch(self.run.plan.seconds, self.run.plan.connections)
        return self.run.count(told, self.urls)


async def city(run: Run, size: Size, standing: AsyncExitStack) -> City:
    """A house with so many vouchers, warm; it stands as long as the others do."""
    urls = await run.machine.database(f"growth_{size.vouchers}")
    there = await world.put(urls, size)
    await machine.settle(urls)
    served = await standing.enter_async_context(house.one_machine(run.machine, urls))
    await served.quiet()
    folder = run.machine.folder / f"load-{size.vouchers}"
    folder.mkdir()
    load = Load(served, there, folder)
    await load.warm(run.plan.connections)
    return City(run, urls, load)
