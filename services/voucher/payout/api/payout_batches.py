"""Speaks HTTP for `/v1/payout-batches`: prepared, approved by its digest, written as a bank file, sent."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import pages
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, Money, Prose, StrictModel
from services.chassis.pages import After, Limit, Page
from services.voucher.payout.api.names import EXAMPLE_ID, LegId, PayerAccountId, PayoutBatchId
from services.voucher.payout.api.payouts import PayoutView, payout_view
from services.voucher.payout.domain.batch import Batch, BatchState
from services.voucher.payout.domain.preparing import PAYOUTS_MAX, Prepared
from services.voucher.payout.operations import bank_files, batches, preparing, reading
from services.voucher.payout.store.bank_files import BankFile
from services.voucher.payout.store.batches import Wanted

routes = router()
ITEM = "/v1/payout-batches/{payout_batch_id}"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class NewPayoutBatch(StrictModel):
    """From which account to pay, and which legs; all that may be paid where none are named."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"payer_account_id": f"pac_{EXAMPLE_ID}"},
                {
                    "payer_account_id": f"pac_{EXAMPLE_ID}",
                    "leg_ids": [f"leg_{EXAMPLE_ID}"],
                },
            ]
        }
    )

    payer_account_id: PayerAccountId
    leg_ids: Annotated[list[LegId], Field(min_length=1, max_length=PAYOUTS_MAX)] | None = None


class BatchApproved(StrictModel):
    """The digest that the approver was shown: what he approves is exactly that."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"digest": DIGEST}]})

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class BatchReason(StrictModel):
    """Why a batch is rejected or cancelled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "One payee's account is in doubt."}]})

    reason: Prose


class PayoutBatchView(StrictModel):
    """A batch. digest: SHA-256 over number, account and every payment; persons are references."""

    id: PayoutBatchId
    number: int
    payer_account_id: PayerAccountId
    treasury: str
    state: BatchState
    payouts: int
    total: Money
    digest: str
    made_by: str
    made_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    reason: str | None
    sent_by: str | None
    sent_at: Instant | None
    ended_at: Instant | None


class HeldView(StrictModel):
    """A leg that stays out of a batch, and one reason why."""

    leg_id: LegId
    code: str
    rule: str | None
    numbers: dict[str, Any]


class PayoutBatchPrepared(PayoutBatchView):
    """A new batch; what was asked for and is held, the first 50 legs; and how many more wait for another batch."""

    held: list[HeldView]
    more: int


class BankFileView(StrictModel):
    """A bank file of so many payments; sha256 is over its bytes, number counts the files of its account."""

    batch_id: PayoutBatchId
    payer_account_id: PayerAccountId
    number: int
    profile: str
    name: str
    sha256: str
    lines: int
    written_by: str
    written_at: Instant


class PayoutBatchWhole(PayoutBatchView):
    """A batch with its payments in their order, and its bank file once written."""

    items: list[PayoutView]
    file: BankFileView | None


_PLAIN = PayoutBatchView.model_fields.keys() - {"total"}


def _fields(batch: Batch) -> dict[str, Any]:
    total = Money.of(batch.total, batch.currency)
    return {**{name: getattr(batch, name) for name in _PLAIN}, "total": total}


def batch_view(batch: Batch) -> PayoutBatchView:
    """A batch as shown."""
    return PayoutBatchView(**_fields(batch))


def prepared_view(prepared: Prepared) -> PayoutBatchPrepared:
    """A new batch as shown."""
    held = [
        HeldView(leg_id=one.leg_id, code=reason.code, rule=reason.rule, numbers=dict(reason.numbers))
        for one in prepared.held
        for reason in one.reasons
    ]
    return PayoutBatchPrepared(**_fields(prepared.batch), held=held, more=prepared.more)


def file_view(file: BankFile) -> BankFileView:
    """A bank file as shown."""
    return BankFileView(**{name: getattr(file, name) for name in BankFileView.model_fields})


@routes.post("/v1/payout-batches", status_code=201, response_model=PayoutBatchPrepared, tags=["payouts"])
async def prepare_payout_batch(
    body: NewPayoutBatch,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(prepared_view, subject="payer_account_id")],
) -> Response:
    """Make a draft batch of the legs named, or of all that may be paid, and say what holds the others."""
    answer = await preparing.prepare(db, keyed, permit=permit, account_id=body.payer_account_id, leg_ids=body.leg_ids)
    return answered(answer)


async def _wanted(state: BatchState | None = None, payer_account_id: PayerAccountId | None = None) -> Wanted:
    return Wanted(state=state, payer_account_id=payer_account_id)


@routes.get("/v1/payout-batches", tags=["payouts"])
async def list_payout_batches(
    db: Db,
    permit: Permitted,
    wanted: Annotated[Wanted, Depends(_wanted)],
    after: After = None,
    limit: Limit = pages.PAGE_DEFAULT,
) -> Page[PayoutBatchView]:
    """One's own treasury's batches, all for the auditor; newest first."""
    before = pages.only_id(after)
    found = await reading.list_batches(db, permit=permit, wanted=wanted, before=before, limit=limit + 1)
    items, cursor = pages.cut(found, limit, lambda one: (str(one.id),))
    return Page(items=[batch_view(one) for one in items], next_cursor=cursor)


@routes.get(ITEM, tags=["payouts"])
async def get_payout_batch(payout_batch_id: PayoutBatchId, db: Db, permit: Permitted) -> PayoutBatchWhole:
    """One batch with every payment that its digest is over."""
    whole = await reading.read_batch(db, permit=permit, batch_id=payout_batch_id)
    items = [payout_view(permit, one) for one in whole.payouts]
    file = None if whole.file is None else file_view(whole.file)
    return PayoutBatchWhole(**_fields(whole.batch), items=items, file=file)


@routes.post(f"{ITEM}/submit", response_model=PayoutBatchView, tags=["payouts"])
async def submit_payout_batch(
    payout_batch_id: PayoutBatchId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(batch_view, status=200)],
) -> Response:
    """Hand a draft in for approval by another person."""
    return answered(await batches.submit(db, keyed, permit=permit, batch_id=payout_batch_id))


@routes.post(f"{ITEM}/approve", response_model=PayoutBatchView, tags=["payouts"])
async def approve_payout_batch(
    payout_batch_id: PayoutBatchId,
    body: BatchApproved,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(batch_view, status=200)],
) -> Response:
    """Approve what another person made, by sending back the digest of what was shown."""
    answer = await batches.approve(db, keyed, permit=permit, batch_id=payout_batch_id, digest=body.digest)
    return answered(answer)


@routes.post(f"{ITEM}/reject", response_model=PayoutBatchView, tags=["payouts"])
async def reject_payout_batch(
    payout_batch_id: PayoutBatchId,
    body: BatchReason,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(batch_view, status=200)],
) -> Response:
    """Reject what another person made; its legs are payable again."""
    answer = await batches.reject(db, keyed, permit=permit, batch_id=payout_batch_id, reason=body.reason)
    return answered(answer)


@routes.post(f"{ITEM}/cancel", response_model=PayoutBatchView, tags=["payouts"])
async def cancel_payout_batch(
    payout_batch_id: PayoutBatchId,
    body: BatchReason,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(batch_view, status=200)],
) -> Response:
    """Give a batch up before it is sent; its legs are payable again."""
    answer = await batches.cancel(db, keyed, permit=permit, batch_id=payout_batch_id, reason=body.reason)
    return answered(answer)


@routes.post(f"{ITEM}/file", status_code=201, response_model=BankFileView, tags=["payouts"])
async def write_bank_file(
    payout_batch_id: PayoutBatchId, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(file_view)]
) -> Response:
    """Write the bank file of an approved batch, once; the answer names it, its bytes are had once the batch is sent."""
    return answered(await bank_files.write(db, keyed, permit=permit, batch_id=payout_batch_id))


@routes.get(f"{ITEM}/file", tags=["payouts"], response_class=Response)
async def get_bank_file(payout_batch_id: PayoutBatchId, db: Db, permit: Permitted) -> Response:
    """The bytes of the bank file of a batch that was sent, always as a download."""
    found = await bank_files.download(db, permit=permit, batch_id=payout_batch_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.file.name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.content, media_type="text/csv", headers=headers)


@routes.post(f"{ITEM}/send", response_model=PayoutBatchView, tags=["payouts"])
async def send_payout_batch(
    payout_batch_id: PayoutBatchId,
    db: Db,
    permit: Permitted,
    keyed: Annotated[Keyed, under_key(batch_view, status=200)],
) -> Response:
    """Let the file go to the bank: it can be downloaded now, and only the bank can stop a payment any more."""
    return answered(await batches.send(db, keyed, permit=permit, batch_id=payout_batch_id))
