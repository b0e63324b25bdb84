"""Speaks HTTP for `/v1/vouchers/{id}/secret`: the secret code of a voucher, shown once."""

from dataclasses import replace
from typing import Annotated

from starlette.responses import Response

from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.models import Instant, StrictModel
from services.voucher.redemption.api.names import VoucherId
from services.voucher.redemption.api.sealed import Sealed
from services.voucher.redemption.operations.voucher_secrets import mint_secret
from services.voucher.redemption.store.voucher_secrets import Minted

routes = router()


class SecretView(StrictModel):
    """A voucher's secret code. secret is null when the answer is repeated: it is shown once and kept nowhere.

    last_four: by which the holder knows it again.
    """

    voucher_id: VoucherId
    secret: str | None
    last_four: str
    minted_at: Instant


def _kept_view(minted: Minted) -> SecretView:
    """As it is kept: without the secret."""
    return SecretView(voucher_id=minted.voucher_id, secret=None, last_four=minted.last_four, minted_at=minted.minted_at)


@routes.post("/v1/vouchers/{voucher_id}/secret", status_code=201, response_model=SecretView, tags=["consent"])
async def mint_voucher_secret(
    voucher_id: VoucherId, db: Db, permit: Permitted, seal: Sealed, keyed: Annotated[Keyed, under_key(_kept_view)]
) -> Response:
    """Mint the secret code of my voucher, good for one redemption by a provider told it with my PIN.

    The one before is dead, whether it was used or not.
    """
    answer, secret = await mint_secret(db, seal, keyed, permit=permit, voucher_id=voucher_id)
    return answered(replace(answer, body={**answer.body, "secret": secret}))
