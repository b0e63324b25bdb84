"""Remembers what a run is: how long it measures, what its callers were told, and what the audit found in the end."""

from dataclasses import dataclass, field

from bench.load import Told
from bench.machine import Machine, Urls
from services.chassis.database import Database
from services.voucher.app import run_audit


class Broken(Exception):
    """The run compares what cannot be compared; no figure of it counts."""


@dataclass(frozen=True)
class Plan:
    """How much is measured: vouchers there are, rounds, seconds of a stretch, and connections."""

    vouchers: int = 100_000
    rounds: int = 5
    seconds: int = 8
    connections: int = 32
    quick: bool = False


QUICK = Plan(rounds=3, seconds=2, quick=True)
"""For a look: under 50 seconds in all on a quiet machine."""


@dataclass
class Run:
    """A run on one machine."""

    machine: Machine
    plan: Plan
    refused: int = 0
    failed: int = 0
    said: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def count(self, told: Told) -> Told:
        """Add what callers were told; nothing of it may be refused or fail."""
        self.refused += told.refused
        self.failed += told.failed
        if told.said:
            self.said.append(told.said)
        return told

    async def audit(self, urls: Urls) -> None:
        """Let the product's own audit look at a database, and keep what it finds."""
        database = Database(urls.voucher, "voucher")
        try:
            report = await run_audit(database)
        finally:
            await database.dispose()
        self.findings += [str(finding) for finding in report.findings]

    @property
    def ok(self) -> bool:
        """Whether nothing was refused, nothing failed, and everything adds up."""
        return not (self.refused or self.failed or self.findings)
