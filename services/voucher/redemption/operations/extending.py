"""Extends a voucher, and with it the deadlines of what it holds and of what was captured and is not claimed yet.

Locks are taken in the house's order: request key, pool, counters, voucher, redemptions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.voucher.redemption.domain.orders import TIMER, Actor, CatchUp
from services.voucher.redemption.domain.prolonging import prolong
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.world import World
from services.voucher.redemption.operations.looking import facts, look
from services.voucher.redemption.store import captures, redemptions, steps
from services.voucher.wallet.domain import lives
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, LifeKind, Said
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import changes, grounds


@dataclass(frozen=True, slots=True)
class Asked:
    """Why a voucher is extended, and by which paper if any."""

    reason: str
    document: str | None


@dataclass(frozen=True, slots=True)
class Extended:
    """An extended voucher, how much came back to it from the pool (fen), and the redemptions whose dates moved."""

    voucher: Voucher
    reissued: int
    redemptions: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Scene:
    """A voucher with everything that stands on it, locked."""

    ground: Ground
    standing: Mapping[UUID, Redemption]


async def extend(database: Database, keyed: Keyed, *, permit: Permit, voucher_id: UUID, asked: Asked) -> Answer:
    """Extend a voucher by its scheme's rule.

    NotFound ``voucher.unknown``; refusals of `lives.extend`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        scene = await lock(connection, voucher_id)
        permit.require("voucher.unknown", bureau=scene.ground.round.bureau)
        now = await clock.business_now(connection)
        said = Said(
            by=permit.caller.person,
            at=now,
            reason=asked.reason,
            document=asked.document,
            request_id=keyed.attempt.request_id,
        )
        life = lives.extend(scene.ground, said)
        moved = await write(connection, scene, life, by=actor(permit, keyed))
        extended = Extended(life.after, life.amount, moved)
        return await idempotency.record(connection, keyed, extended, voucher_id)


def actor(permit: Permit, keyed: Keyed) -> Actor:
    """Who moves the dates of a redemption: he is of neither side, and takes no part in the case."""
    return Actor(permit.caller.person, permit.caller.subject, request_id=keyed.attempt.request_id)


async def lock(connection: AsyncConnection, voucher_id: UUID) -> Scene:
    """A voucher and the redemptions that hold or have captured its value; NotFound ``voucher.unknown``."""
    ground = await grounds.lock_with_pool(connection, voucher_id)
    using = await redemptions.using(connection, voucher_id)
    return Scene(ground, await redemptions.lock(connection, using))


async def write(connection: AsyncConnection, scene: Scene, life: Life, *, by: Actor) -> list[UUID]:
    """Write what was done to a voucher; an extension with the redemptions and captures whose deadlines move too."""
    await changes.write(connection, [life])
    if life.kind is not LifeKind.EXTENDED:
        return []
    seen = [CatchUp(redemption_id=one, by=TIMER) for one in scene.standing]
    known = await facts(connection, await look(connection, seen), seen, now=life.said.at)
    before = World(life.said.at, known, {life.after.id: life.after}, scene.standing, {})
    moved = [prolong(one, life, scheme=scene.ground.scheme, by=by) for one in scene.standing.values()]
    made = [step for step in moved if step is not None]
    await steps.write(connection, made, before=before, after=before.after_all(made))
    await captures.prolong(connection, scene.standing, until=life.after.claim_by_ends, at=life.said.at)
    return [step.after.id for step in made]
