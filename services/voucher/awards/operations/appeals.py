"""Takes appeals against the rejection of claims to awards, and lets a reviewer decide who had no part in the case."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, documents, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import refuse_all
from services.chassis.tasks import Task
from services.standards.calendar import local_date
from services.voucher.awards.domain import aiding, appealing
from services.voucher.awards.domain.award_claim import AwardClaim, award_of
from services.voucher.awards.operations.acting import acting
from services.voucher.awards.store import appeals, award_claims, undertakings
from services.voucher.awards.store.appeals import Wanted
from services.voucher.directory.store import parties
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.redemption.domain.orders import Actor
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.refusing import asks
from services.voucher.settlement.store import award_lines, claim_lines, grants, line_steps
from services.voucher.settlement.store.grants import Grants
from services.voucher.settlement.store.line_steps import Kept
from services.voucher.wallet.domain.appeal import Appeal, AppealState, Asked, Ruling

SUBJECT = "award_appeal"
DECIDE = "award_appeal.decide"
"""The task of a reviewer of the claim's region who had no part in it."""


async def file_award_appeal(
    database: Database, keyed: Keyed, *, permit: Permit, award_claim_id: UUID, asked: Asked
) -> Answer:
    """Appeal the rejection of one's claim in time; one appeal against each rejection.

    NotFound ``award_claim.unknown``; refusals of `domain.appealing.may_appeal` and `appeals.add`, ``document.unknown``.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        claim = await award_claims.read(connection, award_claim_id)
        permit.require("award_claim.unknown", organizations=[claim.payee_id])
        await documents.require_own(connection, asked.document_id, owner=claim.payee_id)
        case, history = await _case(connection, claim, by)
        refused_at = appealing.may_appeal(case, rejected_from=history[-1].from_state)
        filed = Appeal(
            id=new_id(),
            subject_id=claim.id,
            refused_at=refused_at,
            grounds=asked.grounds,
            document_id=asked.document_id,
            client=by.client,
            client_ref=asked.client_ref,
            filed_by=by.person,
            filed_at=case.at,
            due_at=case.due_in(case.scheme.settlement.review_within.value).due_at,
        )
        await appeals.add(connection, filed)
        task = Task(DECIDE, SUBJECT, filed.id, "reviewer", case.at, filed.due_at, region=claim.region)
        await tasks.open_tasks(connection, [task])
        await _tell(connection, case, claim, filed)
        return await idempotency.record(connection, keyed, filed, filed.id)


async def _case(connection: AsyncConnection, claim: AwardClaim, by: Actor) -> tuple[LineCase, list[Kept]]:
    """The line of a claim, locked, with its history, as of now."""
    line = (await claim_lines.lock(connection, [claim.claim_line_id]))[claim.claim_line_id]
    history = (await line_steps.of_lines(connection, [line.id]))[line.id]
    scheme = (await rulebooks.read(connection, [line.scheme_version_id]))[line.scheme_version_id]
    calendar = await parties.working_days(connection)
    case = LineCase(line=line, scheme=scheme, calendar=calendar, by=by, at=await clock.business_now(connection))
    return case, list(history)


async def decide_award_appeal(
    database: Database, keyed: Keyed, *, permit: Permit, appeal_id: UUID, ruling: Ruling
) -> Answer:
    """Dismiss an appeal, or uphold it: the claim is back in review at the stage that rejected it.

    NotFound ``appeal.unknown``; refusals of `Appeal.decided` and `domain.appealing.overtaken`.
    """
    by = acting(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await appeals.read(connection, appeal_id)
        claim = await award_claims.read(connection, seen.subject_id)
        permit.require("appeal.unknown", region=claim.region)
        seen_line = (await claim_lines.read(connection, [claim.claim_line_id]))[claim.claim_line_id]
        held = await grants.hold(connection, [seen_line], besides=await _aid_of(connection, claim))
        case, history = await _case(connection, claim, by)
        filed = await appeals.lock(connection, appeal_id)
        acted = case.line.acted
        decided = filed.decided(ruling, by=by.person, at=case.at, decided_before=acted)
        await appeals.decide(connection, decided)
        await tasks.close_tasks(connection, [appeal_id], at=case.at)
        await _tell(connection, case, claim, decided)
        if decided.state is AppealState.UPHELD:
            await _reinstate(connection, case, claim, held, history=history, words=ruling.words)
        return await idempotency.record(connection, keyed, decided, appeal_id)


async def _aid_of(connection: AsyncConnection, claim: AwardClaim) -> list[CounterKey]:
    """The counters of state aid whose sum decides whether the claim still has room; none where its award is none."""
    scheme = (await rulebooks.read(connection, [claim.scheme_version_id]))[claim.scheme_version_id]
    award, today = award_of(scheme, claim), local_date(await clock.business_now(connection), scheme.zone)
    return aiding.keys(award, await undertakings.counted_with(connection, award, claim.payee_id, today), today)


async def _reinstate(
    connection: AsyncConnection, case: LineCase, claim: AwardClaim, held: Grants, *, history: list[Kept], words: str
) -> None:
    takes = held.takes.get(case.line.id, ())
    refuse_all(appealing.overtaken(case, award_of(case.scheme, claim), takes, held.counters))
    stage = next(one.stage for one in reversed(history) if one.stage is not None)
    step = appealing.reinstated(case, stage=stage, words=words)
    await award_lines.retake(connection, [case.line.id])
    await line_steps.write(connection, [step], now=case.at)
    await grants.keep(connection, held, [step], at=case.at)


async def read_award_appeal(database: Database, *, permit: Permit, appeal_id: UUID) -> Appeal:
    """One appeal: the payee's own, or of a reviewer's region. NotFound ``appeal.unknown``."""
    async with database.read() as connection:
        found = await appeals.read(connection, appeal_id)
        claim = await award_claims.read(connection, found.subject_id)
    permit.require("appeal.unknown", organizations=[claim.payee_id], region=claim.region)
    return found


async def list_award_appeals(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[Appeal]:
    """Up to `limit` of the appeals that the caller may see, newest first."""
    region = permit.bound("region")
    narrowed = replace(
        wanted,
        payee_id=None if isinstance(region, str) else permit.only_organization,
        region=region if isinstance(region, str) else None,
    )
    async with database.read() as connection:
        return await appeals.find(connection, narrowed, before=before, limit=limit)


async def _tell(connection: AsyncConnection, case: LineCase, claim: AwardClaim, appeal: Appeal) -> None:
    said = asks(case)
    numbers = {
        "award_claim_id": show("acl", claim.id),
        "refused_at": appeal.refused_at.isoformat(),
        "words": appeal.words,
    }
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=appeal.id,
        kind=SUBJECT,
        outcome=appeal.state.value,
        actor=case.by.person,
        at=case.at,
        rule=appealing.RULE,
        clause=None if said is None else said.appeal_within.source,
        numbers=numbers,
        scheme_version=claim.scheme_version_id,
        request_id=case.by.request_id,
    )
    await decisions.record(connection, [decision])
    told = Event(
        f"award_appeal.{appeal.state.value}", SUBJECT, show("aap", appeal.id), (claim.payee_id,), numbers, case.at
    )
    await events.append(connection, [told])
