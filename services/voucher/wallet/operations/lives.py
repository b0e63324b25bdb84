"""Changes a voucher upon one person's word: activates a draft, suspends, resumes; no value moves."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, Said
from services.voucher.wallet.operations.vouchers import Seen
from services.voucher.wallet.store import changes, grounds


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be done, why, and by which paper if any."""

    act: Callable[[Ground, Said], Life]
    reason: str
    document: str | None


async def change(database: Database, keyed: Keyed, *, permit: Permit, voucher_id: UUID, asked: Asked) -> Answer:
    """Carry out one change on the locked voucher; NotFound ``voucher.unknown``; refusals of `domain.lives`."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        ground = await grounds.lock(connection, voucher_id)
        permit.require("voucher.unknown", bureau=ground.round.bureau)
        now = await clock.business_now(connection)
        said = Said(
            by=permit.caller.person,
            at=now,
            reason=asked.reason,
            document=asked.document,
            request_id=keyed.attempt.request_id,
        )
        life = asked.act(ground, said)
        await changes.write(connection, [life])
        return await idempotency.record(connection, keyed, Seen(life.after, now, ground.round.up_to), voucher_id)
