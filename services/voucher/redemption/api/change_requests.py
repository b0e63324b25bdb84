"""Speaks HTTP for `/v1/change-requests`: what one person asks for on a voucher, and how it ends."""

from typing import Annotated

from fastapi import Depends
from pydantic import ConfigDict
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import ClientRef, Instant, Line, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.redemption.api.names import ChangeRequestId, VoucherId
from services.voucher.redemption.operations import change_requests
from services.voucher.redemption.operations.change_requests import Asked
from services.voucher.wallet.domain.change_request import ChangeRequest, RequestKind, RequestState
from services.voucher.wallet.store.change_requests import Wanted

routes = router()


class ExtensionAsked(StrictModel):
    """Which voucher its holder asks to be extended, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "voucher_id": "vch_01990000000070008000000000000001",
                    "reason": "The laboratory was closed for two weeks.",
                    "client_ref": "e1",
                }
            ]
        }
    )

    voucher_id: VoucherId
    reason: Prose
    document: Line | None = None
    client_ref: ClientRef | None = None


class ChangeRequestView(StrictModel):
    """A request on a voucher; `decide_by` is when it is overdue, persons are references, note is why it was refused.

    decided_by and decided_at: who granted, refused or withdrew it, and when.
    """

    id: ChangeRequestId
    voucher_id: VoucherId
    kind: RequestKind
    amount: Money | None
    reason: str
    document: str | None
    client_ref: str | None
    state: RequestState
    asked_by: str
    asked_at: Instant
    decide_by: Instant
    decided_by: str | None
    decided_at: Instant | None
    note: str | None


class ChangeRefused(StrictModel):
    """Why a request is refused."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "The laboratory was open all the time."}]})

    note: Prose


def request_view(request: ChangeRequest) -> ChangeRequestView:
    """A request as shown."""
    plain = ("id", "voucher_id", "kind", "reason", "document", "client_ref", "state", "asked_by", "asked_at")
    decided = ("decide_by", "decided_by", "decided_at", "note")
    amount = None if request.amount is None else Money.of(request.amount, request.currency or "")
    return ChangeRequestView(amount=amount, **{name: getattr(request, name) for name in (*plain, *decided)})


async def _wanted(state: RequestState | None = None, voucher_id: VoucherId | None = None) -> Wanted:
    return Wanted(state, voucher_id)


@routes.post("/v1/change-requests", status_code=201, response_model=ChangeRequestView, tags=["vouchers"])
async def ask_extension(
    body: ExtensionAsked,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(request_view, subject="voucher_id")],
) -> Response:
    """Ask for an extension of one's voucher; a person of the bureau decides."""
    asked = Asked(
        kind=RequestKind.EXTEND,
        voucher_id=body.voucher_id,
        reason=body.reason,
        document=body.document,
        client_ref=body.client_ref,
    )
    return answered(await change_requests.ask(db, keyed, permit=permit, asked=asked))


@routes.get("/v1/change-requests", tags=["vouchers"])
async def list_change_requests(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[ChangeRequestView]:
    """The requests that the caller may see, newest first."""
    found = await change_requests.list_requests(
        db, permit=permit, wanted=wanted, before=pages.only_id(after), limit=limit + 1
    )
    items, cursor = pages.cut(found, limit, lambda request: (str(request.id),))
    return Page(items=[request_view(request) for request in items], next_cursor=cursor)


@routes.get("/v1/change-requests/{change_request_id}", tags=["vouchers"])
async def get_change_request(change_request_id: ChangeRequestId, db: Db, permit: Permitted) -> ChangeRequestView:
    """One request."""
    return request_view(await change_requests.read_request(db, permit=permit, request_id=change_request_id))


@routes.post("/v1/change-requests/{change_request_id}/grant", response_model=ChangeRequestView, tags=["vouchers"])
async def grant_change_request(
    change_request_id: ChangeRequestId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(request_view, status=200)],
) -> Response:
    """Grant what another person asked for, which does it at once."""
    return answered(await change_requests.grant(db, keyed, permit=permit, request_id=change_request_id))


@routes.post("/v1/change-requests/{change_request_id}/refuse", response_model=ChangeRequestView, tags=["vouchers"])
async def refuse_change_request(
    change_request_id: ChangeRequestId,
    body: ChangeRefused,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(request_view, status=200)],
) -> Response:
    """Refuse what another person asked for, with a note why."""
    answer = await change_requests.refuse(db, keyed, permit=permit, request_id=change_request_id, note=body.note)
    return answered(answer)


@routes.post("/v1/change-requests/{change_request_id}/withdraw", response_model=ChangeRequestView, tags=["vouchers"])
async def withdraw_change_request(
    change_request_id: ChangeRequestId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(request_view, status=200)],
) -> Response:
    """Take back what one asked for oneself, while it waits."""
    return answered(await change_requests.withdraw(db, keyed, permit=permit, request_id=change_request_id))
