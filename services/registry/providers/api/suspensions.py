"""Speaks HTTP for suspensions 暂停 of providers, step by step."""

from datetime import date

from fastapi import status
from pydantic import ConfigDict

from services.chassis.http import router
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, StrictModel
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, ProviderId, RawText, SuspensionId
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.api.providers import Reasoned
from services.registry.providers.domain.suspension import Outcome
from services.registry.providers.operations import suspensions
from services.registry.providers.operations.suspensions import Charge

suspensions_api = router()
PATH = "/v1/providers/{provider_id}/suspensions"


class SuspensionAnswer(StrictModel):
    """What the provider says, with a document where there is one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "检测报告编号有误，已更正并补发。", "document": None}]}
    )

    answer: RawText
    document: DocumentId | None = None


class Confirmation(Reasoned):
    """Why an urgent suspension stands, and its last day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "现场核查属实", "document": DOCUMENT_EXAMPLE, "until": "2020-12-31"}]
        }
    )

    until: Day


class SuspensionDecision(Reasoned):
    """How a hearing ends; a suspension has a last day, and only that."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "suspend", "reason": "陈述不成立", "document": DOCUMENT_EXAMPLE, "until": "2020-12-31"}
            ]
        }
    )

    outcome: Outcome
    until: Day | None = None


class AnswerView(StrictModel):
    """What the provider said."""

    text: str
    document: DocumentId | None
    at: Instant


class DecisionView(StrictModel):
    """What a second person decided."""

    reason: str
    document: DocumentId
    at: Instant
    until: date | None


class SuspensionView(StrictModel):
    """A case against a provider. due_at: until when its answer, or a second person's word, is waited for."""

    id: SuspensionId
    provider: ProviderId
    kind: str
    state: str
    reason: str
    document: DocumentId
    opened_at: Instant
    due_at: Instant
    answer: AnswerView | None
    decision: DecisionView | None
    ends_at: Instant | None
    ended_at: Instant | None


class SuspensionsView(StrictModel):
    """All cases against a provider, oldest first."""

    items: list[SuspensionView]


@suspensions_api.post(PATH, status_code=status.HTTP_201_CREATED, tags=["providers"], response_model=SuspensionView)
async def propose_suspension(provider_id: ProviderId, body: Reasoned, asked: AskedBy) -> Document:
    """Give notice that a provider may be suspended or removed; it is heard first."""
    return await suspensions.propose_suspension(asked, provider_id, body.charge)


@suspensions_api.get(PATH, tags=["providers"], response_model=SuspensionsView)
async def list_suspensions(provider_id: ProviderId, asked: AskedBy) -> Document:
    """All cases against a provider."""
    return {"items": await suspensions.list_suspensions(asked, provider_id)}


@suspensions_api.post(f"{PATH}/{{suspension_id}}/answer", tags=["providers"], response_model=SuspensionView)
async def answer_suspension(
    provider_id: ProviderId, suspension_id: SuspensionId, body: SuspensionAnswer, asked: AskedBy
) -> Document:
    """Answer a notice, or an urgent suspension."""
    return await suspensions.answer_suspension(asked, provider_id, suspension_id, body.answer, body.document)


@suspensions_api.post(f"{PATH}/{{suspension_id}}/decide", tags=["providers"], response_model=SuspensionView)
async def decide_suspension(
    provider_id: ProviderId, suspension_id: SuspensionId, body: SuspensionDecision, asked: AskedBy
) -> Document:
    """End a hearing: suspend for a period, remove, or drop the case; never by who opened it."""
    charge = Charge(body.reason, body.document, body.until)
    return await suspensions.decide_suspension(asked, provider_id, suspension_id, body.outcome, charge)


@suspensions_api.post(f"{PATH}/{{suspension_id}}/confirm", tags=["providers"], response_model=SuspensionView)
async def confirm_suspension(
    provider_id: ProviderId, suspension_id: SuspensionId, body: Confirmation, asked: AskedBy
) -> Document:
    """Confirm an urgent suspension until a last day; never by who ordered it."""
    charge = Charge(body.reason, body.document, body.until)
    return await suspensions.confirm_suspension(asked, provider_id, suspension_id, charge)
