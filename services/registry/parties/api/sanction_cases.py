"""Speaks HTTP for sanction cases 惩戒案件: what goes before an organisation is kept out."""

from typing import Annotated, Any

from fastapi import Query, status
from pydantic import ConfigDict, Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import Instant, Line, Prose, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.api.words import DOCUMENT_EXAMPLE, ORGANIZATION_EXAMPLE, SanctionCaseId
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.sanction_case import Answer, CaseState, Grounds, Ruling
from services.registry.parties.domain.standing import SanctionKind
from services.registry.parties.operations import sanction_cases
from services.registry.parties.store.sanction_cases import CaseFilter

sanction_cases_api = router()
ITEM = "/v1/sanction-cases/{case_id}"


def _example(**said: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [said]})


class NewSanctionCase(StrictModel):
    """For what an organisation is to be kept out, by which clause, with the evidence."""

    model_config = _example(
        organization=ORGANIZATION_EXAMPLE,
        kind="ban",
        grounds="提供虚假材料骗取创新券。",
        clause="江门市科技创新券实施办法 第二十条",
        document=DOCUMENT_EXAMPLE,
    )

    organization: OrganizationId
    kind: SanctionKind
    grounds: Prose
    clause: Line
    document: DocumentId

    @property
    def charge(self) -> Grounds:
        """The same as the domain has it."""
        return Grounds(kind=self.kind, grounds=self.grounds, clause=self.clause, document_id=self.document)


class CaseAnswer(StrictModel):
    """What the organisation says to the grounds."""

    model_config = _example(text="材料系误交，已更正。", document=None)

    text: Prose
    document: DocumentId | None = None


class CaseRuling(StrictModel):
    """For how many years from today, under which number and document, and where it may be contested."""

    model_config = _example(
        years=2, number="江科〔2020〕15 号", document=DOCUMENT_EXAMPLE, remedy="可在六十日内申请行政复议。"
    )

    years: int
    number: Line
    document: DocumentId
    remedy: Prose

    @property
    def ruling(self) -> Ruling:
        """The same as the domain has it."""
        return Ruling(years=self.years, number=self.number, document_id=self.document, remedy=self.remedy)


class CaseDrop(StrictModel):
    """Why a case ends without a sanction."""

    model_config = _example(reason="证据不足。")

    reason: Prose


class SanctionCaseView(StrictModel):
    """A case: the charge, until when it may be answered, what was said, and what became of it."""

    id: SanctionCaseId
    organization: OrganizationId
    kind: SanctionKind
    grounds: str
    clause: str
    document: DocumentId
    state: CaseState
    proposed_by: str
    proposed_at: Instant
    notified_at: Instant | None
    reply_by: str | None = Field(description="The last local day for an answer.")
    answer: str | None
    answer_document: DocumentId | None
    answered_at: Instant | None
    decided_by: str | None
    decided_at: Instant | None
    years: int | None
    decision_number: str | None
    decision_document: DocumentId | None
    remedy: str | None
    drop_reason: str | None


@sanction_cases_api.post(
    "/v1/sanction-cases", status_code=status.HTTP_201_CREATED, tags=["sanctions"], response_model=SanctionCaseView
)
async def create_sanction_case(body: NewSanctionCase, asked: AskedBy) -> Document:
    """Propose to keep an organisation out; it is told of it once it is notified."""
    return await sanction_cases.propose_case(asked, body.organization, body.charge)


@sanction_cases_api.get("/v1/sanction-cases", tags=["sanctions"], response_model=Page[SanctionCaseView])
async def list_sanction_cases(
    asked: AskedBy,
    organization: Annotated[OrganizationId | None, Query()] = None,
    state: Annotated[CaseState | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> dict[str, Any]:
    """Cases that the caller may see; an organisation sees its own from the notification on."""
    wanted = CaseFilter(organization, state)
    items, cursor = await sanction_cases.list_cases(asked, wanted, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@sanction_cases_api.get(ITEM, tags=["sanctions"], response_model=SanctionCaseView)
async def get_sanction_case(case_id: SanctionCaseId, asked: AskedBy) -> Document:
    """One case."""
    return await sanction_cases.read_case(asked, case_id)


@sanction_cases_api.post(f"{ITEM}/notify", tags=["sanctions"], response_model=SanctionCaseView)
async def notify_sanction_case(case_id: SanctionCaseId, asked: AskedBy) -> Document:
    """Tell the organisation of the grounds: it has some working days to answer."""
    return await sanction_cases.notify_case(asked, case_id)


@sanction_cases_api.post(f"{ITEM}/answer", tags=["sanctions"], response_model=SanctionCaseView)
async def answer_sanction_case(case_id: SanctionCaseId, body: CaseAnswer, asked: AskedBy) -> Document:
    """Answer the grounds, for the organisation."""
    return await sanction_cases.answer_case(asked, case_id, Answer(text=body.text, document_id=body.document))


@sanction_cases_api.post(f"{ITEM}/decide", tags=["sanctions"], response_model=SanctionCaseView)
async def decide_sanction_case(case_id: SanctionCaseId, body: CaseRuling, asked: AskedBy) -> Document:
    """Keep the organisation out from today, by another person than who proposed it."""
    return await sanction_cases.decide_case(asked, case_id, body.ruling)


@sanction_cases_api.post(f"{ITEM}/drop", tags=["sanctions"], response_model=SanctionCaseView)
async def drop_sanction_case(case_id: SanctionCaseId, body: CaseDrop, asked: AskedBy) -> Document:
    """End a case without a sanction."""
    return await sanction_cases.drop_case(asked, case_id, body.reason)
