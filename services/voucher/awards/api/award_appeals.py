"""Speaks HTTP for `/v1/award-appeals`: what a payee says against the rejection of its claim, and how it is decided."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import ClientRef, Instant, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.awards.api.names import AwardAppealId, AwardClaimId
from services.voucher.awards.operations import appeals
from services.voucher.awards.store.appeals import Wanted
from services.voucher.wallet.domain.appeal import Appeal, AppealState, Asked, Ruling

routes = router()
ITEM = "/v1/award-appeals/{award_appeal_id}"


class AwardAppealBody(StrictModel):
    """Against the rejection of which claim, why, and by which document."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"award_claim_id": "acl_0190163d8694739b8bde3d2e05f9a1c4", "grounds": "到账凭证第二页已列明金额"}
            ]
        }
    )

    award_claim_id: AwardClaimId
    grounds: Prose
    document_id: DocumentId | None = None
    client_ref: ClientRef | None = None


class AwardAppealRuling(StrictModel):
    """Why an appeal is decided so, in words that its payee reads."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"words": "凭证第二页确已列明金额"}]})

    words: Prose


class AwardAppealView(StrictModel):
    """An appeal against the rejection of one instant; due_at is when its decision is overdue."""

    id: AwardAppealId
    award_claim_id: AwardClaimId
    refused_at: Instant
    grounds: str
    document_id: DocumentId | None
    client_ref: str | None
    state: AppealState
    filed_by: str
    filed_at: Instant
    due_at: Instant | None
    decided_by: str | None
    decided_at: Instant | None
    words: str | None


def award_appeal_view(appeal: Appeal) -> AwardAppealView:
    """An appeal as shown."""
    same = {name: getattr(appeal, name) for name in AwardAppealView.model_fields if name != "award_claim_id"}
    return AwardAppealView(**same, award_claim_id=appeal.subject_id)


async def _wanted(state: AppealState | None = None, award_claim_id: AwardClaimId | None = None) -> Wanted:
    return Wanted(state=state, award_claim_id=award_claim_id)


@routes.post("/v1/award-appeals", status_code=201, response_model=AwardAppealView, tags=["awards"])
async def file_award_appeal(
    body: AwardAppealBody, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(award_appeal_view)]
) -> Response:
    """Appeal the rejection of one's claim to an award, once and within the days that the scheme gives."""
    asked = Asked(body.grounds, body.document_id, body.client_ref)
    return answered(
        await appeals.file_award_appeal(db, keyed, permit=permit, award_claim_id=body.award_claim_id, asked=asked)
    )


@routes.get("/v1/award-appeals", tags=["awards"])
async def list_award_appeals(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[AwardAppealView]:
    """Appeals, newest first: one's own, those of a reviewer's region, all for the auditor."""
    before = pages.only_id(after)
    found = await appeals.list_award_appeals(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[award_appeal_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["awards"])
async def get_award_appeal(award_appeal_id: AwardAppealId, db: Db, permit: Permitted) -> AwardAppealView:
    """One appeal."""
    return award_appeal_view(await appeals.read_award_appeal(db, permit=permit, appeal_id=award_appeal_id))


@routes.post(f"{ITEM}/uphold", response_model=AwardAppealView, tags=["awards"])
async def uphold_award_appeal(
    award_appeal_id: AwardAppealId,
    body: AwardAppealRuling,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(award_appeal_view, status=200)],
) -> Response:
    """Uphold an appeal: the claim is back in review at the stage that rejected it, with its place in the queue."""
    ruling = Ruling(AppealState.UPHELD, body.words)
    return answered(
        await appeals.decide_award_appeal(db, keyed, permit=permit, appeal_id=award_appeal_id, ruling=ruling)
    )


@routes.post(f"{ITEM}/dismiss", response_model=AwardAppealView, tags=["awards"])
async def dismiss_award_appeal(
    award_appeal_id: AwardAppealId,
    body: AwardAppealRuling,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(award_appeal_view, status=200)],
) -> Response:
    """Dismiss an appeal: the rejection stands."""
    ruling = Ruling(AppealState.DISMISSED, body.words)
    return answered(
        await appeals.decide_award_appeal(db, keyed, permit=permit, appeal_id=award_appeal_id, ruling=ruling)
    )
