"""Runs the voucher service's audit against the database itself, whether or not anything is being served."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from services.chassis.database import Database
from services.standalone.installation import Installation
from services.voucher.app import run_audit


@dataclass(frozen=True)
class Verdict:
    """What the audit says, ready to be printed."""

    at: str
    counted: dict[str, int]
    findings: list[dict[str, str]]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def as_json(self) -> dict[str, Any]:
        """One document; ``audit`` is ``ok`` or ``findings``."""
        return {"audit": "ok" if self.ok else "findings", "at": self.at, **self.counted, "findings": self.findings}

    def as_lines(self) -> list[str]:
        """One line for each finding, and the verdict last."""
        told = [f"{found['check']}: {found['subject']}: {found['detail']}" for found in self.findings]
        return [*told, f"audit: {len(told)} findings" if told else "audit: ok"]


async def audit(installation: Installation) -> Verdict:
    """Look at the installation's main database as the voucher service, which reads and cannot alter the books."""
    database = Database(installation.main.services["voucher"], "voucher")
    try:
        report = await run_audit(database)
    finally:
        await database.dispose()
    return Verdict(
        at=report.at.isoformat(),
        counted=asdict(report.counted),
        findings=[asdict(finding) for finding in report.findings],
    )
