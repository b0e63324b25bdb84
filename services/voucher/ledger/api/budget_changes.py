"""Speaks HTTP for `/v1/budget-changes`: what one person proposed and another approves or rejects."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.ledger.api.names import BudgetChangeId, BudgetLineId, RoundId
from services.voucher.ledger.domain.budget import BudgetChange, ChangeKind, ChangeState
from services.voucher.ledger.operations import budget_changes
from services.voucher.ledger.store.changes import Wanted

routes = router()


class BudgetChangeView(StrictModel):
    """A change of a budget line; `decide_by` is when it is overdue, persons are references."""

    id: BudgetChangeId
    kind: ChangeKind
    budget_line_id: BudgetLineId
    amount: Money
    document: str
    round_id: RoundId | None
    pool_class: str | None
    state: ChangeState
    proposed_by: str
    proposed_at: Instant
    decide_by: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None


class Rejection(StrictModel):
    """Why a change is rejected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The document names another project."}]})

    reason: Prose


def change_view(change: BudgetChange) -> BudgetChangeView:
    """A change as shown."""
    return BudgetChangeView(
        id=change.id,
        kind=change.kind,
        budget_line_id=change.line_id,
        amount=Money.of(change.amount, change.currency),
        document=change.document,
        round_id=change.round_id,
        pool_class=change.pool_class,
        state=change.state,
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
        decide_by=change.decide_by,
        decided_by=change.decided_by,
        decided_at=change.decided_at,
        reason=change.reason,
    )


async def _wanted(
    state: ChangeState | None = None, budget_line_id: BudgetLineId | None = None, round_id: RoundId | None = None
) -> Wanted:
    return Wanted(state, budget_line_id, round_id)


@routes.get("/v1/budget-changes", tags=["budget lines"])
async def list_budget_changes(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[BudgetChangeView]:
    """The changes that the caller may see, newest first."""
    found = await budget_changes.list_changes(
        db, permit=permit, wanted=wanted, before=pages.only_id(after), limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda change: (str(change.id),))
    return Page(items=[change_view(change) for change in items], next_cursor=cursor)


@routes.get("/v1/budget-changes/{budget_change_id}", tags=["budget lines"])
async def get_budget_change(budget_change_id: BudgetChangeId, db: Db, permit: Permitted) -> BudgetChangeView:
    """One change."""
    return change_view(await budget_changes.read_change(db, permit=permit, change_id=budget_change_id))


@routes.post("/v1/budget-changes/{budget_change_id}/approve", response_model=BudgetChangeView, tags=["budget lines"])
async def approve_budget_change(
    budget_change_id: BudgetChangeId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(change_view, status=200)],
) -> Response:
    """Approve an allotment or a cut that another person proposed; a change of a round is approved at the round."""
    return answered(await budget_changes.approve_change(db, keyed, permit=permit, change_id=budget_change_id))


@routes.post("/v1/budget-changes/{budget_change_id}/reject", response_model=BudgetChangeView, tags=["budget lines"])
async def reject_budget_change(
    budget_change_id: BudgetChangeId,
    body: Rejection,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(change_view, status=200)],
) -> Response:
    """Reject a change of any kind that another person proposed, with a reason."""
    answer = await budget_changes.reject_change(
        db, keyed, permit=permit, change_id=budget_change_id, reason=body.reason
    )
    return answered(answer)
