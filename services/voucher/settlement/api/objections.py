"""Speaks HTTP for `/v1/objections`: what is said against a disclosed line, and how it is decided."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import ClientRef, Instant, Line, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.settlement.api.names import ClaimLineId, DisclosureId, ObjectionId
from services.voucher.settlement.domain.objection import Judgement, Objection, ObjectionState, Outcome
from services.voucher.settlement.operations import objecting
from services.voucher.settlement.store.objections import Wanted

routes = router()
ID = "0190a0b1c2d37e4f8a9b0c1d2e3f4a5b"


class ObjectionAsked(StrictModel):
    """What is said against a disclosed line. Without an objector it is noted and blocks nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "disclosure_id": f"dsc_{ID}",
                    "claim_line_id": f"cln_{ID}",
                    "objector": "Liang Hui",
                    "contact": "liang.hui@example.org",
                    "grounds": "The report names a machine that this firm does not have.",
                }
            ]
        }
    )

    disclosure_id: DisclosureId
    claim_line_id: ClaimLineId
    objector: Line | None = None
    contact: Line | None = None
    grounds: Prose
    document_id: DocumentId | None = None
    client_ref: ClientRef | None = None


class Ruling(StrictModel):
    """How an objection is decided, and why. holder_at_fault: upheld, the quota goes to the pool, not to the holder."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "dismissed", "reason": "The machine was rented; see the lease."}]}
    )

    outcome: Outcome
    reason: Prose
    holder_at_fault: bool | None = None


class ObjectionView(StrictModel):
    """An objection with who stands behind it, for those who decide on it and who pay; persons are references."""

    id: ObjectionId
    disclosure_id: DisclosureId
    claim_line_id: ClaimLineId
    objector: str | None
    contact: str | None
    grounds: str
    document_id: DocumentId | None
    state: ObjectionState
    filed_by: str
    filed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    holder_at_fault: bool | None
    client_ref: str | None


def objection_view(objection: Objection) -> ObjectionView:
    """An objection as shown."""
    return ObjectionView(**{name: getattr(objection, name) for name in ObjectionView.model_fields})


async def _wanted(
    disclosure_id: DisclosureId | None = None,
    claim_line_id: ClaimLineId | None = None,
    state: ObjectionState | None = None,
    client_ref: ClientRef | None = None,
) -> Wanted:
    return Wanted(disclosure_id, claim_line_id, state, client_ref)


@routes.post("/v1/objections", status_code=201, response_model=ObjectionView, tags=["disclosures"])
async def file_objection(
    body: ObjectionAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(objection_view, subject="disclosure_id")],
) -> Response:
    """Object to a disclosed line, for oneself or by recording a letter; a name behind it stops the line's payment."""
    asked = objecting.Asked(**{name: getattr(body, name) for name in ObjectionAsked.model_fields})
    return answered(await objecting.file_objection(db, keyed, permit=permit, asked=asked))


@routes.get("/v1/objections", response_model=Page[ObjectionView], tags=["disclosures"])
async def list_objections(
    db: Db, permit: Permitted, wanted: Annotated[Wanted, Depends(_wanted)], after: After = None, limit: Limit = 50
) -> Page[ObjectionView]:
    """List objections of one's region or treasury, newest first."""
    found = await objecting.list_objections(
        db, permit=permit, wanted=wanted, before=pages.only_id(after), limit=limit + 1
    )
    page, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[objection_view(one) for one in page], next_cursor=cursor)


@routes.get("/v1/objections/{objection_id}", response_model=ObjectionView, tags=["disclosures"])
async def get_objection(objection_id: ObjectionId, db: Db, permit: Permitted) -> ObjectionView:
    """Show one objection."""
    return objection_view(await objecting.read_objection(db, permit=permit, objection_id=objection_id))


@routes.post("/v1/objections/{objection_id}/decide", response_model=ObjectionView, tags=["disclosures"])
async def decide_objection(
    objection_id: ObjectionId,
    body: Ruling,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(objection_view, status=200)],
) -> Response:
    """Dismiss an objection, or uphold it, which ends the line; by a reviewer without an earlier part in the case."""
    judgement = Judgement(body.outcome, body.reason, body.holder_at_fault)
    answer = await objecting.decide_objection(db, keyed, permit=permit, objection_id=objection_id, judgement=judgement)
    return answered(answer)
