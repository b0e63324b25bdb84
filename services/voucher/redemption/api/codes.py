"""Speaks HTTP for `/v1/vouchers/{id}/code`: a holder's QR code, good for one minute and one redemption."""

from pydantic import ConfigDict

from services.chassis.http import Db, Permitted, router
from services.chassis.models import Instant, Money, MoneyAsked, StrictModel
from services.voucher.redemption.api.drawing import svg_of
from services.voucher.redemption.api.names import ProviderId, VoucherId
from services.voucher.redemption.api.sealed import Pin, Sealed
from services.voucher.redemption.domain.withheld import CodeAsked
from services.voucher.redemption.operations.codes import Made, make_code

routes = router()


class CodeBody(StrictModel):
    """How much subsidy the code may be used for, at most; at which provider, left out for any.

    pin: needed where the ceiling is above what the scheme lets pass without.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ceiling": {"amount": "1200.00", "currency": "CNY"},
                    "provider_id": "prv_0190163d8694739b8bde3d2e05f9a1c6",
                    "pin": "482913",
                }
            ]
        }
    )

    ceiling: MoneyAsked
    provider_id: ProviderId | None = None
    pin: Pin | None = None

    def asked(self, voucher_id: VoucherId) -> CodeAsked:
        """The same inside, for a voucher."""
        pin = self.pin.get_secret_value() if self.pin is not None else None
        return CodeAsked(voucher_id, self.ceiling.fen, self.ceiling.currency, self.provider_id, pin)


class CodeView(StrictModel):
    """A code as text and drawn as SVG. expires_at: real time, no longer part of its life; it passes once."""

    token: str
    svg: str
    expires_at: Instant
    voucher_id: VoucherId
    ceiling: Money
    provider_id: ProviderId | None


@routes.post("/v1/vouchers/{voucher_id}/code", tags=["consent"])
async def make_voucher_code(voucher_id: VoucherId, body: CodeBody, db: Db, permit: Permitted, seal: Sealed) -> CodeView:
    """Consent to one redemption of my voucher within a minute: show the code to the provider. Nothing is moved."""
    return _view(await make_code(db, seal, permit=permit, asked=body.asked(voucher_id)))


def _view(made: Made) -> CodeView:
    code = made.code
    return CodeView(
        token=made.token,
        svg=svg_of(made.token),
        expires_at=code.expires_at,
        voucher_id=code.voucher_id,
        ceiling=Money.of(code.ceiling, code.currency),
        provider_id=code.provider_id,
    )
