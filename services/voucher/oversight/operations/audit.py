"""Runs the audit: every wing's checks and every seal over one snapshot, and names what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Gauge
from sqlalchemy import text

from services.chassis import clock
from services.chassis.database import Database, may_last
from services.voucher.awards.store import audit as awards
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import audit as ledger
from services.voucher.oversight.operations.unsealing import Evidence, verify
from services.voucher.oversight.store import audit as oversight
from services.voucher.oversight.store.audit import Counted
from services.voucher.payout.store import audit as payout
from services.voucher.reconciliation.store import audit as reconciliation
from services.voucher.redemption.store import audit as redemption
from services.voucher.settlement.store import audit as settlement
from services.voucher.wallet.store import audit as wallet

WINGS = (
    *(ledger.findings, wallet.findings, redemption.findings),
    *(settlement.findings, awards.findings, payout.findings, reconciliation.findings, oversight.findings),
)
"""The checks of every wing that keeps something."""
FOUND = Gauge("innovoucher_audit_findings", "What the last audit that this process ran has found.", ["database"])


PATIENCE = "SET LOCAL statement_timeout TO '10min'"
"""A check that reads every entry of millions takes longer than anybody who waits for an answer may."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. `at` is the business instant (UTC); all is well when there are no findings.

    seals: how many there are; head: the last of them, signed, to be kept where nobody who can write here can.
    """

    at: datetime
    counted: Counted
    findings: Sequence[Finding]
    seals: int = 0
    head: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


NOTHING_GIVEN = Evidence()


async def run_audit(database: Database, evidence: Evidence = NOTHING_GIVEN) -> Report:
    """Look at everything as it stood at one moment."""
    async with database.read() as connection:
        await may_last(connection)
        await connection.execute(text(PATIENCE))
        found = [finding for look in WINGS for finding in await look(connection)]
        counted, at = await oversight.counted(connection), await clock.business_now(connection)
        chain = await verify(connection, evidence)
    findings = [*found, *chain.findings]
    FOUND.labels(database.engine.url.database).set(len(findings))
    head = None if chain.last is None else chain.last.jws
    return Report(at, counted, findings, chain.seals, head)
