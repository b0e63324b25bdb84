"""Follows a claim from its captures to the bank's statements: every line with each of its links compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.voucher.awards.store import award_claims
from services.voucher.oversight.domain import chain
from services.voucher.oversight.domain.chain import Compared, ReconciliationStatus
from services.voucher.oversight.domain.trail import AtBank, Decided, OfInvoice, OfSlip, Trail
from services.voucher.oversight.operations.sight import lines_of_claim
from services.voucher.oversight.store import payments
from services.voucher.payout.domain.payout import Payout
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.store import allocations, invoices, legs, slips

DECIDING = frozenset({"review", "claim_line.object"})
"""The kinds of decisions that say how much of a line is owed; what else was decided on it only let it pass."""


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A line with what it rests upon and what came of it, and whether all of that says the same."""

    trail: Trail
    links: tuple[Compared, ...]
    status: ReconciliationStatus


@dataclass(frozen=True, slots=True)
class Match:
    """A claim as of an instant (UTC), as far as the caller sees it."""

    claim_id: UUID
    at: datetime
    status: ReconciliationStatus
    lines: tuple[MatchedLine, ...]


async def match_claim(database: Database, *, permit: Permit, claim_id: UUID) -> Match:
    """Compare redemption, delivery, evidence, decision, payout and bank of a claim, all over one snapshot.

    NotFound ``claim.unknown``.
    """
    async with database.read() as connection:
        seen = await lines_of_claim(connection, claim_id, permit=permit)
        now = await clock.business_now(connection)
        trails = await _trails(connection, seen, now)
    lines = tuple(_matched(trail) for trail in trails)
    return Match(claim_id, now, chain.overall([line.status for line in lines]), lines)


def _matched(trail: Trail) -> MatchedLine:
    links = chain.compare(trail.figures)
    return MatchedLine(trail, links, chain.status(trail.figures, links))


async def _trails(connection: AsyncConnection, lines: Sequence[ClaimLine], now: datetime) -> list[Trail]:
    """Everything that is known of these lines, with as many queries for all of them as for one."""
    ids = [line.id for line in lines]
    redeemed = await redemptions.read(
        connection, {line.redemption_id for line in lines if line.redemption_id is not None}
    )
    awarded = await award_claims.of_lines(connection, ids)
    schemes = await rulebooks.read(connection, {line.scheme_version_id for line in lines})
    proven_by = await _evidence(connection, ids)
    decided = await decisions.of_subjects(connection, ids)
    owed = await legs.read_of_lines(connection, ids)
    paid = await payments.of_lines(connection, ids)
    payouts = [payout for some in paid.values() for payout in some]
    booked = await payments.at_bank(connection, [payout.id for payout in payouts])
    doubted = await payments.doubted(connection, payouts)
    return [
        Trail(
            at=now,
            line=line,
            redemption=None if line.redemption_id is None else redeemed[line.redemption_id],
            award=awarded.get(line.id),
            scheme=schemes[line.scheme_version_id],
            invoices=proven_by[line.id].invoices,
            slips=proven_by[line.id].slips,
            decisions=_decided(decided[line.id]),
            legs=owed[line.id],
            payouts=paid[line.id],
            bank_lines=_booked(paid[line.id], booked),
            doubted=_booked(paid[line.id], doubted),
        )
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class _Proof:
    invoices: tuple[OfInvoice, ...]
    slips: tuple[OfSlip, ...]


async def _evidence(connection: AsyncConnection, line_ids: Sequence[UUID]) -> Mapping[UUID, _Proof]:
    """What each line draws, with the papers themselves."""
    drawn = await allocations.of_lines(connection, line_ids)
    invoiced = await invoices.read(connection, {one.evidence_id for line in drawn.values() for one in line.invoices})
    slipped = await slips.read(connection, {one.evidence_id for line in drawn.values() for one in line.slips})
    return {
        line_id: _Proof(
            tuple(OfInvoice(one, invoiced[one.evidence_id]) for one in line.invoices),
            tuple(OfSlip(one, slipped[one.evidence_id]) for one in line.slips),
        )
        for line_id, line in drawn.items()
    }


def _decided(found: Sequence[Decision]) -> tuple[Decided, ...]:
    return tuple(
        Decided(one.at, one.outcome, one.rule, one.clause, one.numbers) for one in found if one.kind in DECIDING
    )


def _booked(paid: Sequence[Payout], booked: Mapping[UUID, tuple[AtBank, ...]]) -> tuple[AtBank, ...]:
    return tuple(one for payout in paid for one in booked[payout.id])
