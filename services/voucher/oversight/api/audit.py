"""Speaks HTTP for `/v1/audit`: does everything add up, and if not, which rows do not."""

from typing import Annotated

from fastapi import Query

from services.chassis.http import Db, Permitted, router
from services.chassis.models import Instant, StrictModel
from services.chassis.refusals import Refusal
from services.voucher.oversight.api.signed import Seen, Signs
from services.voucher.oversight.operations.audit import Report, run_audit
from services.voucher.oversight.operations.unsealing import Evidence, head_of
from services.voucher.signet import NotOurs

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
    """The audit as of one moment; `ok` when there are no findings, of which each check gives 200 at the most.

    `head` is the last seal, signed: kept elsewhere and given back later, it shows that nothing was cut off meanwhile.
    """

    ok: bool
    at: Instant
    counted: CountedView
    seals: int
    head: str | None
    findings: list[FindingView]


def audit_view(report: Report) -> AuditView:
    """A report as shown."""
    return AuditView(
        ok=report.ok,
        at=report.at,
        seals=report.seals,
        head=report.head,
        counted=CountedView(**{name: getattr(report.counted, name) for name in CountedView.model_fields}),
        findings=[
            FindingView(check=finding.check, subject=finding.subject, detail=finding.detail)
            for finding in report.findings
        ],
    )


HeadGiven = Annotated[
    str | None,
    Query(max_length=4096, description="A seal's `jws` as it was given away: it must still be in the chain."),
]


@routes.get("/v1/audit", tags=["audit"])
async def get_audit(db: Db, permit: Permitted, signet: Signs, heads: Seen, head: HeadGiven = None) -> AuditView:
    """Run the audit now over one snapshot of everything, every seal included."""
    try:
        given = None if head is None else head_of(head, signet.keys)
    except NotOurs as error:
        raise Refusal("seal.head", pointer="/head") from error
    return audit_view(await run_audit(db, Evidence(signet.keys, given, heads.last(db))))
