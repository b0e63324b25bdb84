"""Speaks HTTP for `/v1/receipts/{receipt_id}` and `/v1/redemptions/{redemption_id}/proof`: what is checked offline."""

from typing import Annotated, Any

from fastapi import Header, Path
from fastapi.responses import Response

from services.chassis.http import Db, Permitted, router
from services.chassis.models import StrictModel
from services.voucher.ledger.domain.seal import canonical
from services.voucher.oversight.api.names import RedemptionId
from services.voucher.oversight.api.proof_views import ProofView, proof_view
from services.voucher.oversight.api.receipt_views import SignedReceipt, receipt_view
from services.voucher.oversight.api.signed import Signs
from services.voucher.oversight.operations.proving import prove_redemption
from services.voucher.oversight.operations.receipts import read_receipt
from services.voucher.signet import RECEIPT, typ

routes = router()
JOSE = "application/jose"
ALSO_JOSE: dict[int | str, dict[str, Any]] = {200: {"content": {JOSE: {"schema": {"type": "string"}}}}}


class ProofsView(StrictModel):
    """The journals booked on a redemption in their order; `head`: the last seal of the books (JWS)."""

    redemption_id: RedemptionId
    proofs: list[ProofView]
    head: str | None


@routes.get("/v1/redemptions/{redemption_id}/proof", tags=["receipts"])
async def get_redemption_proof(redemption_id: RedemptionId, db: Db, permit: Permitted) -> ProofsView:
    """What proves that a redemption stands in the books, for whoever is shown it: docs/seals-cycle.md says how."""
    proven = await prove_redemption(db, permit=permit, redemption_id=redemption_id)
    return ProofsView(
        redemption_id=redemption_id,
        proofs=[proof_view(one) for one in proven.proofs],
        head=None if proven.last is None else proven.last.jws,
    )


ReceiptId = Annotated[str, Path(max_length=64, description="The id of a voucher, a redemption, a claim or a payout.")]


@routes.get("/v1/receipts/{receipt_id}", tags=["receipts"], response_model=SignedReceipt, responses=ALSO_JOSE)
async def get_receipt(
    receipt_id: ReceiptId,
    db: Db,
    permit: Permitted,
    signet: Signs,
    accept: Annotated[str, Header(max_length=1024, include_in_schema=False)] = "*/*",
) -> SignedReceipt | Response:
    """A receipt for a voucher, a redemption, a claim or a payout as it stands now, signed; with Accept:
    application/jose the signed one alone.
    """
    receipt = receipt_view(await read_receipt(db, permit=permit, called=receipt_id), permit.caller.mode)
    called = typ(RECEIPT, sandbox=receipt.mode == "test")
    jws = signet.sign(canonical(receipt.model_dump(mode="json")), called)
    if JOSE in accept:
        return Response(jws, media_type=JOSE)
    return SignedReceipt(receipt=receipt, jws=jws)
