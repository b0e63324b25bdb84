"""Speaks HTTP for `/v1/reports/budget-execution`: what became of the money of each budget line."""

from typing import Annotated

from fastapi import Query

from services.chassis import pages
from services.chassis.http import Db, Permitted, router
from services.chassis.models import Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.ledger.api.names import BudgetLineId, Moment, as_of_moment, line_place
from services.voucher.ledger.domain.execution import Execution
from services.voucher.ledger.operations import books
from services.voucher.ledger.store.lines import Wanted

routes = router()


class ExecutionView(StrictModel):
    """A budget line's execution: `cost` is what was approved to be paid, always `payable` + `in_transit` + `paid`.

    `allotted`, `free` and `in_rounds` stand as they are now; the others as of the moment asked for. drawn: what the
    treasury gave for it.
    """

    budget_line_id: BudgetLineId
    fiscal_year: int
    project: str
    allotted: Money
    free: Money
    in_rounds: Money
    cost: Money
    payable: Money
    in_transit: Money
    paid: Money
    drawn: Money


@routes.get("/v1/reports/budget-execution", tags=["reports"])
async def list_budget_execution(
    db: Db,
    permit: Permitted,
    fiscal_year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    as_of: Moment = None,
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[ExecutionView]:
    """The execution of each budget line that the caller may see, by fiscal year."""
    found = await books.list_execution(
        db,
        permit=permit,
        wanted=Wanted(fiscal_year=fiscal_year),
        as_of=as_of_moment(as_of),
        after=line_place(after),
        limit=limit + 1,
    )
    items, cursor = pages.cut(found, limit, lambda one: (str(one.line.classification.fiscal_year), str(one.line.id)))
    return Page(items=[_view(one) for one in items], next_cursor=cursor)


def _view(one: Execution) -> ExecutionView:
    line, named = one.line, one.line.classification
    amounts = {
        "allotted": line.appropriation,
        "free": line.free,
        "in_rounds": line.in_rounds,
        "cost": one.cost,
        "payable": one.payable,
        "in_transit": one.in_transit,
        "paid": one.paid,
        "drawn": one.drawn,
    }
    return ExecutionView(
        budget_line_id=line.id,
        fiscal_year=named.fiscal_year,
        project=named.project,
        **{name: Money.of(fen, named.currency) for name, fen in amounts.items()},
    )
