"""Speaks HTTP for `/v1/award-fundings`: which budget line bears which part of an award, by two persons."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Line, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.awards.api.names import AwardFundingId, BudgetLineId, RegionCode, SchemeVersionId, Slug
from services.voucher.awards.domain.award_funding import AwardFunding, AwardFundingState
from services.voucher.awards.operations import fundings
from services.voucher.awards.operations.fundings import Asked
from services.voucher.awards.store.fundings import Wanted

routes = router()
ITEM = "/v1/award-fundings/{award_funding_id}"
EXAMPLE: JsonDict = {
    "scheme_version_id": "scv_0190163d8694739b8bde3d2e05f9a1c4",
    "award": "top-up",
    "part": "city",
    "region": "440700",
    "budget_line_id": "bln_0190163d8694739b8bde3d2e05f9a1c6",
    "document": "江财教〔2021〕30号",
}


class AwardFundingBody(StrictModel):
    """Which budget line bears a part (1 where the award is not split) for payees of a region."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    scheme_version_id: SchemeVersionId
    award: Slug
    part: Slug
    region: RegionCode
    budget_line_id: BudgetLineId
    document: Line


class AwardFundingRejected(StrictModel):
    """Why a proposal is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The line is another bureau's."}]})

    reason: Prose


class AwardFundingView(StrictModel):
    """A funding of an award; `decide_by` is when it is overdue."""

    id: AwardFundingId
    scheme_id: str
    bureau: str
    award: str
    part: str
    region: str
    budget_line_id: BudgetLineId
    document: str
    state: AwardFundingState
    proposed_by: str
    proposed_at: Instant
    decide_by: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None


def funding_view(funding: AwardFunding) -> AwardFundingView:
    """A funding as shown."""
    return AwardFundingView(**{name: getattr(funding, name) for name in AwardFundingView.model_fields})


async def _wanted(scheme: Slug | None = None, state: AwardFundingState | None = None) -> Wanted:
    return Wanted(scheme_id=scheme, state=state)


@routes.post("/v1/award-fundings", status_code=201, response_model=AwardFundingView, tags=["awards"])
async def propose_award_funding(
    body: AwardFundingBody, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(funding_view)]
) -> Response:
    """Propose which budget line bears a part of an award; another person of the bureau approves."""
    asked = Asked(**{name: getattr(body, name) for name in AwardFundingBody.model_fields})
    return answered(await fundings.propose(db, keyed, permit=permit, asked=asked))


@routes.get("/v1/award-fundings", tags=["awards"])
async def list_award_fundings(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[AwardFundingView]:
    """One's own bureau's fundings of awards, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await fundings.list_fundings(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[funding_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["awards"])
async def get_award_funding(award_funding_id: AwardFundingId, db: Db, permit: Permitted) -> AwardFundingView:
    """One funding of an award."""
    return funding_view(await fundings.read_funding(db, permit=permit, funding_id=award_funding_id))


@routes.post(f"{ITEM}/approve", response_model=AwardFundingView, tags=["awards"])
async def approve_award_funding(
    award_funding_id: AwardFundingId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(funding_view, status=200)],
) -> Response:
    """Approve what another person proposed; it takes the place of the one before for claims from now on."""
    return answered(await fundings.approve(db, keyed, permit=permit, funding_id=award_funding_id))


@routes.post(f"{ITEM}/reject", response_model=AwardFundingView, tags=["awards"])
async def reject_award_funding(
    award_funding_id: AwardFundingId,
    body: AwardFundingRejected,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(funding_view, status=200)],
) -> Response:
    """Reject what another person proposed, with a reason."""
    return answered(await fundings.reject(db, keyed, permit=permit, funding_id=award_funding_id, reason=body.reason))
