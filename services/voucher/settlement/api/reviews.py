"""Speaks HTTP for what happens to a claim after it was submitted: review, correction, withdrawal."""

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import Line, MoneyAsked, Prose, StrictModel
from services.voucher.settlement.api.claim_bodies import EVIDENCE, LINES_MAX, EvidenceBody
from services.voucher.settlement.api.claim_views import ClaimSubmitted, submitted_view
from services.voucher.settlement.api.names import ClaimId
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations import correcting, reviewing, withdrawing
from services.voucher.settlement.operations.correcting import Corrected
from services.voucher.settlement.operations.reviewing import Judged
from services.voucher.settlement.operations.withdrawing import Withdrawal

routes = router()
ITEM = "/v1/claims/{claim_id}"
Number = Annotated[int, Field(strict=True, ge=1, le=LINES_MAX)]

VERDICT: JsonDict = {"line": 1, "decision": "return", "reason": "The invoice names another test."}
CORRECTION: JsonDict = {"line": 1, **EVIDENCE}


def _example(example: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class VerdictBody(StrictModel):
    """A reviewer's word on one line. amount: at the last stage, to approve less than was claimed.

    A reason goes with that, and with every rejection and return; refused_for with the rejection of an award, one of the
    reasons that its scheme lists.
    """

    model_config = _example(VERDICT)

    line: Number
    decision: Decision
    amount: MoneyAsked | None = None
    reason: Prose | None = None
    document_id: DocumentId | None = None
    refused_for: Line | None = None

    @property
    def judged(self) -> Judged:
        """The verdict with its line."""
        fen, currency = (self.amount.fen, self.amount.currency) if self.amount is not None else (None, None)
        verdict = Verdict(
            decision=self.decision,
            amount=fen,
            currency=currency,
            reason=self.reason,
            document_id=self.document_id,
            refused_for=self.refused_for,
        )
        return Judged(self.line, verdict)


class ReviewBody(StrictModel):
    """Verdicts on lines of one claim: all of them are given, or none."""

    model_config = _example({"lines": [VERDICT]})

    lines: list[VerdictBody] = Field(min_length=1, max_length=LINES_MAX)


class CorrectionLineBody(EvidenceBody):
    """The whole evidence of one returned line, in place of what it drew before."""

    model_config = _example(CORRECTION)

    line: Number

    @property
    def corrected(self) -> Corrected:
        """The line with what it shall draw."""
        return Corrected(self.line, self.drawn, self.currency)


class CorrectionBody(StrictModel):
    """New evidence for returned lines of one claim: all of it is taken, or none."""

    model_config = _example({"lines": [CORRECTION]})

    lines: list[CorrectionLineBody] = Field(min_length=1, max_length=LINES_MAX)


class WithdrawalBody(StrictModel):
    """Why lines are taken back, and which; without them all that nobody decided yet."""

    model_config = _example({"reason": "The wrong invoices were attached.", "lines": [1]})

    reason: Prose
    lines: list[Number] | None = Field(default=None, min_length=1, max_length=LINES_MAX)


@routes.post(f"{ITEM}/review", response_model=ClaimSubmitted, tags=["claims"])
async def review_claim(
    claim_id: ClaimId,
    body: ReviewBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(submitted_view, status=200)],
) -> Response:
    """Decide lines at one's own stage: pass on or approve, reject, or return once. Debt arises at the last approval."""
    judged = [line.judged for line in body.lines]
    return answered(await reviewing.review_claim(db, keyed, permit=permit, claim_id=claim_id, judged=judged))


@routes.post(f"{ITEM}/correct", response_model=ClaimSubmitted, tags=["claims"])
async def correct_claim(
    claim_id: ClaimId,
    body: CorrectionBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(submitted_view, status=200)],
) -> Response:
    """Answer a return with new evidence: the line is back at the stage that asked, with the place it had."""
    corrected = [line.corrected for line in body.lines]
    return answered(await correcting.correct_claim(db, keyed, permit=permit, claim_id=claim_id, corrected=corrected))


@routes.post(f"{ITEM}/withdraw", response_model=ClaimSubmitted, tags=["claims"])
async def withdraw_claim(
    claim_id: ClaimId,
    body: WithdrawalBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(submitted_view, status=200)],
) -> Response:
    """Take lines back that nobody decided: their captures and their evidence are free again."""
    withdrawal = Withdrawal(body.reason, body.lines)
    answer = await withdrawing.withdraw_claim(db, keyed, permit=permit, claim_id=claim_id, withdrawal=withdrawal)
    return answered(answer)
