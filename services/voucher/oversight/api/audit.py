"""Speaks HTTP for `/v1/audit`: does everything add up, and if not, which rows do not."""

from services.chassis.http import Db, Permitted, router
from services.chassis.models import Instant, StrictModel
from services.voucher.oversight.operations.audit import Report, run_audit

routes = router()


class FindingView(StrictModel):
    """One thing that is wrong: the invariant, the row and what was expected of it."""

    check: str
    subject: str
    detail: str


class CountedView(StrictModel):
    """How much there was to look at."""

    journals: int
    entries: int
    operations: int
    events: int


class AuditView(StrictModel):
    """The audit as of one moment; `ok` when there are no findings, of which each check gives 200 at the most."""

    ok: bool
    at: Instant
    counted: CountedView
    findings: list[FindingView]


def audit_view(report: Report) -> AuditView:
    """A report as shown."""
    return AuditView(
        ok=report.ok,
        at=report.at,
        counted=CountedView(**{name: getattr(report.counted, name) for name in CountedView.model_fields}),
        findings=[
            FindingView(check=finding.check, subject=finding.subject, detail=finding.detail)
            for finding in report.findings
        ],
    )


@routes.get("/v1/audit", tags=["audit"])
async def get_audit(db: Db, permit: Permitted) -> AuditView:
    """Run the audit now over one snapshot of everything."""
    return audit_view(await run_audit(db))
