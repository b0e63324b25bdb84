"""Decides in which order a batch and what stands around it are locked: legs, then accounts, then batch and payouts.

Whoever stops a leg or changes an account locks the same rows first, so that nothing passes a decision unseen.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.authorisation import Permit
from services.chassis.refusals import Reason, refuse_all
from services.voucher.directory.store import parties
from services.voucher.payout.domain import preparing
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.domain.preparing import Scene
from services.voucher.payout.store import bank_accounts, batches, payouts
from services.voucher.settlement.domain.claim import Leg
from services.voucher.settlement.store import claim_lines, legs, stops


@dataclass(frozen=True, slots=True)
class Locked:
    """A batch with its payouts in their order, their legs and what stands around them, all locked."""

    batch: Batch
    payouts: tuple[Payout, ...]
    legs: Mapping[UUID, Leg]
    scene: Scene

    def refuse_blocked(self, *, at: datetime) -> None:
        """Refusal `payout_batch.blocked` with everything that keeps any of the payouts in at an instant (UTC)."""
        reasons = preparing.blocked(self.payouts, self.legs, self.scene.at(at))
        if reasons:
            first = Reason("payout_batch.blocked", rule="payout_batch.clear", numbers={"reasons": len(reasons)})
            refuse_all([first, *reasons])


async def lock_legs(connection: AsyncConnection, leg_ids: Collection[UUID]) -> tuple[dict[UUID, Leg], Scene]:
    """Those of the legs that exist and all accounts of their payees, locked, with what is read under these locks.

    Lines need no lock: a leg stands in no batch before its line is released, after which the line never changes.
    """
    locked = await legs.lock(connection, leg_ids)
    lines = await claim_lines.read(connection, {leg.claim_line_id for leg in locked.values()})
    payees = {leg.payee_id for leg in locked.values()}
    accounts = await bank_accounts.lock_of(connection, payees)
    names = {payee: party.name for payee, party in (await parties.read(connection, payees)).items()}
    return locked, Scene(lines, accounts, await stops.live(connection, leg_ids), names)


async def lock_batch(connection: AsyncConnection, permit: Permit, batch_id: UUID) -> Locked:
    """A batch of the caller's treasury; NotFound `payout_batch.unknown`."""
    permit.require("payout_batch.unknown", treasury=(await batches.read(connection, batch_id)).treasury)
    members = await payouts.of_batch(connection, batch_id)
    locked, scene = await lock_legs(connection, [one.leg_id for one in members])
    batch = await batches.lock(connection, batch_id)
    standing = await payouts.lock(connection, [one.id for one in members])
    return Locked(batch, tuple(sorted(standing.values(), key=lambda one: one.position)), locked, scene)
