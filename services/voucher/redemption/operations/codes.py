"""Makes a holder's QR code: his word for one minute, which moves nothing and of which nothing is kept."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound, refuse_all
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.code import Code
from services.voucher.redemption.domain.withheld import CodeAsked, withheld
from services.voucher.redemption.operations.proving import prove_pin
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import vouchers

LIVES = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Made:
    """A code and the text to be drawn of it."""

    code: Code
    token: str = field(repr=False)


async def make_code(database: Database, seal: Seal, *, permit: Permit, asked: CodeAsked) -> Made:
    """Make a code of one's own voucher.

    NotFound ``voucher.unknown``, ``provider.unknown``; refusals of `withheld` and, where a PIN is given, `prove_pin`.
    """
    async with database.read() as connection:
        voucher = await _own(connection, permit, asked.voucher_id)
        scheme = (await versions.rules(connection, {voucher.scheme_version_id}))[voucher.scheme_version_id]
        refuse_all(withheld(asked, voucher, scheme, at=await clock.business_now(connection)))
        await _known(connection, asked.provider_id)
    if asked.pin is not None:
        await prove_pin(database, seal, holder_id=voucher.holder_id, pin=asked.pin)
    async with database.read() as connection:
        real = await clock.wall_clock(connection)
    code = Code(
        voucher_id=voucher.id,
        nonce=uuid4(),
        expires_at=real.replace(microsecond=0) + LIVES,
        ceiling=asked.ceiling,
        currency=asked.currency,
        provider_id=asked.provider_id,
        pinned=asked.pin is not None,
        test=permit.caller.mode == "test",
    )
    return Made(code, seal.sign(code))


async def _own(connection: AsyncConnection, permit: Permit, voucher_id: UUID) -> Voucher:
    voucher = await vouchers.read(connection, voucher_id)
    permit.require("voucher.unknown", organizations=[voucher.holder_id])
    return voucher


async def _known(connection: AsyncConnection, provider_id: UUID | None) -> None:
    if provider_id is not None and not await parties.by_provider(connection, [provider_id]):
        raise NotFound("provider.unknown", pointer="/provider_id")
