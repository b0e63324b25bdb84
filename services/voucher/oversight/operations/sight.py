"""Decides which lines of a claim a caller sees: the same as where the claim itself is read."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.authorisation import Permit
from services.chassis.refusals import NotFound
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.store import claim_lines


async def lines_of_claim(connection: AsyncConnection, claim_id: UUID, *, permit: Permit) -> tuple[ClaimLine, ...]:
    """The lines of a claim that a permit covers; NotFound ``claim.unknown``, also when it covers none."""
    lines = (await claim_lines.of_claims(connection, [claim_id]))[claim_id]
    seen = tuple(line for line in lines if _covers(permit, line))
    if not seen:
        raise NotFound("claim.unknown")
    return seen


def _covers(permit: Permit, line: ClaimLine) -> bool:
    return permit.covers(organizations=[line.payee_id, line.holder_id], region=line.region, treasury=line.treasury)
