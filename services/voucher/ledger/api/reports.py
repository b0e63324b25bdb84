"""Speaks HTTP for `/v1/reports/…`: what became of each budget line's money, and of what it gave to rounds."""

from typing import Annotated

from fastapi import Query

from services.chassis import pages
from services.chassis.http import Db, Permitted, router
from services.chassis.models import Money, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.ledger.api.names import BudgetLineId, Moment, RoundId, as_of_moment, line_place
from services.voucher.ledger.domain.execution import Execution
from services.voucher.ledger.domain.unspent import RoundUnspent, Unspent
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


class ReclaimedView(StrictModel):
    """What vouchers gave back to their round's pool, by what right."""

    expired: Money
    cancelled: Money
    leftover_reclaimed: Money
    year_end_voided: Money
    objection_upheld: Money


class RoundUnspentView(StrictModel):
    """A round of a budget line: `funded` = `returned` + `voided` + `pool` + `open` + `spent`.

    issued: all that vouchers were ever issued or topped up with; reissued: what came back to extended ones. returned:
    by two persons within the year; voided: at its end. spent: captured, whether or not it is claimed or paid.
    """

    round_id: RoundId
    funded: Money
    issued: Money
    reissued: Money
    reclaimed: ReclaimedView
    spent: Money
    open: Money
    pool: Money
    returned: Money
    voided: Money


class UnspentView(StrictModel):
    """A budget line with its rounds. allotted and free: as they are now; lapsed: what went when its year was over."""

    budget_line_id: BudgetLineId
    fiscal_year: int
    project: str
    allotted: Money
    free: Money
    lapsed: Money
    rounds: list[RoundUnspentView]


@routes.get("/v1/reports/unspent", tags=["reports"])
async def list_unspent_budget(
    db: Db,
    permit: Permitted,
    fiscal_year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[UnspentView]:
    """What became of the budget of each line that the caller may see, round by round, by fiscal year."""
    found = await books.list_unspent(
        db, permit=permit, wanted=Wanted(fiscal_year=fiscal_year), after=line_place(after), limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda one: (str(one.line.classification.fiscal_year), str(one.line.id)))
    return Page(items=[_unspent_view(one) for one in items], next_cursor=cursor)


def _unspent_view(one: Unspent) -> UnspentView:
    line, named = one.line, one.line.classification
    amounts = {"allotted": line.appropriation, "free": line.free, "lapsed": one.lapsed}
    return UnspentView(
        budget_line_id=line.id,
        fiscal_year=named.fiscal_year,
        project=named.project,
        rounds=[_round_view(each, named.currency) for each in one.rounds],
        **{name: Money.of(fen, named.currency) for name, fen in amounts.items()},
    )


def _round_view(one: RoundUnspent, currency: str) -> RoundUnspentView:
    names = ("funded", "issued", "reissued", "spent", "open", "pool", "returned", "voided")
    reclaimed = {event: Money.of(fen, currency) for event, fen in one.reclaimed.items()}
    amounts = {name: Money.of(getattr(one, name), currency) for name in names}
    return RoundUnspentView(round_id=one.round_id, reclaimed=ReclaimedView(**reclaimed), **amounts)
