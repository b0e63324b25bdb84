"""Speaks HTTP for `/v1/appeals`: what a party says against the refusal of its application, and how it is decided."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId, Prefixed
from services.chassis.models import ClientRef, Instant, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.wallet.api.names import ApplicationId
from services.voucher.wallet.domain.appeal import Appeal, AppealState, Asked, Ruling
from services.voucher.wallet.operations import appeals
from services.voucher.wallet.operations.applications import within
from services.voucher.wallet.store.appeals import Wanted

routes = router()
AppealId = Annotated[UUID, Prefixed("apl")]


class AppealOutcome(StrEnum):
    """How an appeal is decided."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AppealAsked(StrictModel):
    """What is said against the refusal, and on what it rests."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"grounds": "The plan names the laboratory on page 3.", "client_ref": "a1"}]}
    )

    grounds: Prose
    document_id: DocumentId | None = None
    client_ref: ClientRef | None = None


class AppealRuling(StrictModel):
    """How an appeal is decided, and why, in words that its party reads."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "upheld", "words": "The laboratory is named on page 3."}]}
    )

    outcome: AppealOutcome
    words: Prose


class AppealView(StrictModel):
    """An appeal against the refusal of one instant; due_at is when its decision is overdue, persons are references."""

    id: AppealId
    application_id: ApplicationId
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


def appeal_view(appeal: Appeal) -> AppealView:
    """An appeal as shown."""
    same = {name: getattr(appeal, name) for name in AppealView.model_fields if name != "application_id"}
    return AppealView(**same, application_id=appeal.subject_id)


@routes.post(
    "/v1/applications/{application_id}/appeal", status_code=201, response_model=AppealView, tags=["applications"]
)
async def appeal_application(
    application_id: ApplicationId,
    body: AppealAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(appeal_view)],
) -> Response:
    """Appeal the refusal of one's application, once and within the days that the scheme gives."""
    asked = Asked(body.grounds, body.document_id, body.client_ref)
    return answered(await appeals.file_appeal(db, keyed, permit=permit, application_id=application_id, asked=asked))


async def _wanted(
    permit: Permitted, state: AppealState | None = None, application_id: ApplicationId | None = None
) -> Wanted:
    return Wanted(state, application_id, within(permit))


@routes.get("/v1/appeals", tags=["applications"])
async def list_appeals(
    db: Db,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[AppealView]:
    """Appeals, newest first: the holder's own, of the reviewer's region, of the operator's bureau."""
    found = await appeals.list_appeals(db, wanted=wanted, before=pages.only_id(after), limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[appeal_view(one) for one in items], next_cursor=cursor)


@routes.get("/v1/appeals/{appeal_id}", tags=["applications"])
async def get_appeal(appeal_id: AppealId, db: Db, permit: Permitted) -> AppealView:
    """One appeal."""
    return appeal_view(await appeals.read_appeal(db, permit=permit, appeal_id=appeal_id))


@routes.post("/v1/appeals/{appeal_id}/decide", response_model=AppealView, tags=["applications"])
async def decide_appeal(
    appeal_id: AppealId,
    body: AppealRuling,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(appeal_view, status=200)],
) -> Response:
    """Dismiss an appeal, or uphold it, by a reviewer who has no earlier part in the case."""
    ruling = Ruling(AppealState(body.outcome.value), body.words)
    return answered(await appeals.decide_appeal(db, keyed, permit=permit, appeal_id=appeal_id, ruling=ruling))
