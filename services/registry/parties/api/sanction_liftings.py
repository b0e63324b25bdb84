"""Speaks HTTP for the lifting of sanctions 解除惩戒, which takes two persons."""

from typing import Any

from fastapi import status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import DocumentId
from services.chassis.models import Instant, Prose, StrictModel
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, LiftingId, SanctionId
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.sanction_case import LiftingState
from services.registry.parties.operations import sanction_liftings

sanction_liftings_api = router()
ITEM = "/v1/sanctions/{sanction_id}"


class NewLifting(StrictModel):
    """Why a sanction shall end before its last day, and the document that says so."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "复议决定撤销原处理。", "document": DOCUMENT_EXAMPLE}]}
    )

    reason: Prose
    document: DocumentId


class LiftingRefusal(StrictModel):
    """Why a sanction stays in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "复议仍在进行。"}]})

    reason: Prose


class LiftingView(StrictModel):
    """That a sanction shall be lifted, and what was decided on it."""

    id: LiftingId
    sanction: SanctionId
    reason: str
    document: DocumentId
    state: LiftingState
    proposed_by: str
    proposed_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    refusal: str | None


class Liftings(StrictModel):
    """All that was ever proposed to lift one sanction, oldest first."""

    items: list[LiftingView]


@sanction_liftings_api.post(
    f"{ITEM}/lift", status_code=status.HTTP_201_CREATED, tags=["sanctions"], response_model=LiftingView
)
async def lift_sanction(sanction_id: SanctionId, body: NewLifting, asked: AskedBy) -> Document:
    """Propose to lift a sanction in force; it holds until another person has approved."""
    return await sanction_liftings.propose_lifting(asked, sanction_id, reason=body.reason, document_id=body.document)


@sanction_liftings_api.get(f"{ITEM}/liftings", tags=["sanctions"], response_model=Liftings)
async def list_sanction_liftings(sanction_id: SanctionId, asked: AskedBy) -> dict[str, Any]:
    """All that was ever proposed to lift a sanction."""
    return {"items": await sanction_liftings.list_liftings(asked, sanction_id)}


@sanction_liftings_api.post(f"{ITEM}/lift/approve", tags=["sanctions"], response_model=LiftingView)
async def approve_sanction_lifting(sanction_id: SanctionId, asked: AskedBy) -> Document:
    """Lift the sanction today, by another person than who proposed it; voucher hears of it at once."""
    return await sanction_liftings.approve_lifting(asked, sanction_id)


@sanction_liftings_api.post(f"{ITEM}/lift/reject", tags=["sanctions"], response_model=LiftingView)
async def reject_sanction_lifting(sanction_id: SanctionId, body: LiftingRefusal, asked: AskedBy) -> Document:
    """Leave the sanction in force."""
    return await sanction_liftings.reject_lifting(asked, sanction_id, reason=body.reason)
