"""Plays every figure on one machine in one go, and says whether the run counts.

It counts when nothing was refused and nothing failed, both sides wrote the same rows, the rival was no slower than its
statements sent bare, and the product's own audit found nothing in any database.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import uvloop

from bench import growth, house, issue, latency, load, machine, memory, redeem, rush, search, sides, stage
from bench.figures import Figure, table
from bench.load import NoLoad, Told
from bench.processes import Fell
from bench.run import QUICK, Plan, Run
from bench.world import Size

MANY = 128
"""Connections, beside those of the plan."""
FIRMS, FEW_FIRMS = 100_000, 4_000
LARGER, SMALLER = (10_000, 1_000_000), (10_000,)
"""Numbers of vouchers between which growth is measured, beside that of the plan."""
PEOPLED = 20_000
"""Holders of the city in which there are more of them than the house remembers; a quick run has none."""
LATENCY_STRETCHES = 2
"""How many stretches long latency is measured."""
FINDINGS_TOLD = 5
OTHERS = (rush.measure, memory.measure)
"""What a quick run leaves out."""
NOBODY_ASKED = Told(0, 0, 0, 1.0, 0.0, 0.0)
RATIOS: Mapping[str, str] = MappingProxyType(
    {
        "redeem_vs_pgbench": "redeem",
        "hot_vs_pgbench": "hot",
        "hop": "hop",
        "bulk": "bulk",
        "growth": "growth",
        "issue_vs_copy": "issue",
    }
)
"""The ratios of the last line, and where each is found."""


@dataclass
class Report:
    """What a run came to: figures by name, several where one was measured in several ways, and the latency.

    about: the machine and what runs on it.
    """

    run: Run
    figures: dict[str, list[Figure]] = field(default_factory=dict)
    latency: Told = NOBODY_ASKED
    about: str = ""
    begun: float = field(default_factory=time.monotonic)

    def keep(self, name: str, *figures: Figure) -> None:
        """Keep a figure, and tell who waits."""
        self.figures.setdefault(name, []).extend(figures)
        for figure in figures:
            sys.stderr.write(f"bench: {self.minutes:4.1f} min {figure.row}\n")

    @property
    def minutes(self) -> float:
        """How long the run has taken up to now."""
        return (time.monotonic() - self.begun) / 60

    def judge(self) -> None:
        """It is a fault where the rival is slower than its own statements sent bare."""
        for figure in self.figures.get("rival", ()):
            if figure.ratio < sides.NO_SLOWER:
                self.run.fault(f"the rival reaches only {figure.ratio:.2f} of its own statements sent bare")

    @property
    def as_json(self) -> dict[str, float | int | str]:
        """What a quick run ends with; growth is that to the largest city."""
        first = {name: self.figures[of][-1 if of == "growth" else 0] for name, of in RATIOS.items()}
        return {
            **{name: round(figure.ratio, 3) for name, figure in first.items()},
            "p50_ms": round(self.latency.p50_ms, 1),
            "p99_ms": round(self.latency.p99_ms, 1),
            "refused": self.run.refused,
            "failed": self.run.failed,
            "audit": "ok" if self.run.in_order else "failed",
        }

    @property
    def as_lines(self) -> list[str]:
        """The same for a person, in Markdown."""
        told = self.as_json
        return [
            self.about,
            "",
            table([one for figures in self.figures.values() for one in figures]),
            "",
            f"Open loop, {self.latency.rate:,.0f} redemptions a second, half of the most: p50 {told['p50_ms']} ms,"
            f" p99 {told['p99_ms']} ms.",
            f"Refused {told['refused']}, failed {told['failed']}, audit {told['audit']};"
            f" it took {self.minutes:.1f} minutes.",
        ]


def main(*, quick: bool, as_json: bool) -> int:
    """Play a run and tell its figures; exit code 1 where it does not count, and why on the standard error."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        load.require_wrk()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            report = runner.run(play(QUICK if quick else Plan()))
    except (NoLoad, Fell) as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("bench: stopped\n")
        return 1
    return tell(report, as_json=as_json)


def tell(report: Report, *, as_json: bool) -> int:
    """Print what a run came to; the exit code."""
    run = report.run
    for line in [*run.said, *run.faults, *run.findings[:FINDINGS_TOLD]]:
        sys.stderr.write(f"bench: {line}\n")
    for line in [*report.as_lines, *([json.dumps(report.as_json)] if as_json else [])]:
        sys.stdout.write(f"{line}\n")
    return 0 if run.ok else 1


async def play(plan: Plan) -> Report:
    """Every figure of a plan; a quick one leaves out what takes long."""
    async with machine.started() as server:
        report = Report(Run(server, plan), about=await server.about())
        await _on_stage(report)
        report.keep("issue", await issue.measure(report.run, FEW_FIRMS if plan.quick else FIRMS))
        for measure in () if plan.quick else OTHERS:
            report.keep("others", await measure(report.run))
        if not plan.quick:
            report.keep("search", *search.figures(await search.measure(report.run)))
        return report


async def _on_stage(report: Report) -> None:
    """All that is measured upon one city, and upon others beside it, and their audit.

    A quick run neither looks into the rival's books nor holds it against its own statements sent bare.
    """
    run, plan = report.run, report.run.plan
    sizes = [Size(one, face=redeem.FACE) for one in (SMALLER if plan.quick else LARGER)]
    if not plan.quick:
        sizes.append(Size(plan.vouchers, holders=PEOPLED, face=redeem.FACE))
    connections = (plan.connections,) if plan.quick else (plan.connections, MANY)
    async with AsyncExitStack() as standing:
        at, cities = await asyncio.gather(
            standing.enter_async_context(stage.built(run, "city", Size(plan.vouchers, face=redeem.FACE))),
            asyncio.gather(*(growth.city(run, one, standing) for one in sizes)),
        )
        served = await standing.enter_async_context(house.apart(at.house, at.urls))
        await at.warm()
        apart = replace(at.load, house=served, begun=0)
        await apart.warm(plan.connections)
        taking = [sides.of_stage(at, one) for one in connections]
        taking += [] if plan.quick else [sides.of_bare(at, one) for one in connections]
        taking.append(sides.of_others(at, apart, cities))
        rates = await sides.in_turn({name: side for some in taking for name, side in some.items()}, plan.rounds)
        for name, figures in sides.figures(rates, at.world.size, connections, sizes).items():
            report.keep(name, *figures)
        report.judge()
        most = max(report.figures["redeem"][0].ours)
        report.latency = at.count(await latency.measure(at, most / 2, LATENCY_STRETCHES * plan.seconds))
        await at.compare()
    audited = [at.urls, *(city.urls for city in cities)]
    await asyncio.gather(*map(run.audit, audited if plan.quick else [*audited, at.rival.urls]))
