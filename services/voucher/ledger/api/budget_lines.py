"""Speaks HTTP for `/v1/budget-lines`: a line, what stands in it, and proposals to change it."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Line, Money, MoneyAsked, StrictModel
from services.chassis.pages import After, Limit, Page
from services.standards.money import MINOR_UNITS
from services.voucher.ledger.api.budget_changes import BudgetChangeView, change_view
from services.voucher.ledger.api.names import BudgetLineId, RoundId, line_place
from services.voucher.ledger.domain.budget import BudgetLine, ChangeKind, Classification
from services.voucher.ledger.operations import budget_changes, budget_lines
from services.voucher.ledger.operations.budget_changes import Asked

routes = router()

EXAMPLE: JsonDict = {
    "fiscal_year": 2020,
    "bureau": "jiangmen-science",
    "treasury": "jiangmen",
    "project": "小微企业服务补贴",
    "function_class": "2150805",
    "economic_class": "31205",
    "allotment_document": "江财工〔2020〕58号",
    "funding_source": "江门市财政局",
    "currency": "CNY",
}
FiscalYear = Annotated[int, Field(strict=True, ge=2000, le=2100)]
Currency = Annotated[str, Field(pattern=f"^({'|'.join(MINOR_UNITS)})$")]


class NewBudgetLine(StrictModel):
    """What a budget line is, as its allotment document words it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    fiscal_year: FiscalYear
    bureau: Line
    treasury: Line
    project: Line
    function_class: Line
    economic_class: Line
    allotment_document: Line
    funding_source: Line
    currency: Currency = "CNY"


class ChangeAsked(StrictModel):
    """How much to allot or cut, and the number of the document behind it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"amount": {"amount": "4308980.00", "currency": "CNY"}, "document": "江财工〔2020〕58号"}]
        }
    )

    amount: MoneyAsked
    document: Line


class BudgetLineView(StrictModel):
    """A budget line. `allotted` is its appropriation: always `free` + `granted` + `pools`.

    free: neither promised nor given to a round; granted: promised without a voucher; pools: given to rounds, where it
    stands in pools and vouchers.
    """

    id: BudgetLineId
    fiscal_year: int
    bureau: str
    treasury: str
    project: str
    function_class: str
    economic_class: str
    allotment_document: str
    funding_source: str
    currency: str
    allotted: Money
    free: Money
    granted: Money
    pools: Money


class GivenToRound(StrictModel):
    """What a line has given to one round and not had back."""

    round_id: RoundId
    amount: Money


class BudgetLineInRounds(BudgetLineView):
    """A budget line with what it has given to each round; `pools` is their sum."""

    rounds: list[GivenToRound]


def line_view(line: BudgetLine) -> BudgetLineView:
    """A line as shown."""
    return BudgetLineView(**_shown(line))


def line_in_rounds_view(line: BudgetLine) -> BudgetLineInRounds:
    """A line as shown, round by round."""
    currency = line.classification.currency
    given = [GivenToRound(round_id=key, amount=Money.of(amount, currency)) for key, amount in line.rounds.items()]
    return BudgetLineInRounds(**_shown(line), rounds=given)


def _shown(line: BudgetLine) -> dict[str, Any]:
    amounts = {
        "allotted": line.appropriation,
        "free": line.free,
        "granted": line.granted,
        "pools": line.in_rounds,
    }
    currency = line.classification.currency
    return {
        "id": line.id,
        **asdict(line.classification),
        **{name: Money.of(amount, currency) for name, amount in amounts.items()},
    }


@routes.post("/v1/budget-lines", status_code=201, response_model=BudgetLineInRounds, tags=["budget lines"])
async def create_budget_line(
    body: NewBudgetLine, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(line_in_rounds_view)]
) -> Response:
    """Make a budget line of the caller's treasury with nothing in it; allot to it afterwards."""
    classification = Classification(**body.model_dump())
    return answered(await budget_lines.create_line(db, keyed, permit=permit, classification=classification))


@routes.get("/v1/budget-lines", tags=["budget lines"])
async def list_budget_lines(
    db: Db,
    permit: Permitted,
    fiscal_year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[BudgetLineView]:
    """The lines that the caller may see, by fiscal year."""
    found = await budget_lines.list_lines(
        db, permit=permit, fiscal_year=fiscal_year, after=line_place(after), limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda line: (str(line.classification.fiscal_year), str(line.id)))
    return Page(items=[line_view(line) for line in items], next_cursor=cursor)


@routes.get("/v1/budget-lines/{budget_line_id}", tags=["budget lines"])
async def get_budget_line(budget_line_id: BudgetLineId, db: Db, permit: Permitted) -> BudgetLineInRounds:
    """One line: what was allotted, what is free, what is granted, and what stands in each round."""
    return line_in_rounds_view(await budget_lines.read_line(db, permit=permit, line_id=budget_line_id))


@routes.post(
    "/v1/budget-lines/{budget_line_id}/allot", status_code=201, response_model=BudgetChangeView, tags=["budget lines"]
)
async def allot_budget_line(
    budget_line_id: BudgetLineId,
    body: ChangeAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(change_view)],
) -> Response:
    """Propose to allot to a line; it stands in the line once another person has approved it."""
    asked = _asked(ChangeKind.ALLOT, body)
    answer = await budget_changes.propose_change(db, keyed, permit=permit, line_id=budget_line_id, asked=asked)
    return answered(answer)


@routes.post(
    "/v1/budget-lines/{budget_line_id}/cut", status_code=201, response_model=BudgetChangeView, tags=["budget lines"]
)
async def cut_budget_line(
    budget_line_id: BudgetLineId,
    body: ChangeAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(change_view)],
) -> Response:
    """Propose to cut what is free in a line; it is gone once another person has approved it."""
    asked = _asked(ChangeKind.CUT, body)
    answer = await budget_changes.propose_change(db, keyed, permit=permit, line_id=budget_line_id, asked=asked)
    return answered(answer)


def _asked(kind: ChangeKind, body: ChangeAsked) -> Asked:
    return Asked(kind, body.amount.fen, body.amount.currency, body.document)
