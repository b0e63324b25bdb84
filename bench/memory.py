"""Measures whether the house grows with what it has done: its memory after many redemptions, and after few."""

from pathlib import Path

from bench import house, machine, world
from bench.figures import Figure
from bench.load import Load
from bench.run import Run
from bench.world import YUAN, Size

VOUCHERS = 20_000
FACE = 1_000_000 * YUAN
FEW, MANY = 20_000, 200_000
"""Redemptions after which its memory is read; after the few a process has all that it keeps."""


async def measure(run: Run) -> Figure:
    """Megabytes that the house's process holds after many redemptions, against those after few."""
    urls = await run.machine.database("memory")
    there = await world.put(urls, Size(VOUCHERS, face=FACE))
    await machine.settle(urls)
    async with house.one_machine(run.machine, urls) as served:
        load = Load(served, there, run.machine.folder)
        held = []
        for redeemed in (FEW, MANY):
            while run.done[urls.name] < redeemed:
                told = run.count(await load.stretch(run.plan.seconds, run.plan.connections), urls)
                if not told.created:
                    run.fault(f"after {run.done[urls.name]} redemptions the house carries out no more: {told.said}")
                    break
            await served.quiet()
            held.append(sum(map(_megabytes, served.pids)))
    await run.audit(urls)
    return Figure(f"memory after {MANY:,} and {FEW:,} redemptions", held[1:], held[:1], "MB")


def _megabytes(pid: int) -> float:
    """What a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(resident.split()[1]) / 1024
