"""Speaks HTTP for `/v1/invoices`: registered by a party, verified by a reviewer, voided by who registered it."""

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from services.chassis import pages
from services.chassis.holders import HolderQuery
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import OrganizationId
from services.chassis.models import ClientRef
from services.chassis.pages import After, Limit, Page
from services.voucher.settlement.api.invoice_bodies import FindingBody, InvoiceBody, VoidBody
from services.voucher.settlement.api.invoice_views import InvoiceView, invoice_view
from services.voucher.settlement.api.names import InvoiceId
from services.voucher.settlement.domain.invoice import InvoiceState
from services.voucher.settlement.operations import invoices
from services.voucher.settlement.store.invoices import Wanted

routes = router()
ITEM = "/v1/invoices/{invoice_id}"
Deciding = Annotated[Keyed, under_key(invoice_view, status=200)]


@routes.post("/v1/invoices", status_code=201, response_model=InvoiceView, tags=["invoices"])
async def register_invoice(
    body: InvoiceBody, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(invoice_view)]
) -> Response:
    """Register an invoice as its seller (provider) or its buyer (holder); all that is wrong with it is told at once."""
    return answered(await invoices.register_invoice(db, keyed, permit=permit, asked=body.asked()))


@routes.post(f"{ITEM}/verify", response_model=InvoiceView, tags=["invoices"])
async def verify_invoice(
    invoice_id: InvoiceId, body: FindingBody, db: Db, permit: Permitted, keyed: Deciding
) -> Response:
    """Say, as a reviewer of the buyer's region, whether the tax authority knows the invoice as registered."""
    answer = await invoices.verify_invoice(db, keyed, permit=permit, invoice_id=invoice_id, finding=body.finding())
    return answered(answer)


@routes.post(f"{ITEM}/void", response_model=InvoiceView, tags=["invoices"])
async def void_invoice(invoice_id: InvoiceId, body: VoidBody, db: Db, permit: Permitted, keyed: Deciding) -> Response:
    """Take an invoice back that one's own organisation registered and no claim draws on; its number is free again."""
    answer = await invoices.void_invoice(db, keyed, permit=permit, invoice_id=invoice_id, reason=body.reason)
    return answered(answer)


async def _wanted(
    seller_id: OrganizationId | None = None,
    buyer_id: HolderQuery | None = None,
    state: InvoiceState | None = None,
    number: Annotated[str | None, Query(pattern="^[0-9]{8,20}$")] = None,
    client_ref: ClientRef | None = None,
) -> Wanted:
    return Wanted(seller_id=seller_id, buyer_id=buyer_id, state=state, number=number, client_ref=client_ref)


@routes.get("/v1/invoices", tags=["invoices"])
async def list_invoices(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[InvoiceView]:
    """The invoices of one's own organisation, of a reviewer's region, or all for the auditor; newest first."""
    found, cursor = await invoices.list_invoices(db, permit=permit, wanted=wanted, after=after, limit=limit)
    return Page(items=[invoice_view(one) for one in found], next_cursor=cursor)


@routes.get(ITEM, tags=["invoices"])
async def get_invoice(invoice_id: InvoiceId, db: Db, permit: Permitted) -> InvoiceView:
    """One invoice with what is left of each of its lines."""
    return invoice_view(await invoices.read_invoice(db, permit=permit, invoice_id=invoice_id))
