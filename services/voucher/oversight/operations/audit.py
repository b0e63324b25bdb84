"""Runs the audit: every wing's checks over one snapshot, and names what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.chassis import clock
from services.chassis.database import Database
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import audit as ledger
from services.voucher.oversight.store import audit as oversight
from services.voucher.oversight.store.audit import Counted
from services.voucher.payout.store import audit as payout
from services.voucher.reconciliation.store import audit as reconciliation
from services.voucher.redemption.store import audit as redemption
from services.voucher.settlement.store import audit as settlement
from services.voucher.wallet.store import audit as wallet

WINGS = (
    *(ledger.findings, wallet.findings, redemption.findings),
    *(settlement.findings, payout.findings, reconciliation.findings, oversight.findings),
)
"""The checks of every wing that keeps something."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. `at` is the business instant (UTC); all is well when there are no findings."""

    at: datetime
    counted: Counted
    findings: Sequence[Finding]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


async def run_audit(database: Database) -> Report:
    """Look at everything as it stood at one moment."""
    async with database.read() as connection:
        found = [finding for look in WINGS for finding in await look(connection)]
        return Report(await clock.business_now(connection), await oversight.counted(connection), found)
