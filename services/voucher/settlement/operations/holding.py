"""Holds claim lines under decision, with all that may move with them, and writes what was decided.

Every step of a line that may touch its evidence or its voucher locks in this order: budget lines, counters, vouchers,
redemptions, escrows, invoices, bank slips, lines; budget lines and counters of their own only for lines of awards. What
a line draws changes under the lock of its redemption only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import new_id
from services.chassis.refusals import Reason, refuse_all
from services.voucher.ledger.domain.posting import Funding
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.unclaiming import Undone, undo
from services.voucher.redemption.domain.world import Step
from services.voucher.redemption.store import redemptions, standing
from services.voucher.redemption.store import steps as redemption_steps
from services.voucher.redemption.store.standing import Standing
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.claim import ENDED, ClaimLine, Leg, LineState, LineStep
from services.voucher.settlement.domain.escrow import Escrow, moved
from services.voucher.settlement.domain.evidence import Drawn, Shown
from services.voucher.settlement.domain.legs import Share, whole
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.store import allocations, claim_lines, escrows, invoices, legs, line_steps, slips
from services.voucher.settlement.store import grants as grants_of
from services.voucher.settlement.store.grants import Grants


@dataclass(frozen=True, slots=True)
class Held:
    """Locked lines, what each of them draws, that evidence and more, and the redemptions with their vouchers.

    grants: what the lines of awards rest on instead; escrows: what holders paid in for these redemptions, where any
    did; schemes: what the versions of all the lines say.
    """

    lines: Mapping[UUID, ClaimLine]
    drawn: Mapping[UUID, Drawn]
    shown: Shown
    standing: Standing
    grants: Grants
    escrows: Mapping[UUID, Escrow]
    schemes: Mapping[UUID, Rulebook]

    def case(self, line_id: UUID, *, by: Actor, at: datetime) -> LineCase:
        """One of the lines under somebody's hands, as of an instant."""
        line, calendar = self.lines[line_id], self.standing.facts.calendar
        return LineCase(line=line, scheme=self.schemes[line.scheme_version_id], calendar=calendar, by=by, at=at)

    def quota(self, line: ClaimLine) -> Funding | None:
        """The funding of the voucher that a line draws on; None for one of an award."""
        if line.award_claim_id is not None:
            return None
        return self.standing.vouchers[line.captured.voucher_id].funding

    def paid_in(self, line: ClaimLine) -> bool:
        """Whether the holder paid his part of a line in, so that it is owed to the payee as well."""
        return line.redemption_id in self.escrows and line.self_paid > 0

    def shares(self, line: ClaimLine) -> tuple[Share, ...]:
        """Which budget lines bear a line: those of an award are known since it was claimed."""
        quota = self.quota(line)
        if quota is None:
            return self.grants.shares[line.id]
        return whole(line, leg_id=new_id(), funding_source=quota.source)


def named(lines: Sequence[ClaimLine], numbers: Sequence[int]) -> list[ClaimLine]:
    """The lines of a claim that a request names, in its order; Refusal ``claim.line_unknown``, ``claim.line_twice``."""
    by_number = {line.number: line for line in lines}
    faults = []
    for place, number in enumerate(numbers):
        pointer = f"/lines/{place}/line"
        if number not in by_number:
            faults.append(Reason("claim.line_unknown", pointer=pointer, numbers={"line": number}))
        elif number in numbers[:place]:
            faults.append(Reason("claim.line_twice", pointer=pointer, numbers={"line": number}))
    refuse_all(faults)
    return [by_number[number] for number in numbers]


async def hold(connection: AsyncConnection, lines: Collection[ClaimLine], more: Sequence[Drawn] = ()) -> Held:
    """Lock lines that were read before, for what never changes of them. more: what they are to draw instead."""
    ids = [line.id for line in lines]
    redeemed = {line.redemption_id for line in lines if line.redemption_id is not None}
    mixed = any(line.award_claim_id is not None for line in lines)
    seen = await redemptions.read(connection, redeemed) if mixed else {}
    used = {take.key for one in seen.values() for take in one.takes}
    grants = await grants_of.hold(connection, lines, besides=used)
    standing_by = await standing.lock(connection, redeemed)
    paid_in = await escrows.lock(connection, redeemed)
    schemes = await rulebooks.read(connection, {line.scheme_version_id for line in lines})
    drawn = await allocations.of_lines(connection, ids)
    of_invoices = {one.evidence_id for line in (*drawn.values(), *more) for one in line.invoices}
    of_slips = {one.evidence_id for line in (*drawn.values(), *more) for one in line.slips}
    shown = Shown(await invoices.lock(connection, of_invoices), await slips.lock(connection, of_slips))
    return Held(await claim_lines.lock(connection, ids), drawn, shown, standing_by, grants, paid_in, schemes)


async def keep(
    connection: AsyncConnection,
    held: Held,
    steps: Sequence[LineStep],
    *,
    owed: Sequence[Leg] = (),
    by: Actor,
    now: datetime,
) -> None:
    """Write the steps of held lines: what is owed, what goes back to vouchers, and the evidence of lines that ended."""
    booked = await line_steps.write(connection, steps, now=now)
    counted = await grants_of.keep(connection, held.grants, steps, at=now)
    await escrows.save(connection, list(moved(held.escrows, steps)))
    await legs.add(connection, owed)
    ended = [step.after for step in steps if step.after.state in ENDED]
    await allocations.release(connection, [line.id for line in ended], now)
    withdrawn = [line.capture_id for line in ended if line.state is LineState.WITHDRAWN]
    await redemptions.free(connection, [one for one in withdrawn if one is not None], at=now)
    after = replace(held.standing, counters={**held.standing.counters, **counted})
    await give_back(connection, after, steps, booked=booked, by=by, now=now)


async def give_back(
    connection: AsyncConnection,
    held: Standing,
    steps: Sequence[LineStep],
    *,
    booked: Mapping[UUID, UUID],
    by: Actor,
    now: datetime,
) -> None:
    """Move on redemptions and vouchers what the postings of line steps take out of captured. booked: their journals."""
    before = after = held.world(now)
    made: list[Step] = []
    for step in steps:
        if step.posting is None or step.after.award_claim_id is not None:
            continue
        line = step.after
        captured = line.captured
        undone = Undone(
            claim_line_id=line.id,
            redemption_id=captured.redemption_id,
            capture_id=captured.capture_id,
            posting=step.posting,
            frees=line.state in ENDED,
            at=step.at,
            by=by,
            reason=step.reason,
        )
        taken, after = undo(undone, after)
        made += taken
    await redemption_steps.write(connection, made, before=before, after=after, booked=booked)
