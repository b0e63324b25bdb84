"""Speaks HTTP for `/v1/award-claims`: what an award would come to, claiming it, and how far it has come."""

from typing import Annotated, Literal, Self

from fastapi import Depends, Request
from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis import pages, problems
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, answered, router, service_of, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import ClientRef, Day, Instant, Line, Money, MoneyAsked, MoneyFromZero, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.chassis.refusals import Reason
from services.standards.holding import Holder
from services.voucher.awards.api.amounts import one_currency
from services.voucher.awards.api.names import (
    AwardClaimId,
    BudgetLineId,
    ClaimId,
    ClaimLineId,
    LegId,
    SchemeVersionId,
    Slug,
    SpaceId,
)
from services.voucher.awards.domain.claiming import Asked
from services.voucher.awards.operations import claiming, correcting, reading, recomputing
from services.voucher.awards.operations.claiming import Checked
from services.voucher.awards.operations.reading import SeenAward
from services.voucher.awards.store.award_claims import Wanted
from services.voucher.settlement.domain.claim import LegState, LineState

routes = router()
ITEM = "/v1/award-claims/{award_claim_id}"
EXAMPLE: JsonDict = {
    "scheme_version_id": "scv_0190163d8694739b8bde3d2e05f9a1c4",
    "award": "top-up",
    "on": "2021-06-30",
    "figures": {
        "deal": {"amount": "100000.00", "currency": "CNY"},
        "upper_award": {"amount": "30000.00", "currency": "CNY"},
    },
    "document_ids": ["doc_0190163d8694739b8bde3d2e05f9a1c5"],
    "answers": {"deal": "100000.00", "provincial": "30000.00", "completed-on": "2021-06-30"},
}
Answers = Annotated[dict[Line, bool | int | Prose], Field(max_length=50)]
"""Answers by the field's name: amounts as decimal text, dates as YYYY-MM-DD, documents by their ids."""
Figure = Literal[
    "deal", "upper_award", "interest_repaid", "interest_due", "event_cost", "operating_result", "running_costs"
]


class AwardClaimBody(StrictModel):
    """What is claimed. facts: for what, by the words of the scheme file (level, grade, item, year, …); figures: in
    money; units: how many, where the award pays an amount for each; on: the day that the award's rule names.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    scheme_version_id: SchemeVersionId
    award: Slug
    on: Day | None = None
    space_id: SpaceId | None = None
    facts: dict[Slug, Annotated[Line, Field(max_length=100)]] = Field(default_factory=dict, max_length=10)
    figures: dict[Figure, MoneyAsked] = Field(default_factory=dict)
    units: int | None = Field(default=None, strict=True, ge=1, le=1_000_000)
    rests_on: AwardClaimId | None = None
    document_ids: list[DocumentId] = Field(default_factory=list, max_length=50)
    answers: Answers = Field(default_factory=dict)
    client_ref: ClientRef | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        return one_currency(self, self.figures.values())

    @property
    def asked(self) -> Asked:
        """The claim as asked; figures in fen."""
        return Asked(
            scheme_version_id=self.scheme_version_id,
            award=self.award,
            facts=self.facts,
            figures={name: one.fen for name, one in self.figures.items()},
            units=self.units,
            currency=next((one.currency for one in self.figures.values()), None),
            on=self.on,
            space_id=self.space_id,
            rests_on=self.rests_on,
            document_ids=tuple(self.document_ids),
            answers=self.answers,
            client_ref=self.client_ref,
        )


class AwardCorrectionBody(StrictModel):
    """What a payee adds after a reviewer asked: further documents, what they show, and all answers anew, if any."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document_ids": ["doc_0190163d8694739b8bde3d2e05f9a1c5"], "said": "补交凭证"}]}
    )

    document_ids: list[DocumentId] = Field(default_factory=list, max_length=50)
    said: Prose
    answers: Answers | None = None


class RecomputationBody(StrictModel):
    """Figures that are less by now, such as an upper award that was cut or paid back, why, and by which paper."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "figures": {"upper_award": {"amount": "20000.00", "currency": "CNY"}},
                    "reason": "省级补助已退回10000元",
                }
            ]
        }
    )

    figures: dict[Figure, MoneyFromZero] = Field(min_length=1)
    reason: Prose
    document_id: DocumentId | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        return one_currency(self, self.figures.values())


class AwardLegView(StrictModel):
    """What one treasury owes. paid_on: the day on which the bank booked the payment."""

    id: LegId
    part: str
    treasury: str
    budget_line_id: BudgetLineId
    amount: Money
    state: LegState
    paid_on: Day | None


class AwardClaimView(StrictModel):
    """A claim to an award; how far it has come is told by its claim line."""

    id: AwardClaimId
    claim_id: ClaimId
    claim_line_id: ClaimLineId
    scheme: str
    scheme_version_id: SchemeVersionId
    award: str
    mode: str
    payee_id: HolderId
    space_id: SpaceId | None
    rests_on: AwardClaimId | None
    on: Day
    facts: dict[str, str]
    figures: dict[str, Money]
    units: int | None
    amount: Money
    approved: Money | None
    state: LineState
    stage: str | None
    due_on: Day | None
    legs: list[AwardLegView]
    document_ids: list[DocumentId]
    answers: dict[str, bool | int | str]
    submitted_at: Instant


class AwardFaultView(StrictModel):
    """What speaks against a claim, and where that is written."""

    code: str
    rule: str | None
    pointer: str
    message: str
    clause: str | None


class AwardPartView(StrictModel):
    """What one treasury would bear."""

    part: str
    treasury: str
    amount: Money


class AwardCheckView(StrictModel):
    """What claiming this would come to just now, or every fault at once."""

    ok: bool
    amount: Money | None
    parts: list[AwardPartView]
    faults: list[AwardFaultView]


def award_claim_view(seen: SeenAward) -> AwardClaimView:
    """A claim as shown."""
    claim, line = seen.claim, seen.line
    same = ("id", "claim_id", "claim_line_id", "scheme_version_id", "award", "space_id", "rests_on", "on")
    money = {name: fen for name, fen in claim.figures.items() if name != seen.counted}
    return AwardClaimView(
        **{name: getattr(claim, name) for name in same},
        scheme=claim.scheme_id,
        payee_id=Holder(line.holder_kind, claim.payee_id),
        facts=dict(claim.facts),
        figures={name: Money.of(fen, claim.currency) for name, fen in money.items()},
        units=claim.figures.get(seen.counted) if seen.counted is not None else None,
        amount=Money.of(claim.amount, claim.currency),
        approved=Money.of(line.approved, claim.currency) if line.approved is not None else None,
        state=line.state_at(seen.at, objected=seen.objected),
        stage=line.stage,
        due_on=line.due_on,
        legs=[
            AwardLegView(
                id=leg.id,
                part=leg.part,
                treasury=leg.treasury,
                budget_line_id=leg.budget_line_id,
                amount=Money.of(leg.amount, leg.currency),
                state=leg.state,
                paid_on=leg.paid_on,
            )
            for leg in seen.legs
        ],
        document_ids=list(seen.document_ids),
        answers=dict(seen.answers),
        mode=seen.mode,
        submitted_at=claim.submitted_at,
    )


def _check_view(checked: Checked, request: Request) -> AwardCheckView:
    reckoned, currency = checked.reckoned, checked.currency
    if reckoned is None:
        faults = [_fault_view(request, one) for one in checked.faults]
        return AwardCheckView(ok=False, amount=None, parts=[], faults=faults)
    parts = [
        AwardPartView(part=one.part, treasury=one.treasury, amount=Money.of(fen, currency))
        for one, fen in zip(reckoned.backing, reckoned.amounts, strict=True)
    ]
    return AwardCheckView(ok=True, amount=Money.of(reckoned.awarded.amount, currency), parts=parts, faults=[])


def _fault_view(request: Request, fault: Reason) -> AwardFaultView:
    problem = service_of(request).all_problems[fault.code]
    language = problems.language_of(request.headers.get("accept-language"))
    return AwardFaultView(
        code=fault.code,
        rule=fault.rule,
        pointer=fault.pointer or "",
        message=problems.message(problem, fault, language),
        clause=fault.clause,
    )


async def _wanted(scheme: Slug | None = None, award: Slug | None = None) -> Wanted:
    return Wanted(scheme_id=scheme, award=award)


@routes.post("/v1/award-claims:check", tags=["awards"])
async def check_award_claim(body: AwardClaimBody, request: Request, db: Db, permit: Permitted) -> AwardCheckView:
    """What an award would come to for one's organisation, by the same rules as claiming it; nothing is kept."""
    return _check_view(await claiming.check_award_claim(db, permit=permit, asked=body.asked), request)


@routes.post("/v1/award-claims", status_code=201, response_model=AwardClaimView, tags=["awards"])
async def claim_award(
    body: AwardClaimBody, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(award_claim_view)]
) -> Response:
    """Claim an award, a match, a top-up or a reward for one's organisation; review begins at once."""
    return answered(await claiming.claim_award(db, keyed, permit=permit, asked=body.asked))


@routes.get("/v1/award-claims", tags=["awards"])
async def list_award_claims(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[AwardClaimView]:
    """One's own claims to awards, a reviewer's region's, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await reading.list_award_claims(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.claim.id),))
    return Page(items=[award_claim_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["awards"])
async def get_award_claim(award_claim_id: AwardClaimId, db: Db, permit: Permitted) -> AwardClaimView:
    """One claim to an award."""
    return award_claim_view(await reading.read_award_claim(db, permit=permit, award_claim_id=award_claim_id))


@routes.post(f"{ITEM}/correct", response_model=AwardClaimView, tags=["awards"])
async def correct_award_claim(
    award_claim_id: AwardClaimId,
    body: AwardCorrectionBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(award_claim_view, status=200)],
) -> Response:
    """Add documents to a claim that a reviewer returned, which puts it back where it was in the queue."""
    corrected = correcting.Corrected(tuple(body.document_ids), body.said, body.answers)
    return answered(
        await correcting.correct_award_claim(
            db, keyed, permit=permit, award_claim_id=award_claim_id, corrected=corrected
        )
    )


@routes.post(f"{ITEM}/recompute", response_model=AwardClaimView, tags=["awards"])
async def recompute_award_claim(
    award_claim_id: AwardClaimId,
    body: RecomputationBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(award_claim_view, status=200)],
) -> Response:
    """Compute an award again, since what it rests on has shrunk: less is owed, or the difference is proposed back."""
    figures: dict[str, int] = {name: one.fen for name, one in body.figures.items()}
    currency = next(one.currency for one in body.figures.values())
    asked = recomputing.Asked(figures, currency, body.reason, body.document_id)
    return answered(
        await recomputing.recompute_award(db, keyed, permit=permit, award_claim_id=award_claim_id, asked=asked)
    )
