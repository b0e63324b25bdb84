"""Reads claims as they stand: of each claim the lines that the caller may see, with what is owed and what they draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.redemption.store import captures, redemptions
from services.voucher.settlement.domain.checking import Claimable
from services.voucher.settlement.domain.claim import Claim, ClaimLine, LineState
from services.voucher.settlement.domain.evidence import Drawn, Shown
from services.voucher.settlement.domain.seen import SeenClaim, SeenLine
from services.voucher.settlement.operations.checking import Standing, lay_out
from services.voucher.settlement.store import allocations, claim_lines, claims, escrows, legs, line_steps, objections
from services.voucher.settlement.store.claims import Reach, Wanted
from services.voucher.settlement.store.line_steps import Kept
from services.voucher.wallet.store import vouchers


@dataclass(frozen=True, slots=True)
class Whole:
    """A claim as seen, and of each line what it draws and its history, oldest first."""

    seen: SeenClaim
    drawn: dict[UUID, Drawn]
    history: dict[UUID, Sequence[Kept]]


async def read_claim(database: Database, *, permit: Permit, claim_id: UUID) -> Whole:
    """One claim; NotFound ``claim.unknown``, also for whoever may see none of its lines."""
    async with database.read() as connection:
        claim = await claims.read(connection, claim_id)
        now = await clock.business_now(connection)
        (seen,) = await seen_claims(connection, [claim], permit=permit, now=now)
        if not seen.lines:
            raise NotFound("claim.unknown")
        ids = [one.line.id for one in seen.lines]
        drawn = await allocations.of_lines(connection, ids)
        return Whole(seen, drawn, dict(await line_steps.of_lines(connection, ids)))


async def list_claims(
    database: Database,
    *,
    permit: Permit,
    state: LineState | None = None,
    client_ref: str | None = None,
    after: str | None = None,
    limit: int,
) -> tuple[list[SeenClaim], str | None]:
    """A page of the claims of which the caller may see a line, newest first; state: that such a line is in now."""
    async with database.read() as connection:
        now = await clock.business_now(connection)
        wanted = Wanted(_reach(permit), state, client_ref)
        found, cursor = await claims.find(connection, wanted, at=now, after=after, limit=limit)
        return await seen_claims(connection, found, permit=permit, now=now), cursor


@dataclass(frozen=True, slots=True)
class Offer:
    """A capture that may be claimed, at an instant (UTC)."""

    found: Claimable
    at: datetime

    @property
    def too_late(self) -> bool:
        """Whether the time to claim it is over."""
        return self.at >= self.found.ends


async def list_claimable(
    database: Database, *, permit: Permit, after: str | None, limit: int
) -> tuple[list[Offer], str | None]:
    """A page of the captures of the caller's organisation that stand on no claim, the oldest first."""
    async with database.read() as connection:
        payee_id = permit.caller.organization
        found, cursor = await captures.unclaimed(connection, payee_id=payee_id, after=after, limit=limit)
        standing = await redemptions.read(connection, {one.redemption_id for one in found})
        paid_in = await escrows.read(connection, standing)
        behind = await vouchers.read_all(connection, {one.terms.voucher_id for one in standing.values()})
        now = await clock.business_now(connection)
        desk = await lay_out(connection, Standing(standing, behind, paid_in), Shown({}, {}), now)
    return [Offer(desk.captures[one.id], now) for one in found], cursor


async def seen_claims(
    connection: AsyncConnection, found: Sequence[Claim], *, permit: Permit, now: datetime
) -> list[SeenClaim]:
    """Each claim with those of its lines that a permit covers, at an instant."""
    lines = await claim_lines.of_claims(connection, [claim.id for claim in found])
    covered = {claim_id: [line for line in some if _covers(permit, line)] for claim_id, some in lines.items()}
    ids = [line.id for some in covered.values() for line in some]
    owed, objected = await legs.read_of_lines(connection, ids), await objections.objected(connection, ids)
    seen = {
        claim_id: tuple(SeenLine(line, owed[line.id], line.id in objected, now) for line in some)
        for claim_id, some in covered.items()
    }
    return [SeenClaim(claim, seen[claim.id]) for claim in found]


def _covers(permit: Permit, line: ClaimLine) -> bool:
    return permit.covers(organizations=[line.payee_id, line.holder_id], region=line.region, treasury=line.treasury)


def _reach(permit: Permit) -> Reach:
    """Whose lines a list is narrowed to."""
    own, region, treasury = permit.bound("own"), permit.bound("region"), permit.bound("treasury")
    return Reach(
        organization=own if isinstance(own, UUID) else None,
        region=region if isinstance(region, str) else None,
        treasury=treasury if isinstance(treasury, str) else None,
        everywhere=permit.everything,
    )
