"""Speaks HTTP for `/v1/outside-lists`: what other cities and programmes supported, as their own lists say."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import DocumentId, Prefixed
from services.chassis.models import Day, Instant, Line, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.oversight.domain.outside import OutsideList
from services.voucher.oversight.operations import outside
from services.voucher.oversight.store.outside import Kept

routes = router()
ONE = "/v1/outside-lists/{outside_list_id}"
OutsideListId = Annotated[UUID, Prefixed("osl")]
OutsideSupportId = Annotated[UUID, Prefixed("osp")]


class NewOutsideList(StrictModel):
    """A sheet (CSV or XLSX) that was sent to `/v1/documents` before, and whose programme it lists.

    Its columns may be called 单位名称, 统一社会信用代码, 项目名称, 合同编号, 发票号码, 金额 and 日期, or `name`,
    `uscc`, `project`, `contract`, `invoice`, `amount` and `granted_on`. Each row needs one of the second to the fifth.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "programme": "省级科技创新券2019年度兑付名单",
                    "file": "doc_0190163d8694739b8bde3d2e05f9a1c6",
                    "currency": "CNY",
                }
            ]
        }
    )

    programme: Line
    file: DocumentId
    currency: Literal["CNY", "EUR", "GBP", "SGD"] = "CNY"


class OutsideListView(StrictModel):
    """A list: standing, or withdrawn as a slip, by whom, when and why."""

    id: OutsideListId
    programme: str
    bureau: str
    document_id: DocumentId
    rows: int
    state: Literal["standing", "withdrawn"]
    taken_by: str
    taken_at: Instant
    withdrawn_by: str | None
    withdrawn_at: Instant | None
    reason: str | None


class OutsideSupportView(StrictModel):
    """A row as it stands in the list. number: that of the row in its sheet."""

    id: OutsideSupportId
    number: int
    name: str | None
    uscc: str | None
    project: str | None
    contract: str | None
    invoice: str | None
    amount: Money | None
    granted_on: Day | None


class OutsideWithdrawn(StrictModel):
    """Why a list counts for nothing any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "名单发布单位已更正，以新名单为准。"}]})

    reason: Prose


def list_view(one: OutsideList) -> OutsideListView:
    """A list as shown."""
    return OutsideListView(**{name: getattr(one, name) for name in OutsideListView.model_fields})


@routes.post("/v1/outside-lists", status_code=201, response_model=OutsideListView, tags=["reports"])
async def take_outside_list(
    body: NewOutsideList, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(list_view)]
) -> Response:
    """Keep what another city or programme supported, so that the same is not supported twice."""
    taken = await outside.take(
        db, keyed, permit=permit, programme=body.programme, file=body.file, currency=body.currency
    )
    return answered(taken)


@routes.get("/v1/outside-lists", tags=["reports"])
async def list_outside_lists(
    db: Db, permit: Permitted, after: After = None, limit: Limit = pages.PAGE_DEFAULT
) -> Page[OutsideListView]:
    """The lists of what others supported, newest first."""
    found = await outside.list_all(db, before=pages.only_id(after), limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[list_view(one) for one in items], next_cursor=cursor)


@routes.get(f"{ONE}/rows", tags=["reports"])
async def list_outside_supports(
    outside_list_id: OutsideListId,
    db: Db,
    permit: Permitted,
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[OutsideSupportView]:
    """The rows of a list, in the order of its sheet."""
    found = await outside.rows(db, list_id=outside_list_id, after=pages.only_number(after), limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.support.number),))
    return Page(items=[_row_view(one) for one in items], next_cursor=cursor)


@routes.post(f"{ONE}/withdraw", response_model=OutsideListView, tags=["reports"])
async def withdraw_outside_list(
    outside_list_id: OutsideListId,
    body: OutsideWithdrawn,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(list_view, status=200)],
) -> Response:
    """Let a list that was a slip count for nothing any more; it stays readable."""
    return answered(await outside.withdraw(db, keyed, permit=permit, list_id=outside_list_id, reason=body.reason))


def _row_view(one: Kept) -> OutsideSupportView:
    said = one.support
    plain = ("number", "name", "uscc", "project", "contract", "invoice", "granted_on")
    amount = None if said.amount is None else Money.of(said.amount, one.currency)
    return OutsideSupportView(id=one.id, amount=amount, **{name: getattr(said, name) for name in plain})
