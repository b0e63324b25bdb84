"""Remembers what is known late against redemptions: noted once on each, and a stop beside whatever is still owed on it.

Whoever notes or stops holds the lock of the redemption or of the legs. Whoever follows locks both, so that one of the
two sees a fact told meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store import outline, parties
from services.voucher.directory.store.outline import Outline
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.claim import Leg
from services.voucher.settlement.domain.late_fact import LateFact, Matter, late_facts, unseen
from services.voucher.settlement.domain.stop import Stop, StopKind, leg_faults
from services.voucher.settlement.store import claim_lines, stops
from services.voucher.settlement.store import late_facts as store
from services.voucher.settlement.store.stop_records import tell
from services.voucher.settlement.store.stops import Wanted

ACTOR = "timer:settlement.late_facts"
STOPS_MOST = 1_000
"""How many stops of one leg are looked through, the newest first."""


async def note(
    connection: AsyncConnection, found: Collection[Redemption], line_ids: Collection[UUID], *, now: datetime
) -> list[LateFact]:
    """Note what is known by now against redemptions, with a decision on each line; gives what is new."""
    matters = await _matters(connection, [one for one in found if one.authorised_at is not None])
    return await _keep(connection, [fact for matter in matters for fact in late_facts(matter)], line_ids, now)


async def note_unseen(
    connection: AsyncConnection, found: Collection[Redemption], line_ids: Collection[UUID], *, now: datetime
) -> list[LateFact]:
    """Note against redemptions that they could not be looked at, so that a person does; gives what is new."""
    return await _keep(
        connection, [unseen(one.id, one.terms.payee_id, "not_looked_at") for one in found], line_ids, now
    )


async def stop_owed(
    connection: AsyncConnection, owed: Sequence[Leg], redemption_of: Mapping[UUID, UUID | None], now: datetime
) -> None:
    """Stop legs that arise just now by all that was noted before against their redemption, whose lock is held.

    redemption_of: the redemption of each claim line, None for one of an award.
    """
    noted = await store.of_redemptions(connection, _known(redemption_of)) if owed else []
    for leg in owed:
        facts = [fact for fact in noted if fact.redemption_id == redemption_of[leg.claim_line_id]]
        await stop(connection, [leg], facts, now=now)


async def stop_returned(connection: AsyncConnection, owed: Sequence[Leg], *, now: datetime) -> None:
    """Look anew at locked legs that are owed again because their money came back, and stop them by all that is known.

    A paid line is looked at no more: what was told since is noted now, and a stop that a person lifted holds again
    only where a fact is new.
    """
    if not owed:
        return
    lines = await claim_lines.read(connection, {leg.claim_line_id for leg in owed})
    redemption_of = {line.id: line.redemption_id for line in lines.values()}
    found = await redemptions.read(connection, _known(redemption_of))
    await note(connection, found.values(), lines, now=now)
    noted = await store.of_redemptions(connection, _known(redemption_of))
    for leg in owed:
        before = {one.reason for one in await stops.find(connection, Wanted(leg.id), before=None, limit=STOPS_MOST)}
        of_it = [fact for fact in noted if fact.redemption_id == redemption_of[leg.claim_line_id]]
        await stop(connection, [leg], [fact for fact in of_it if fact.reason not in before], now=now)


def _known(redemption_of: Mapping[UUID, UUID | None]) -> set[UUID]:
    return {one for one in redemption_of.values() if one is not None}


async def stop(connection: AsyncConnection, owed: Sequence[Leg], facts: Sequence[LateFact], *, now: datetime) -> None:
    """Stop locked legs by each of these facts; one that was sent or is owed no longer is left as it is."""
    set_now = [_stopped(leg, fact, now) for leg in owed if not leg_faults(leg) for fact in facts]
    await stops.add(connection, set_now)
    await tell(connection, set_now, {leg.id: leg for leg in owed}, request_id=None)


def _stopped(leg: Leg, fact: LateFact, now: datetime) -> Stop:
    return Stop(id=new_id(), leg_id=leg.id, kind=StopKind.LATE_FACT, reason=fact.reason, set_by=ACTOR, since=now)


async def _keep(
    connection: AsyncConnection, told: Sequence[LateFact], line_ids: Collection[UUID], now: datetime
) -> list[LateFact]:
    """Write down what nobody had noted before, with a decision on each line that it is about."""
    facts = await store.add(connection, told, at=now)
    lines = await claim_lines.read(connection, line_ids) if facts else {}
    noted = [
        Decision(
            subject_kind="claim_line",
            subject_id=line.id,
            kind="late_fact",
            outcome="noted",
            actor=ACTOR,
            at=now,
            rule=f"late_fact.{fact.kind}",
            clause=fact.numbers.get("clause"),
            numbers={**fact.numbers, "fact": fact.fact, "organization": show("org", fact.organization_id)},
            scheme_version=line.scheme_version_id,
        )
        for fact in facts
        for line in lines.values()
        if line.redemption_id == fact.redemption_id
    ]
    await decisions.record(connection, noted)
    return facts


async def _matters(connection: AsyncConnection, found: Sequence[Redemption]) -> list[Matter]:
    """Redemptions with their rules and their parties as they are known now; one whose party is unknown is left out."""
    if not found:
        return []
    schemes = await versions.rules(connection, {one.terms.scheme_version_id for one in found})
    outlined, _ = await outline.read(connection)
    matters = []
    for one in found:
        known, whole = await _parties(connection, {one.terms.holder_id, one.terms.payee_id}, outlined)
        if one.authorised_at is None or not {one.terms.holder_id, one.terms.payee_id} <= known.keys():
            continue
        scheme = schemes[one.terms.scheme_version_id]
        matters.append(
            Matter(
                redemption_id=one.id,
                terms=one.terms,
                authorised_on=local_date(one.authorised_at, scheme.zone),
                scheme=scheme,
                parties=known,
                categories=outlined.categories,
                owners_known=whole,
            )
        )
    return matters


async def _parties(
    connection: AsyncConnection, ends: Collection[UUID], outlined: Outline
) -> tuple[Mapping[UUID, Party], bool]:
    """These organisations with all who own them, and whether that is all: not where they are too many to look at."""
    known = await parties.heard(connection, ends, outlined)
    try:
        return await parties.with_owners(connection, known, outlined), True
    except Refusal:
        return known, False
