"""Speaks HTTP for the filing 备案 and recognition 认定 of spaces."""

from typing import Any

from fastapi import Response, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, new_id
from services.chassis.models import Day, Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import DOCUMENT_EXAMPLE, RawText, SpaceId
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.api.spaces import SpaceView
from services.registry.spaces.domain.recognition import Level, Recognition, Track
from services.registry.spaces.operations import recognitions
from services.registry.spaces.operations.acting import Ground

recognitions_api = router()

CLAUSE_EXAMPLE = "通政办发〔2018〕5号 四（五）"


class Evidence(StrictModel):
    """By which document."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"document": DOCUMENT_EXAMPLE}]})

    document: DocumentId


class Grounds(Evidence):
    """Why, by which clause, and by which document."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "连续两年考核不合格", "clause": CLAUSE_EXAMPLE, "document": DOCUMENT_EXAMPLE}]
        }
    )

    reason: RawText
    clause: RawText

    @property
    def ground(self) -> Ground:
        """The same as the operations have it."""
        return Ground(self.reason, self.clause, self.document)


class NewRecognition(Evidence):
    """A recognition: on which track, at which level, by which numbered decision, of which day, under which clause."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "track": "science",
                    "level": "city",
                    "document_number": "江科〔2020〕61号",
                    "decided_on": "2020-09-01",
                    "clause": "嘉政办发〔2015〕90号 五（二）",
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    track: Track
    level: Level
    document_number: RawText
    decided_on: Day
    clause: RawText


class GivenUp(Grounds):
    """Which recognition is given up, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"track": "sme", "reason": "运营单位不再申报", "clause": CLAUSE_EXAMPLE, "document": DOCUMENT_EXAMPLE}
            ]
        }
    )

    track: Track


class NewIncubator(Grounds):
    """Since when the space is an incubator 科技企业孵化器, and by what decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "on": "2020-09-01",
                    "reason": "升级为科技企业孵化器",
                    "clause": "嘉政办发〔2015〕90号 二（一）",
                    "document": DOCUMENT_EXAMPLE,
                }
            ]
        }
    )

    on: Day


class StepView(StrictModel):
    """A step in the history of a space: from which state to which, who did it, when, why, by which clause."""

    number: int
    verb: str
    from_: str | None = Field(alias="from")
    to: str
    at: Instant
    by: str
    reason: str | None
    clause: str | None
    document: DocumentId | None


@recognitions_api.post("/v1/spaces/{space_id}/file", tags=["spaces"], response_model=SpaceView)
async def file_space(space_id: SpaceId, body: Evidence, asked: AskedBy, response: Response) -> Document:
    """File a space with the bureau, which answers by a recognition or a refusal with reason."""
    return tagged(response, await recognitions.file_space(asked, space_id, document_id=body.document))


@recognitions_api.post("/v1/spaces/{space_id}/decline", tags=["spaces"], response_model=SpaceView)
async def decline_space(space_id: SpaceId, body: Grounds, asked: AskedBy, response: Response) -> Document:
    """Decline a filing, with the reason."""
    return tagged(response, await recognitions.decline_space(asked, space_id, ground=body.ground))


@recognitions_api.post(
    "/v1/spaces/{space_id}/recognitions",
    status_code=status.HTTP_201_CREATED,
    tags=["spaces"],
    response_model=SpaceView,
)
async def create_recognition(space_id: SpaceId, body: NewRecognition, asked: AskedBy, response: Response) -> Document:
    """Recognise a filed space, or upgrade a recognised one to a higher level."""
    recognition = Recognition(
        id=new_id(),
        space_id=space_id,
        track=body.track,
        level=body.level,
        document_number=body.document_number,
        decided_on=body.decided_on,
        document_id=body.document,
        clause=body.clause,
    )
    return tagged(response, await recognitions.recognise_space(asked, recognition))


@recognitions_api.post("/v1/spaces/{space_id}/give-up", tags=["spaces"], response_model=SpaceView)
async def give_up_recognition(space_id: SpaceId, body: GivenUp, asked: AskedBy, response: Response) -> Document:
    """Give up the recognition of one track."""
    told = await recognitions.give_up_recognition(asked, space_id, body.track, ground=body.ground)
    return tagged(response, told)


@recognitions_api.post("/v1/spaces/{space_id}/incubator", tags=["spaces"], response_model=SpaceView)
async def become_incubator(space_id: SpaceId, body: NewIncubator, asked: AskedBy, response: Response) -> Document:
    """Note that a recognised space was upgraded to an incubator."""
    told = await recognitions.become_incubator(asked, space_id, on=body.on, ground=body.ground)
    return tagged(response, told)


@recognitions_api.get("/v1/spaces/{space_id}/history", tags=["spaces"], response_model=Page[StepView])
async def list_space_history(
    space_id: SpaceId, asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT
) -> dict[str, Any]:
    """What was done to a space, the oldest first: who, when, why, by which clause."""
    items, cursor = await recognitions.list_history(asked, space_id, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}
