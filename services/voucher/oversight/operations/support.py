"""Shows what else was supported that is alike, and keeps that somebody looked at a pair."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.voucher.oversight.domain.support import Cleared, Match, pair
from services.voucher.oversight.store import support
from services.voucher.settlement.store import claim_lines
from services.voucher.wallet.store import applications, rounds

APPLICATION, CLAIM_LINE = "app", "cln"


async def matches(database: Database, *, permit: Permit, of: str) -> list[Match]:
    """What an application (``app_…``) or a claim line (``cln_…``) has its like in.

    NotFound ``support.unknown``, also for one that the permit does not cover.
    """
    async with database.read() as connection:
        return (await _found(connection, permit, of))[1]


async def clear(database: Database, keyed: Keyed, *, permit: Permit, of: str, other: str, reason: str) -> Answer:
    """Keep that a pair is not the same, and why; it is told so from then on, from both sides.

    NotFound ``support.unknown``; Refusal ``support.no_match``, ``support.cleared``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        subject_id, found = await _found(connection, permit, of)
        match = next((one for one in found if one.other == other), None)
        if match is None:
            raise Refusal("support.no_match", pointer="/other", numbers={"other": other})
        cleared = Cleared(reason, permit.caller.person, await clock.business_now(connection))
        request_id = keyed.attempt.request_id
        if not await support.clear(connection, pair(of, other), cleared, request_id=request_id):
            raise Refusal("support.cleared", pointer="/other", numbers={"other": other})
        decision = Decision(
            subject_kind="application" if of.startswith(APPLICATION) else "claim_line",
            subject_id=subject_id,
            kind="support_match",
            outcome="not_the_same",
            actor=cleared.by,
            at=cleared.at,
            rule="exclusions.funded",
            numbers={"other": other, "channel": match.channel.value, "reason": reason},
            request_id=request_id,
        )
        await decisions.record(connection, [decision])
        return await idempotency.record(connection, keyed, cleared, subject_id)


async def _found(connection: AsyncConnection, permit: Permit, of: str) -> tuple[UUID, list[Match]]:
    """What is asked about, and its matches."""
    if of.startswith(APPLICATION):
        one = await applications.read(connection, _id(APPLICATION, of))
        bureau = (await rounds.read(connection, one.round_id)).bureau
        permit.require("support.unknown", region=one.region, bureau=bureau)
        return one.id, await support.of_application(connection, one.id)
    line_id = _id(CLAIM_LINE, of)
    line = (await claim_lines.read(connection, [line_id])).get(line_id)
    if line is None:
        raise NotFound("support.unknown")
    permit.require("support.unknown", region=line.region, treasury=line.treasury)
    return line.id, await support.of_line(connection, line.id)


def _id(prefix: str, said: str) -> UUID:
    try:
        return parse(prefix, said)
    except ValueError:
        raise NotFound("support.unknown") from None
