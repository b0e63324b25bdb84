"""Mints the secret code of a voucher, for a holder without a phone at hand: shown once, good once, kept as a digest."""

import secrets
from uuid import UUID, uuid4

from services.chassis import clock, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.refusals import Refusal, refuse_all
from services.standards import spelling
from services.voucher.redemption.domain.consent import SECRET_DRAWN
from services.voucher.redemption.domain.withheld import unusable
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.store import pins, voucher_secrets
from services.voucher.redemption.store.voucher_secrets import Minted
from services.voucher.scheme.store import versions
from services.voucher.wallet.store import vouchers


async def mint_secret(
    database: Database, seal: Seal, keyed: Keyed, *, permit: Permit, voucher_id: UUID
) -> tuple[Answer, str | None]:
    """A new secret of one's own voucher, beside the answer that is kept without it; the one before is dead.

    None in its place when the answer is replayed: it was shown once. NotFound ``voucher.unknown``; refusals of
    `unusable`, and ``pin.not_set``: a secret opens nothing without the PIN.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer, None
        voucher = await vouchers.read(connection, voucher_id)
        permit.require("voucher.unknown", organizations=[voucher.holder_id])
        scheme = (await versions.rules(connection, {voucher.scheme_version_id}))[voucher.scheme_version_id]
        now = await clock.business_now(connection)
        refuse_all(list(unusable(voucher, scheme, at=now)))
        if await pins.find(connection, voucher.holder_id) is None:
            raise Refusal("pin.not_set")
        secret = spelling.draw(SECRET_DRAWN, secrets.choice)
        minted = Minted(voucher_id, uuid4(), seal.secret_digest(secret), secret[-4:], now, permit.caller.person)
        await voucher_secrets.save(connection, minted)
        told = Event("voucher.secret_minted", "voucher", show("vch", voucher_id), (voucher.holder_id,), {}, now)
        await events.append(connection, [told])
        return await idempotency.record(connection, keyed, minted, voucher_id), spelling.shown(secret)
