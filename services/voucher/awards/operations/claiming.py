"""Takes claims to awards: checked as a whole and stored whole, or refused with every fault at once.

Two claims to what is given once, or to the last of a limit, wait for each other at their counters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.standards.calendar import local_date
from services.voucher.awards.domain import answering
from services.voucher.awards.domain.answering import papers
from services.voucher.awards.domain.award_claim import award_in
from services.voucher.awards.domain.claiming import (
    SERVICES,
    Asked,
    Matter,
    Reckoned,
    Told,
    Upper,
    counters_of,
    faults,
    reckon,
    told,
)
from services.voucher.awards.domain.spending import SpendingReport
from services.voucher.awards.domain.submitting import Named, Submitted, submit
from services.voucher.awards.operations.acting import acting
from services.voucher.awards.operations.reading import seen
from services.voucher.awards.store import answers, award_claims, fundings, reports, services, undertakings
from services.voucher.awards.store.reports import Wanted
from services.voucher.directory.store import parties, spaces
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.claim import ENDED
from services.voucher.settlement.store import award_lines, claim_lines, claims, line_steps

REPORTS_TOLD = 10
"""How many overdue reports a refused claim names at the most."""


async def claim_award(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Claim an award for the caller's organisation: review begins at once; committed when this returns.

    NotFound ``scheme.unknown``; refusals of `domain.claiming.faults` and `reckon`, all at once; ``award.unknown``,
    ``award.other_version``, ``award_claim.unknown``, ``document.unknown``, ``client_ref.taken``,
    ``calendar.not_loaded``.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        matter, used = await _locked(connection, permit, asked)
        reckoned, said = await _decided(connection, asked, matter, used)
        named = Named(
            claim_id=new_id(), line_id=new_id(), award_claim_id=new_id(), leg_ids=[new_id() for _ in reckoned.backing]
        )
        made = submit(asked, said, reckoned, matter=matter, named=named, by=by)
        await _keep(connection, made, used)
        await award_claims.prove(
            connection, made.award_claim.id, papers(matter.scheme, asked.answers, asked.document_ids), at=matter.now
        )
        await answers.add(connection, made.award_claim.id, asked.answers, by=by.person, at=matter.now)
        kept = await seen(connection, [made.award_claim], now=matter.now)
        return await idempotency.record(connection, keyed, kept[0], made.award_claim.id)


async def _locked(
    connection: AsyncConnection, permit: Permit, asked: Asked
) -> tuple[Matter, Mapping[CounterKey, Counter]]:
    """The counters of a claim, locked, and what it is decided upon as it stands after that.

    Again if the year turns, or something else names other counters, while waiting.
    """
    matter = await _matter(connection, permit, asked)
    while True:
        wanted = _counted(asked, matter)
        used = await counters.lock(connection, wanted)
        matter = await _matter(connection, permit, asked)
        if set(_counted(asked, matter)) <= set(wanted):
            return matter, used


@dataclass(frozen=True, slots=True)
class Checked:
    """What a claim would come to, or everything that speaks against it."""

    reckoned: Reckoned | None
    faults: tuple[Reason, ...]
    currency: str


async def check_award_claim(database: Database, *, permit: Permit, asked: Asked) -> Checked:
    """What claiming this would come to just now, by the same rules; nothing is locked or kept.

    NotFound ``scheme.unknown``; refusals ``award.unknown``, ``award.other_version``.
    """
    async with database.read() as connection:
        matter = await _matter(connection, permit, asked)
        used = await counters.read(connection, _counted(asked, matter))
        try:
            reckoned, _ = await _decided(connection, asked, matter, used)
        except Refusal as refusal:
            return Checked(None, refusal.reasons, matter.scheme.currency)
        return Checked(reckoned, (), matter.scheme.currency)


def _counted(asked: Asked, matter: Matter) -> list[CounterKey]:
    """The counters that it would use; none where a fact is missing by which they are named."""
    try:
        return counters_of(told(asked, matter), matter)
    except KeyError:
        return []


async def _matter(connection: AsyncConnection, permit: Permit, asked: Asked) -> Matter:
    """The rules and the one award, who asks, and what the house knows of him."""
    version = await versions.get(connection, asked.scheme_version_id)
    scheme, award = version.said, award_in(version.said, asked.award)
    if version.state is VersionState.DRAFT:
        raise NotFound("scheme.unknown")
    if award is None:
        raise Refusal("award.unknown", pointer="/award", numbers={"award": asked.award})
    payee_id = permit.caller.organization
    party = (await parties.read(connection, [payee_id])).get(payee_id) if payee_id is not None else None
    if party is None:
        raise Refusal("award.payee_unknown")
    lineage = version.root or version.scheme_id
    paid = await services.by_year(connection, party.id, lineage) if award.base == SERVICES else {}
    now = await clock.business_now(connection)
    return Matter(
        scheme_id=version.scheme_id,
        scheme=scheme,
        award=award,
        party=party,
        space=await spaces.read(connection, asked.space_id) if asked.space_id is not None else None,
        now=now,
        calendar=await parties.working_days(connection),
        services=paid,
        upper=await _upper(connection, asked.rests_on, payee_id=party.id) if asked.rests_on is not None else None,
        group=await undertakings.counted_with(connection, award, party.id, local_date(now, scheme.zone)),
    )


async def _upper(connection: AsyncConnection, rests_on: UUID, *, payee_id: UUID) -> Upper:
    """The award that a claim names as its ground; NotFound ``award_claim.unknown`` for one of another payee."""
    claim = await award_claims.read(connection, rests_on)
    if claim.payee_id != payee_id:
        raise NotFound("award_claim.unknown", pointer="/rests_on")
    line = (await claim_lines.read(connection, [claim.claim_line_id]))[claim.claim_line_id]
    owed = line.claimed if line.approved is None else line.approved
    return Upper(id=claim.id, owed=0 if line.state in ENDED else owed)


async def _decided(
    connection: AsyncConnection, asked: Asked, matter: Matter, used: Mapping[CounterKey, Counter]
) -> tuple[Reckoned, Told]:
    """What it comes to; Refusal with all that speaks against it."""
    said = told(asked, matter)
    found = [*faults(asked, said, matter), *await _against(connection, asked, said, matter)]
    refuse_all(found)
    backing = await fundings.backing(connection, matter.scheme_id, matter.award.id, region=matter.region)
    reckoned, refused = reckon(said, matter, counters=used, backing=backing)
    refuse_all(refused)
    return reckoned, said


async def _against(connection: AsyncConnection, asked: Asked, said: Told, matter: Matter) -> Sequence[Reason]:
    """What the version, the documents and the form say against it."""
    found: list[Reason] = []
    in_force = await versions.in_force(connection, matter.scheme_id, [said.on])
    if in_force[said.on] != asked.scheme_version_id:
        numbers = {"on": said.on.isoformat()}
        found.append(Reason("award.other_version", "effective", "/scheme_version_id", numbers))
    named = papers(matter.scheme, asked.answers, asked.document_ids)
    known = await documents.known(connection, named) if named else {}
    own = {one.id for one in known.values() if one.organization == matter.party.id}
    for place, one in enumerate(asked.document_ids):
        if one not in own:
            found.append(Reason("document.unknown", pointer=f"/document_ids/{place}"))
    found += answering.faults(matter.scheme, asked.answers, own=own)
    late = Wanted(payee_id=matter.party.id, overdue_at=matter.now)
    return [*found, *map(_overdue, await reports.find(connection, late, before=None, limit=REPORTS_TOLD))]


def _overdue(report: SpendingReport) -> Reason:
    """Why who owes a report that is late is given nothing more."""
    numbers = {"report": show("spr", report.id), "due_on": report.due_on.isoformat()}
    return Reason("award.report_overdue", "spending.report", None, numbers)


async def _keep(connection: AsyncConnection, made: Submitted, used: Mapping[CounterKey, Counter]) -> None:
    """Write the claim with its line, what the line rests on and uses, and the claim to the award behind it."""
    line, at = made.step.after, made.claim.submitted_at
    await claims.add(connection, made.claim)
    await line_steps.write(connection, [made.step], now=at)
    await award_lines.add(connection, line.id, shares=made.shares, takes=made.takes)
    await counters.save(connection, [used[take.key].take(take.used_by(line)) for take in made.takes])
    await award_claims.add(connection, made.award_claim)
