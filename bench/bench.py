"""Plays every figure on one machine in one go, and says whether the run counts.

It counts when nothing was refused and nothing failed, both sides wrote the same rows, the rival was no slower than its
statements sent bare, and the product's own audit found nothing in any database.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType

import uvloop

from bench import latency, load, machine, redeem, stage
from bench.figures import Figure, table
from bench.load import NoLoad, Told
from bench.processes import Fell
from bench.run import QUICK, Plan, Run
from bench.stage import Stage
from bench.world import Size

MANY = 128
"""Connections, beside those of the plan."""
FIRMS, FEW_FIRMS = 100_000, 10_000
LARGER, SMALLER = (10_000, 1_000_000), (10_000,)
"""Numbers of vouchers between which growth is measured, beside the usual one."""
FINDINGS_TOLD = 5
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
OTHERS = ("rush", "reconcile", "memory")
"""What a quick run leaves out."""


@dataclass
class Report:
    """What a run came to: figures by name, several where one was measured in several ways, and the latency."""

    run: Run
    figures: dict[str, list[Figure]] = field(default_factory=dict)
    latency: Told | None = None

    def keep(self, name: str, *figures: Figure) -> None:
        """Keep a figure, and tell who waits."""
        self.figures.setdefault(name, []).extend(figures)
        for figure in figures:
            sys.stderr.write(f"bench: {figure.row}\n")

    @property
    def as_json(self) -> dict[str, float | int | str | None]:
        """What a quick run ends with; None where nothing was measured."""
        return {
            **{name: self._ratio(of) for name, of in RATIOS.items()},
            "p50_ms": round(self.latency.p50_ms, 1) if self.latency else None,
            "p99_ms": round(self.latency.p99_ms, 1) if self.latency else None,
            "refused": self.run.refused,
            "failed": self.run.failed,
            "audit": "ok" if self.run.in_order else "failed",
        }

    def _ratio(self, name: str) -> float | None:
        return round(self.figures[name][0].ratio, 3) if name in self.figures else None

    async def measure(self, name: str, *given: object) -> None:
        """Keep a figure of a module of its own; a fault where there is no such module yet."""
        try:
            measure = import_module(f"bench.{name}").measure
        except (ModuleNotFoundError, AttributeError):
            self.run.fault(f"{name} is not measured yet")
        else:
            found = await measure(self.run, *given)
            self.keep(name, *(found if isinstance(found, list) else [found]))

    @property
    def as_lines(self) -> list[str]:
        """The same for a person, in Markdown."""
        lines = [table([one for figures in self.figures.values() for one in figures]), ""]
        if self.latency:
            rate = self.latency.rate
            lines += [
                f"Asked {rate:,.0f} times a second, half of the most: p50 {self.latency.p50_ms:.1f} ms,"
                f" p99 {self.latency.p99_ms:.1f} ms.",
            ]
        told = self.as_json
        return [*lines, f"Refused {told['refused']}, failed {told['failed']}, audit {told['audit']}."]


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
        report = Report(Run(server, plan))
        run = report.run
        async with stage.built(run, "city", Size(plan.vouchers, face=redeem.FACE)) as at:
            await _on_stage(report, at)
            await at.compare()
            await at.audit()
        await report.measure("issue", FEW_FIRMS if plan.quick else FIRMS)
        for name in () if plan.quick else OTHERS:
            await report.measure(name)
        return report


async def _on_stage(report: Report, at: Stage) -> None:
    plan = at.run.plan
    measured = await redeem.measure(at, plan.connections)
    report.keep("redeem", measured.figure)
    report.keep("hot", await redeem.measure_hot(at, plan.connections))
    if not plan.quick:
        report.keep("redeem", (await redeem.measure(at, MANY)).figure)
        report.keep("hot", await redeem.measure_hot(at, MANY))
    report.keep("hop", await redeem.measure_hop(at, plan.connections))
    await report.measure("bulk", at)
    await report.measure("growth", at, SMALLER if plan.quick else LARGER)
    most = max(one.rate for one in measured.told)
    report.latency = at.count(await latency.measure(at, most / 2, 2 * plan.seconds))
