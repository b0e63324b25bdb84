"""Speaks HTTP for `/v1/claims` and `/v1/claimable`: what may be claimed, a check beforehand, submitting, reading."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from services.chassis import problems
from services.chassis.http import Db, Permitted, answered, router, service_of, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, After, Limit, Page
from services.chassis.refusals import Reason
from services.voucher.settlement.api.claim_bodies import ClaimBody
from services.voucher.settlement.api.claim_views import (
    CheckView,
    ClaimableView,
    ClaimSubmitted,
    ClaimView,
    ClaimWhole,
    FaultView,
    checked_line_view,
    claim_view,
    claimable_view,
    submitted_view,
    whole_view,
)
from services.voucher.settlement.api.names import ClaimId
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.operations import checking, claims, reading
from services.voucher.settlement.operations.claims import Submission

routes = router()


class ClaimFilter(StrictModel):
    """Which claims to list; state: that at least one of the lines one sees is in."""

    state: LineState | None = None
    client_ref: str | None = Field(default=None, max_length=64)
    after: str | None = Field(default=None, max_length=CURSOR_MAX)
    limit: int = Field(default=PAGE_DEFAULT, ge=1, le=PAGE_MAX)


@routes.get("/v1/claimable", tags=["claims"])
async def list_claimable(
    db: Db, permit: Permitted, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[ClaimableView]:
    """Captures of one's organisation that stand on no claim, oldest first, with what must be shown for each."""
    found, cursor = await reading.list_claimable(db, permit=permit, after=after, limit=limit)
    return Page(items=[claimable_view(one) for one in found], next_cursor=cursor)


@routes.post("/v1/claims:check", tags=["claims"])
async def check_claim(body: ClaimBody, request: Request, db: Db, permit: Permitted) -> CheckView:
    """What submitting this would be refused for, by line and all at once, each with its fix; nothing is kept."""
    checked = await checking.check_claim(db, permit=permit, asked=body.asked)
    lines = [checked_line_view(one, [_fault_view(request, fault) for fault in one.faults]) for one in checked]
    return CheckView(ok=not any(line.faults for line in lines), lines=lines)


@routes.post("/v1/claims", status_code=201, response_model=ClaimSubmitted, tags=["claims"])
async def submit_claim(
    body: ClaimBody, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(submitted_view)]
) -> Response:
    """Claim captures, a line each: all of them, or none and every fault of every line. Review begins at once."""
    submission = Submission(body.asked, body.client_ref)
    return answered(await claims.submit_claim(db, keyed, permit=permit, submission=submission))


@routes.get("/v1/claims", tags=["claims"])
async def list_claims(db: Db, permit: Permitted, filters: Annotated[ClaimFilter, Query()]) -> Page[ClaimView]:
    """Claims of which one may see a line, newest first, in the figures of those lines.

    A payee sees his own, a holder the lines that pay for his vouchers, a reviewer his region's, finance its treasury's.
    """
    found, cursor = await reading.list_claims(
        db, permit=permit, state=filters.state, client_ref=filters.client_ref, after=filters.after, limit=filters.limit
    )
    return Page(items=[claim_view(one) for one in found], next_cursor=cursor)


@routes.get("/v1/claims/{claim_id}", tags=["claims"])
async def get_claim(claim_id: ClaimId, db: Db, permit: Permitted) -> ClaimWhole:
    """One claim: the lines one may see, each with its legs, its evidence and its timeline."""
    return whole_view(await reading.read_claim(db, permit=permit, claim_id=claim_id))


def _fault_view(request: Request, fault: Reason) -> FaultView:
    """A fault in the reader's language."""
    problem = service_of(request).all_problems[fault.code]
    language = problems.language_of(request.headers.get("accept-language"))
    return FaultView(
        code=fault.code,
        rule=fault.rule,
        pointer=fault.pointer or "",
        message=problems.message(problem, fault, language),
        fix=problem.remedy_zh if language == "zh-CN" else problem.remedy_en,
        numbers=dict(fault.numbers),
        clause=fault.clause,
    )
