"""Speaks HTTP for `/v1/spending-reports`: on what an award was spent, and what of that counts."""

from typing import Annotated, Self

from fastapi import Query
from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, Line, Money, MoneyAsked, Prose, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, Page
from services.standards.holding import Holder
from services.voucher.awards.api.amounts import one_currency
from services.voucher.awards.api.names import AwardClaimId, Slug, SpendingReportId
from services.voucher.awards.domain.spending import Item, ReportState, Ruling
from services.voucher.awards.operations import reporting
from services.voucher.awards.operations.reporting import Seen

routes = router()
ITEM = "/v1/spending-reports/{spending_report_id}"
SPENT: JsonDict = {
    "item": "running_costs",
    "amount": {"amount": "12000.00", "currency": "CNY"},
    "spent_on": "2022-04-02",
    "said": "四月份房租",
    "document_id": "doc_0190163d8694739b8bde3d2e05f9a1c5",
}


class SpendingItemBody(StrictModel):
    """One thing that was bought. item: by the words of the scheme; what is none of them is told all the same."""

    item: Slug
    amount: MoneyAsked
    spent_on: Day
    said: Line
    document_id: DocumentId


class SpendingBody(StrictModel):
    """On what the award was spent; nothing at all is a report, too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [SPENT]}]})

    items: list[SpendingItemBody] = Field(max_length=500)

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        return one_currency(self, [one.amount for one in self.items])

    @property
    def currency(self) -> str | None:
        """The one currency of the items."""
        return next((one.amount.currency for one in self.items), None)

    @property
    def told(self) -> list[Item]:
        """The items as told, numbered from 1."""
        return [
            Item(
                number=number,
                item=one.item,
                amount=one.amount.fen,
                spent_on=one.spent_on,
                said=one.said,
                document_id=one.document_id,
            )
            for number, one in enumerate(self.items, start=1)
        ]


class SpendingRuling(StrictModel):
    """Which items do not count, by number, none where all do, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"disallowed": [2], "reason": "与奖补用途无关"}]})

    disallowed: list[int] = Field(max_length=500)
    reason: Prose | None = None


class SpendingItemView(StrictModel):
    """One thing that was bought, as reported."""

    number: int
    item: str
    amount: Money
    spent_on: Day
    said: str
    document_id: DocumentId


class SpendingReportView(StrictModel):
    """A report: owed of so much, until a day; once decided, what of it was spent as it should be, and what was not."""

    id: SpendingReportId
    award_claim_id: AwardClaimId
    payee_id: HolderId
    state: ReportState
    overdue: bool
    owed: Money
    due_on: Day
    submitted_at: Instant | None
    decided_at: Instant | None
    spent: Money | None
    misspent: Money | None
    unspent: Money | None
    reason: str | None
    items: list[SpendingItemView]


class ReportFilter(StrictModel):
    """Which reports to list; overdue: only those that are owed and late."""

    state: ReportState | None = None
    overdue: bool = False
    after: str | None = Field(default=None, max_length=CURSOR_MAX)
    limit: int = Field(default=PAGE_DEFAULT, ge=1, le=PAGE_MAX)


def report_view(seen: Seen) -> SpendingReportView:
    """A report as shown."""
    report, currency = seen.report, seen.claim.currency
    same = ("id", "award_claim_id", "state", "due_on", "submitted_at", "decided_at", "reason")
    rest = None if report.spent is None else report.owed - report.spent - (report.misspent or 0)
    amounts = {"spent": report.spent, "misspent": report.misspent, "unspent": rest}
    fields = {name: getattr(report, name) for name in same}
    fields |= {name: None if fen is None else Money.of(fen, currency) for name, fen in amounts.items()}
    return SpendingReportView(
        **fields,
        payee_id=Holder(seen.payee, seen.claim.payee_id),
        overdue=report.overdue(seen.at),
        owed=Money.of(report.owed, currency),
        items=[
            SpendingItemView(
                number=one.number,
                item=one.item,
                amount=Money.of(one.amount, currency),
                spent_on=one.spent_on,
                said=one.said,
                document_id=one.document_id,
            )
            for one in seen.items
        ],
    )


@routes.get("/v1/spending-reports", tags=["awards"])
async def list_spending_reports(
    db: Db, permit: Permitted, filters: Annotated[ReportFilter, Query()]
) -> Page[SpendingReportView]:
    """One's own reports, a reviewer's region's, all for the auditor; newest first."""
    found = await reporting.list_reports(
        db,
        permit=permit,
        state=filters.state,
        overdue=filters.overdue,
        before=pages.only_id(filters.after),
        limit=filters.limit + 1,
    )
    items, cursor = pages.cut(found, filters.limit, lambda one: (str(one.id),))
    return Page(items=[report_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["awards"])
async def get_spending_report(spending_report_id: SpendingReportId, db: Db, permit: Permitted) -> SpendingReportView:
    """One report on spending."""
    return report_view(await reporting.read_report(db, permit=permit, report_id=spending_report_id))


@routes.post(f"{ITEM}/submit", response_model=SpendingReportView, tags=["awards"])
async def submit_spending_report(
    spending_report_id: SpendingReportId,
    body: SpendingBody,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(report_view, status=200)],
) -> Response:
    """Report on what the award of one's organisation was spent, each item with its document."""
    items, currency = body.told, body.currency
    return answered(
        await reporting.submit_report(
            db, keyed, permit=permit, report_id=spending_report_id, items=items, currency=currency
        )
    )


@routes.post(f"{ITEM}/decide", response_model=SpendingReportView, tags=["awards"])
async def decide_spending_report(
    spending_report_id: SpendingReportId,
    body: SpendingRuling,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(report_view, status=200)],
) -> Response:
    """Decide a report: what was misspent or not spent is proposed to be asked back."""
    ruling = Ruling(frozenset(body.disallowed), body.reason)
    return answered(
        await reporting.decide_report(db, keyed, permit=permit, report_id=spending_report_id, ruling=ruling)
    )
