"""Remembers what a run is: how long it measures, what its callers were told, and what the audit found in the end."""

from collections import Counter
from dataclasses import dataclass, field

from bench.load import Told
from bench.machine import Machine, Urls
from services.chassis.database import Database
from services.voucher.app import run_audit


@dataclass(frozen=True)
class Plan:
    """How much is measured: vouchers there are, rounds, seconds of a stretch, and connections."""

    vouchers: int = 100_000
    rounds: int = 5
    seconds: int = 4
    connections: int = 32
    quick: bool = False


QUICK = Plan(rounds=3, seconds=1, quick=True)
"""For a look: under 50 seconds in all on a quiet machine."""


@dataclass
class Run:
    """A run on one machine. done: by database, how many operations its callers were told of as done, or so many.

    said: the first answers that were none; faults: what makes its figures worthless.
    """

    machine: Machine
    plan: Plan
    refused: int = 0
    failed: int = 0
    said: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    audited: set[str] = field(default_factory=set)

    def count(self, told: Told, urls: Urls | None = None) -> Told:
        """Add what callers were told, and in which database it must be found; nothing may be refused or fail."""
        self.refused += told.refused
        self.failed += told.failed
        if told.said:
            self.said.append(told.said)
        if urls is not None:
            self.done[urls.name] += told.created
        return told

    def fault(self, what: str) -> None:
        """Remember what makes the figures worthless; the run goes on, and has failed in the end."""
        self.faults.append(what)

    async def audit(self, urls: Urls) -> None:
        """Let the product's own audit look at a database, keep what it finds, and see that it saw all that was done."""
        database = Database(urls.voucher, "voucher")
        try:
            report = await run_audit(database)
        finally:
            await database.dispose()
        self.findings += [str(finding) for finding in report.findings]
        if report.counted.operations < self.done[urls.name]:
            lost = f"{self.done[urls.name]} operations were acknowledged, {report.counted.operations} are there"
            self.findings.append(f"{urls.name}: {lost}")
        self.audited.add(urls.name)

    @property
    def in_order(self) -> bool:
        """Whether the audit has looked at every database in which something was done, and found nothing."""
        return not self.findings and bool(self.audited) and self.done.keys() <= self.audited

    @property
    def ok(self) -> bool:
        """Whether nothing was refused, nothing failed, like was compared with like, and everything adds up."""
        return self.in_order and not (self.refused or self.failed or self.faults)
