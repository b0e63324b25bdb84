"""Shows what else was supported that is alike, and keeps that somebody looked at a pair."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, idempotency, pages
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import parse
from services.chassis.models import in_utc
from services.chassis.refusals import NotFound, Refusal
from services.voucher.directory.store import parties
from services.voucher.oversight.domain.support import Channel, Cleared, Match, pair, rule_against
from services.voucher.oversight.store import support
from services.voucher.oversight.store.support import Wanted
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.store import claim_lines
from services.voucher.wallet.store import applications, rounds

APPLICATION, CLAIM_LINE, OUTSIDE = "app", "cln", "osp"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: an application or a claim line, whose it is, and by which version it is decided."""

    kind: str
    id: UUID
    holder_id: UUID
    scheme_version_id: UUID


async def matches(
    database: Database, *, permit: Permit, of: str, after: str | None, limit: int
) -> tuple[list[Match], str | None]:
    """A page of what an application (``app_…``) or a claim line (``cln_…``) has its like in, and its next cursor.

    NotFound ``support.unknown``, also for one that the permit does not cover; Refusal ``page.cursor``.
    """
    place = _place(after)
    async with database.read() as connection:
        subject = await _subject(connection, permit, of)
        found = await _matches(connection, subject, limit=limit + 1, after=place)
    return pages.cut(found, limit, lambda one: (one.at.isoformat(), one.other, one.channel.value))


async def clear(database: Database, keyed: Keyed, *, permit: Permit, of: str, other: str, reason: str) -> Answer:
    """Keep that a pair is not the same, and why; it is told so from then on, from both sides.

    NotFound ``support.unknown``; Refusal ``support.no_match``, ``support.cleared``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        subject = await _subject(connection, permit, of)
        named = await _matches(connection, subject, only=_other(other), limit=len(Channel))
        match = next((one for one in named if one.other == other), None)
        if match is None:
            raise Refusal("support.no_match", pointer="/other", numbers={"other": other})
        scheme = (await rulebooks.read(connection, [subject.scheme_version_id]))[subject.scheme_version_id]
        rule, clause = rule_against(scheme)
        cleared = Cleared(reason, permit.caller.person, await clock.business_now(connection))
        request_id = keyed.attempt.request_id
        if not await support.clear(connection, pair(of, other), cleared, request_id=request_id):
            raise Refusal("support.cleared", pointer="/other", numbers={"other": other})
        decision = Decision(
            subject_kind="application" if subject.kind == APPLICATION else "claim_line",
            subject_id=subject.id,
            kind="support_match",
            outcome="not_the_same",
            actor=cleared.by,
            at=cleared.at,
            rule=rule,
            clause=clause,
            scheme_version=subject.scheme_version_id,
            numbers={"other": other, "channel": match.channel.value, "reason": reason},
            request_id=request_id,
        )
        await decisions.record(connection, [decision])
        return await idempotency.record(connection, keyed, cleared, subject.id)


async def _subject(connection: AsyncConnection, permit: Permit, of: str) -> Subject:
    """What is asked about. NotFound ``support.unknown``."""
    if of.startswith(APPLICATION):
        one = await applications.read(connection, _id(APPLICATION, of))
        of_round = await rounds.read(connection, one.round_id)
        permit.require("support.unknown", region=one.region, bureau=of_round.bureau)
        return Subject(APPLICATION, one.id, one.holder_id, of_round.scheme_version_id)
    line_id = _id(CLAIM_LINE, of)
    line = (await claim_lines.read(connection, [line_id])).get(line_id)
    if line is None:
        raise NotFound("support.unknown")
    permit.require("support.unknown", region=line.region, treasury=line.treasury)
    return Subject(CLAIM_LINE, line.id, line.holder_id, line.scheme_version_id)


async def _matches(
    connection: AsyncConnection,
    subject: Subject,
    *,
    limit: int,
    only: UUID | None = None,
    after: tuple[datetime, UUID, str] | None = None,
) -> list[Match]:
    holder = (await parties.read(connection, [subject.holder_id])).get(subject.holder_id)
    uscc = None if holder is None else holder.uscc
    search = support.of_application if subject.kind == APPLICATION else support.of_line
    return await search(connection, Wanted(own=subject.id, uscc=uscc, limit=limit, only=only, after=after))


def _id(prefix: str, said: str) -> UUID:
    try:
        return parse(prefix, said)
    except ValueError:
        raise NotFound("support.unknown") from None


def _other(said: str) -> UUID:
    """The id of another thing; Refusal ``support.no_match`` where it is none."""
    prefix = said.partition("_")[0]
    try:
        return parse(prefix if prefix in (APPLICATION, CLAIM_LINE, OUTSIDE) else APPLICATION, said)
    except ValueError:
        raise Refusal("support.no_match", pointer="/other", numbers={"other": said}) from None


def _place(after: str | None) -> tuple[datetime, UUID, str] | None:
    """Behind which match a page begins; Refusal ``page.cursor``."""
    if after is None:
        return None
    at, other, channel = pages.decode(after, 3)
    try:
        return in_utc(datetime.fromisoformat(at)), UUID(other.partition("_")[2]), Channel(channel).value
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error
