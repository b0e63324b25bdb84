"""Speaks HTTP for `/v1/rounds`: made from a published scheme, funded by two persons, published, read with figures."""

from typing import Annotated, Literal, cast

from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import ClientRef, Day, Instant, Line, Money, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.voucher.wallet.api.names import EXAMPLE_ID, BudgetLineId, RoundId, SchemeVersionId
from services.voucher.wallet.domain.states import RoundState
from services.voucher.wallet.operations import rounds
from services.voucher.wallet.operations.rounds import Standing

routes = router()
WINDOWS_MAX = 12
Method = Literal["first_come", "queue", "batch_review", "lottery"]


class NewRound(StrictModel):
    """A round of a published scheme version; its dates are those of one of the scheme's windows, the first is 1."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"scheme_version_id": f"scv_{EXAMPLE_ID}", "name": "2020 第一批", "client_ref": "r1"}]
        }
    )

    scheme_version_id: SchemeVersionId
    name: Line
    client_ref: ClientRef | None = None
    window: int = Field(default=1, ge=1, le=WINDOWS_MAX)


class ClassIssuedView(StrictModel):
    """What one class of the queue was issued, and what of it has not come back to the pool."""

    queue_class: str
    vouchers: int
    issued: Money
    standing: Money


class RoundView(StrictModel):
    """A round with its figures.

    Instants that end a date are the first that no longer belong to it. Always issued = captured + reclaimed + open,
    and what was funded and over_issued = captured + open + pool. applications: how many there are in each state;
    classes: what each class of the queue was issued. method: how the budget is given out. over_issued: what may be
    issued beyond the budget; up_to: whether what is approved may still be cut to it, which is done after `prorata_on`.
    window: which of its scheme's windows it has; window_turn: how often that has come, 1 at first.
    """

    id: RoundId
    name: str
    client_ref: str | None
    scheme_version_id: SchemeVersionId
    bureau: str
    state: RoundState
    open: bool
    opens_at: Instant
    closes_at: Instant
    results_by: Day
    results_by_ends: Instant
    allocate_until: Day
    allocate_until_ends: Instant
    budget_line_id: BudgetLineId | None
    funding_source: str | None
    created_at: Instant
    published_at: Instant | None
    pool: Money
    issued: Money
    captured: Money
    reclaimed: Money
    still_open: Money
    vouchers: int
    backfilled: int
    applications: dict[str, int]
    classes: list[ClassIssuedView]
    method: Method
    over_issued: Money
    prorata_on: Day | None
    prorated_at: Instant | None
    up_to: bool
    window: int
    window_turn: int


def round_view(standing: Standing) -> RoundView:
    """A round as shown."""
    of, totals, currency = standing.round, standing.totals, standing.round.currency
    return RoundView(
        id=of.id,
        name=of.name,
        client_ref=of.client_ref,
        scheme_version_id=of.scheme_version_id,
        bureau=of.bureau,
        state=of.state_at(standing.at),
        open=of.is_open(standing.at),
        opens_at=of.opens_at,
        closes_at=of.closes_at,
        results_by=of.results_by,
        results_by_ends=of.results_by_ends,
        allocate_until=of.allocate_until,
        allocate_until_ends=of.allocate_until_ends,
        budget_line_id=of.budget_line_id,
        funding_source=of.funding_source,
        created_at=of.created_at,
        published_at=of.published_at,
        pool=Money.of(totals.pool, currency),
        issued=Money.of(totals.issued, currency),
        captured=Money.of(totals.captured, currency),
        reclaimed=Money.of(totals.reclaimed, currency),
        still_open=Money.of(totals.open, currency),
        vouchers=totals.vouchers,
        backfilled=totals.backfilled,
        applications=dict(totals.applications),
        classes=[
            ClassIssuedView(
                queue_class=name,
                vouchers=one.vouchers,
                issued=Money.of(one.issued, currency),
                standing=Money.of(one.standing, currency),
            )
            for name, one in standing.classes.items()
        ],
        method=cast(Method, of.method),
        over_issued=Money.of(of.over_issued, currency),
        prorata_on=of.prorata_on,
        prorated_at=of.prorated_at,
        up_to=of.up_to,
        window=of.scheme_window,
        window_turn=of.window_turn,
    )


@routes.post("/v1/rounds", status_code=201, response_model=RoundView, tags=["rounds"])
async def create_round(
    body: NewRound, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(round_view)]
) -> Response:
    """Make a draft round from a published scheme version."""
    asked = rounds.Asked(body.scheme_version_id, body.name, body.client_ref, body.window)
    return answered(await rounds.make(db, keyed, permit=permit, asked=asked))


@routes.post("/v1/rounds/{round_id}/publish", response_model=RoundView, tags=["rounds"])
async def publish_round(
    round_id: RoundId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(round_view, status=200)]
) -> Response:
    """Publish a draft round; its window then opens and closes by the clock."""
    return answered(await rounds.publish(db, keyed, permit=permit, round_id=round_id))


@routes.get("/v1/rounds", tags=["rounds"])
async def list_rounds(db: Db, permit: Permitted, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[RoundView]:
    """Rounds, newest first."""
    found, cursor = await rounds.list_rounds(db, permit=permit, after=after, limit=limit)
    return Page(items=[round_view(standing) for standing in found], next_cursor=cursor)


@routes.get("/v1/rounds/{round_id}", tags=["rounds"])
async def get_round(round_id: RoundId, db: Db, permit: Permitted) -> RoundView:
    """One round with its figures."""
    return round_view(await rounds.read_round(db, permit=permit, round_id=round_id))
