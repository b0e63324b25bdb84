"""Measures redemptions a second through the gateway, beside the rival, and what each costs the processors.

``python -m bench.redeem --seconds 5 --connections 32`` starts a PostgreSQL and a house of its own and ends in the
audit.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench import house, machine, stage
from bench.figures import Figure
from bench.load import Told
from bench.processes import cpu_of_family
from bench.run import Plan, Run
from bench.stage import NO_SLOWER_THAN_BARE, Stage
from bench.world import YUAN, Size

FACE = 1_000_000 * YUAN
"""Enough for all that a crowd can take from one voucher in a run."""


@dataclass(frozen=True)
class Measured:
    """A figure, and what callers of our side were told in each round."""

    figure: Figure
    told: Sequence[Told]


async def measure(at: Stage, connections: int) -> Measured:
    """All vouchers, all holders, all providers. A fault: a rival slower than its statements sent bare."""
    told, theirs, bare = [], [], []
    for _ in range(at.run.plan.rounds):
        told.append(at.count(await at.load.stretch(at.run.plan.seconds, connections)))
        theirs.append((await at.rival.stretch(at.run.plan.seconds, connections)).rate)
        bare.append((await at.rival.stretch(max(1, at.run.plan.seconds // 2), connections, bare=True)).rate)
    slowed = Figure("the rival", theirs, bare)
    if slowed.ratio < NO_SLOWER_THAN_BARE:
        at.run.fault(f"the rival reaches only {slowed.ratio:.2f} of its own statements sent bare")
    return Measured(Figure(f"redeem, {connections} connections", [one.rate for one in told], theirs), told)


async def measure_hot(at: Stage, connections: int) -> Figure:
    """Everybody upon the same ten vouchers of ten holders, at ten providers."""
    ours, theirs = [], []
    for _ in range(at.run.plan.rounds):
        told = await at.load.stretch(at.run.plan.seconds, connections, among=at.hot)
        ours.append(at.count(told).rate)
        theirs.append((await at.rival.stretch(at.run.plan.seconds, connections, among=at.hot)).rate)
    return Figure(f"hot, {connections} connections", ours, theirs)


async def measure_hop(at: Stage, connections: int) -> Figure:
    """Gateway, registry and voucher service as processes of their own, against all of them in one."""
    ours, theirs = [], []
    async with house.apart(at.house, at.urls) as served:
        load = replace(at.load, house=served)
        load.begun = 0
        await load.warm(connections)
        for _ in range(at.run.plan.rounds):
            ours.append(at.count(await load.stretch(at.run.plan.seconds, connections)).rate)
            theirs.append(at.count(await at.load.stretch(at.run.plan.seconds, connections)).rate)
    return Figure(f"hop, {connections} connections", ours, theirs)


async def main(plan: Plan, size: Size) -> int:
    """Play it once and print its figures; 1 where anything was refused, failed or does not add up."""
    async with machine.started() as server:
        run = Run(server, plan)
        async with stage.built(run, "redeem", size) as at:
            ours, theirs = at.house.cpu_seconds, cpu_of_family(server.postmaster)
            told = at.count(await at.load.stretch(plan.seconds, plan.connections))
            ours, theirs = at.house.cpu_seconds - ours, cpu_of_family(server.postmaster) - theirs
            each = 1e6 / max(told.created, 1)
            say(f"{told.rate:,.0f} redemptions a second over {plan.connections} connections, p50 {told.p50_ms:.1f} ms")
            say(f"processor time of each: house {ours * each:.0f} µs, PostgreSQL {theirs * each:.0f} µs")
            theirs = cpu_of_family(server.postmaster)
            rated = await at.rival.stretch(plan.seconds, plan.connections)
            theirs = cpu_of_family(server.postmaster) - theirs
            say(f"{rated.rate:,.0f} of the rival, PostgreSQL {theirs / max(rated.redeemed, 1) * 1e6:.0f} µs each")
            await at.compare()
            await at.audit()
    for line in (*run.said, *run.faults, *run.findings[:5]):
        say(line)
    say(f"refused {run.refused}, failed {run.failed}, audit: {'ok' if run.in_order else 'failed'}")
    return 0 if run.ok else 1


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=int, default=5)
    words.add_argument("--connections", type=int, default=32)
    words.add_argument("--vouchers", type=int, default=10_000)
    given = words.parse_args()
    once = Plan(given.vouchers, rounds=1, seconds=given.seconds, connections=given.connections)
    sys.exit(asyncio.run(main(once, Size(given.vouchers, face=FACE))))
