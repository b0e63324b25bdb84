"""Speaks HTTP for `/v1/rounds/{id}/fund`: budget moved from a line into a round by two persons."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Line, Money, MoneyAsked, StrictModel
from services.voucher.ledger.domain.budget import BudgetChange, ChangeState
from services.voucher.wallet.api.names import EXAMPLE_ID, BudgetChangeId, BudgetLineId, RoundId
from services.voucher.wallet.operations import funding
from services.voucher.wallet.operations.funding import InEscrow


class RoundFundingAsked(StrictModel):
    """How much of which budget line, and the number of the document behind it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "budget_line_id": f"bln_{EXAMPLE_ID}",
                    "amount": {"amount": "4308980.00", "currency": "CNY"},
                    "document": "江财工〔2020〕58号",
                }
            ]
        }
    )

    budget_line_id: BudgetLineId
    amount: MoneyAsked
    document: Line


class RoundFundingView(StrictModel):
    """A proposed or decided funding of a round; it is rejected as a budget change."""

    id: BudgetChangeId
    round_id: RoundId
    budget_line_id: BudgetLineId
    pool_class: str
    amount: Money
    document: str
    state: ChangeState
    proposed_by: str
    proposed_at: Instant
    decide_by: Instant
    decided_by: str | None
    decided_at: Instant | None


def funding_view(change: BudgetChange) -> RoundFundingView:
    """A funding as shown; ValueError for a change that is none."""
    if change.round_id is None or change.pool_class is None:
        raise ValueError(f"{change.kind} is no funding")
    return RoundFundingView(
        id=change.id,
        round_id=change.round_id,
        budget_line_id=change.line_id,
        pool_class=change.pool_class,
        amount=Money.of(change.amount, change.currency),
        document=change.document,
        state=change.state,
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
        decide_by=change.decide_by,
        decided_by=change.decided_by,
        decided_at=change.decided_at,
    )


def fundings_router(in_escrow: InEscrow) -> APIRouter:
    """The endpoints of fundings, with what a wing above knows of accounts in escrow."""
    routes = router()

    @routes.post("/v1/rounds/{round_id}/fund", status_code=201, response_model=RoundFundingView, tags=["rounds"])
    async def fund_round(
        round_id: RoundId,
        body: RoundFundingAsked,
        db: Db,
        permit: Permitted,
        keyed: Annotated[Keyed, under_key(funding_view)],
    ) -> Response:
        """Propose to move budget from a line into the round; another person approves it."""
        asked = funding.Asked(body.budget_line_id, body.amount.fen, body.amount.currency, body.document)
        return answered(
            await funding.propose(db, keyed, permit=permit, round_id=round_id, asked=asked, in_escrow=in_escrow)
        )

    @routes.post(
        "/v1/rounds/{round_id}/fundings/{budget_change_id}/approve", response_model=RoundFundingView, tags=["rounds"]
    )
    async def approve_round_funding(
        round_id: RoundId,
        budget_change_id: BudgetChangeId,
        db: Db,
        permit: Permitted,
        keyed: Annotated[Keyed, under_key(funding_view, status=200)],
    ) -> Response:
        """Approve a funding that another person proposed, which fills the pool."""
        answer = await funding.approve(db, keyed, permit=permit, round_id=round_id, change_id=budget_change_id)
        return answered(answer)

    return routes
