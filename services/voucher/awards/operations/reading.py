"""Reads claims to awards as they stand: each with its line, what is owed on it and what proves it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.awards.domain.award_claim import AwardClaim, award_of
from services.voucher.awards.domain.claiming import counted
from services.voucher.awards.domain.clawback import ClawbackProposal
from services.voucher.awards.store import answers, award_claims, proposals
from services.voucher.awards.store.award_claims import Wanted
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.claim import ClaimLine, Leg
from services.voucher.settlement.store import claim_lines, legs, objections
from services.voucher.wallet.domain.form import Answers


@dataclass(frozen=True, slots=True)
class SeenAward:
    """A claim to an award at an instant (UTC). objected: whether an objection against its line lives; counted: which of
    its figures counts units and is no money; mode: as what the award is given; answers: to the form, as they count.
    """

    claim: AwardClaim
    line: ClaimLine
    legs: tuple[Leg, ...]
    document_ids: tuple[UUID, ...]
    objected: bool
    counted: str | None
    mode: str
    answers: Answers
    at: datetime


async def seen(connection: AsyncConnection, found: Sequence[AwardClaim], *, now: datetime) -> list[SeenAward]:
    """Each of these claims with its line as of an instant."""
    ids = [one.claim_line_id for one in found]
    lines, owed = await claim_lines.read(connection, ids), await legs.read_of_lines(connection, ids)
    objected = await objections.objected(connection, ids)
    rules = await rulebooks.read(connection, {one.scheme_version_id for one in found})
    said = await answers.of_claims(connection, [one.id for one in found])
    named = await award_claims.documents_of(connection, [one.id for one in found])
    return [
        SeenAward(
            claim=one,
            line=lines[one.claim_line_id],
            legs=owed[one.claim_line_id],
            document_ids=tuple(named[one.id]),
            objected=one.claim_line_id in objected,
            counted=counted(award_of(rules[one.scheme_version_id], one)),
            mode=award_of(rules[one.scheme_version_id], one).mode.value,
            answers=said.get(one.id, {}),
            at=now,
        )
        for one in found
    ]


async def read_award_claim(database: Database, *, permit: Permit, award_claim_id: UUID) -> SeenAward:
    """One claim; NotFound ``award_claim.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        found = await award_claims.read(connection, award_claim_id)
        now = await clock.business_now(connection)
        (one,) = await seen(connection, [found], now=now)
    line = one.line
    permit.require("award_claim.unknown", organizations=[line.payee_id], region=line.region, treasury=line.treasury)
    return one


async def list_award_claims(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[SeenAward]:
    """Up to `limit` of the claims that the caller may see, newest first."""
    region = permit.bound("region")
    narrowed = replace(
        wanted,
        payee_id=None if isinstance(region, str) else permit.only_organization,
        region=region if isinstance(region, str) else None,
    )
    async with database.read() as connection:
        found = await award_claims.find(connection, narrowed, before=before, limit=limit)
        return await seen(connection, found, now=await clock.business_now(connection))


async def list_proposals(
    database: Database, *, permit: Permit, wanted: proposals.Wanted, before: UUID | None, limit: int
) -> list[ClawbackProposal]:
    """Up to `limit` of the clawback proposals that the caller may see, newest first."""
    treasury = permit.bound("treasury")
    narrowed = replace(
        wanted,
        payee_id=None if isinstance(treasury, str) else permit.only_organization,
        treasury=treasury if isinstance(treasury, str) else None,
    )
    async with database.read() as connection:
        return await proposals.find(connection, narrowed, before=before, limit=limit)
