"""Speaks HTTP for revocations 取消资格: proposed, answered, decided by another person."""

from typing import Any

from fastapi import Response, status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import DocumentId
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import RawText, RevocationId, SpaceId
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.api.recognitions import Grounds
from services.registry.spaces.api.spaces import SpaceView
from services.registry.spaces.operations import revocations

revocations_api = router()


class SpaceAnswer(StrictModel):
    """What the space says to it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "整改已完成，附验收材料说明。"}]})

    answer: RawText


class RevocationDrop(StrictModel):
    """Why a case is dropped."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "整改已完成并经现场核查"}]})

    reason: RawText


class RevocationView(StrictModel):
    """A case against a space; it may answer until `due_at`. `decision`: why it was revoked, or the case dropped."""

    id: RevocationId
    space: SpaceId
    reason: str
    clause: str
    document: DocumentId
    proposed_by: str
    proposed_at: Instant
    due_at: Instant
    state: str
    answer: str | None
    answered_at: Instant | None
    decided_by: str | None
    decided_at: Instant | None
    decision: str | None


@revocations_api.post(
    "/v1/spaces/{space_id}/revocations",
    status_code=status.HTTP_201_CREATED,
    tags=["spaces"],
    response_model=RevocationView,
)
async def propose_revocation(space_id: SpaceId, body: Grounds, asked: AskedBy) -> Document:
    """Propose to revoke a recognised space, with evidence; the space is heard first."""
    return await revocations.propose_revocation(asked, space_id, ground=body.ground)


@revocations_api.get("/v1/spaces/{space_id}/revocations", tags=["spaces"], response_model=Page[RevocationView])
async def list_space_revocations(
    space_id: SpaceId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> dict[str, Any]:
    """The cases against a space."""
    items, cursor = await revocations.list_revocations(asked, space_id, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@revocations_api.post(
    "/v1/spaces/{space_id}/revocations/{revocation_id}/answer", tags=["spaces"], response_model=RevocationView
)
async def answer_revocation(
    space_id: SpaceId, revocation_id: RevocationId, body: SpaceAnswer, asked: AskedBy
) -> Document:
    """Say what the space has to say to it."""
    return await revocations.answer_revocation(asked, space_id, revocation_id, text=body.answer)


@revocations_api.post(
    "/v1/spaces/{space_id}/revocations/{revocation_id}/drop", tags=["spaces"], response_model=RevocationView
)
async def drop_revocation(
    space_id: SpaceId, revocation_id: RevocationId, body: RevocationDrop, asked: AskedBy
) -> Document:
    """Drop a case against a space, by another person than who proposed it."""
    return await revocations.drop_revocation(asked, space_id, revocation_id, reason=body.reason)


@revocations_api.post("/v1/spaces/{space_id}/revoke", tags=["spaces"], response_model=SpaceView)
async def revoke_space(space_id: SpaceId, body: Grounds, asked: AskedBy, response: Response) -> Document:
    """Revoke a space that was heard, by another person than who proposed it; its residents stay."""
    return tagged(response, await revocations.revoke_space(asked, space_id, ground=body.ground))
