"""Takes claims: a line for each capture, checked as a whole and stored whole, or refused with every fault at once.

A lost race for a capture fails on the lock of its redemption and, without it, on the unique key of its live line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import refuse_all
from services.voucher.redemption.store import redemptions
from services.voucher.settlement.domain.checking import Asked, Checked, Named, check, submit
from services.voucher.settlement.domain.claim import Claim, LineStep
from services.voucher.settlement.domain.escrow import moved
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.operations.checking import lock_claim
from services.voucher.settlement.operations.reading import seen_claims
from services.voucher.settlement.store import allocations, claims, escrows, line_steps, noting


@dataclass(frozen=True, slots=True)
class Submission:
    """What a payee sends: at least one line, and his own name for the claim."""

    lines: Sequence[Asked]
    client_ref: str | None = None


async def submit_claim(database: Database, keyed: Keyed, *, permit: Permit, submission: Submission) -> Answer:
    """Put captures of the caller's organisation on a claim, with the evidence for each; committed when this returns.

    Refusals of `domain.checking.check`, all at once; ``client_ref.taken``, ``calendar.not_loaded``.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        desk = await lock_claim(connection, submission.lines, payee_id=by.organization)
        checked = check(submission.lines, desk)
        refuse_all([fault for one in checked for fault in one.faults])
        named = Named(claim_id=new_id(), line_ids=[new_id() for _ in checked], client_ref=submission.client_ref)
        claim, steps = submit(checked, named=named, desk=desk, by=by)
        await _keep(connection, claim, steps, checked)
        await escrows.save(connection, list(moved(desk.escrows, steps)))
        redeemed = {one.found.redemption.id: one.found.redemption for one in checked if one.found is not None}
        await noting.note(connection, redeemed.values(), named.line_ids, now=desk.now)
        (seen,) = await seen_claims(connection, [claim], permit=permit, now=desk.now)
        return await idempotency.record(connection, keyed, seen, claim.id)


async def _keep(
    connection: AsyncConnection, claim: Claim, steps: Sequence[LineStep], checked: Sequence[Checked]
) -> None:
    """Write the claim, its lines, the lines upon the captures, and what they draw."""
    await claims.add(connection, claim)
    await line_steps.write(connection, steps, now=claim.submitted_at)
    await redemptions.claim(connection, {step.after.captured.capture_id: step.after.id for step in steps})
    drawn = {step.after.id: one.asked.drawn for step, one in zip(steps, checked, strict=True)}
    await allocations.make(connection, drawn, claim.submitted_at)
