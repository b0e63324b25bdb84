"""Asks for reports on what awards were spent on, takes them, and decides them: what does not count is proposed back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.falling_due import each
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import refuse_all
from services.standards.calendar import local_date
from services.standards.holding import Kind
from services.voucher.awards.domain import spending
from services.voucher.awards.domain.award_claim import AwardClaim, award_of, of_currency
from services.voucher.awards.domain.clawback import Ban
from services.voucher.awards.domain.spending import (
    REMIND_BEFORE,
    Deciding,
    Item,
    ReportState,
    Ruling,
    SpendingReport,
)
from services.voucher.awards.store import award_claims, proposals, reports
from services.voucher.awards.store.reports import Wanted
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.orders import TIMER
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.spans import after_working_days
from services.voucher.settlement.store import claim_lines, legs

BATCH = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A report with what it tells, of whose award, at an instant (UTC). payee: what kind of party that is."""

    report: SpendingReport
    items: tuple[Item, ...]
    claim: AwardClaim
    payee: Kind
    at: datetime

    @property
    def id(self) -> UUID:
        """The report's."""
        return self.report.id


async def submit_report(
    database: Database, keyed: Keyed, *, permit: Permit, report_id: UUID, items: Sequence[Item], currency: str | None
) -> Answer:
    """Hand a report in for the caller's organisation; committed when this returns.

    currency: of the items, None where there are none. NotFound ``spending_report.unknown``; refusals of
    `domain.spending.item_faults`, all at once, and `submit`, ``award.currency``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        report, claim = await _locked(connection, report_id)
        permit.require("spending_report.unknown", organizations=[claim.payee_id])
        sent = await documents.known(connection, [one.document_id for one in items])
        known = {one for one, document in sent.items() if document.organization == claim.payee_id}
        await reports.lock_documents(connection, items)
        now = await clock.business_now(connection)
        submitted = spending.submit(report, by=permit.caller.person, at=now)
        scheme = (await rulebooks.read(connection, [claim.scheme_version_id]))[claim.scheme_version_id]
        since, today = local_date(claim.submitted_at, scheme.zone), local_date(now, scheme.zone)
        foreign = of_currency(claim, currency, pointer="/items")
        twice = spending.told_twice(items, await reports.told_elsewhere(connection, report_id, items))
        faults = spending.item_faults(items, known, since=min(since, claim.on), today=today)
        refuse_all([*foreign, *faults, *twice])
        await reports.save(connection, submitted)
        await reports.add_items(connection, report_id, items)
        by = permit.caller.person
        await reports.keep_step(connection, submitted, claim, award_of(scheme, claim), person=by, at=now)
        (seen_now,) = await _seen(connection, [submitted])
        return await idempotency.record(connection, keyed, seen_now, report_id)


async def decide_report(database: Database, keyed: Keyed, *, permit: Permit, report_id: UUID, ruling: Ruling) -> Answer:
    """Decide a report for the caller's region; what was misspent or not spent is proposed to be asked back.

    NotFound ``spending_report.unknown``; refusals of `domain.spending.decide`.
    """
    by, request_id = permit.caller.person, keyed.attempt.request_id
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await reports.read(connection, report_id)
        line = (await claim_lines.lock(connection, [seen.claim_line_id]))[seen.claim_line_id]
        owed = (await legs.lock_of_lines(connection, [line.id]))[line.id]
        report, claim = await _locked(connection, report_id)
        permit.require("spending_report.unknown", region=claim.region)
        items = (await reports.items_of(connection, [report_id]))[report_id]
        scheme = (await rulebooks.read(connection, [claim.scheme_version_id]))[claim.scheme_version_id]
        deciding = Deciding(
            by=by,
            at=await clock.business_now(connection),
            currency=claim.currency,
            ids=[new_id(), new_id()],
            legs=owed,
            proposed=await proposals.proposed_of(connection, claim.id),
            ban=None if scheme.sanctions is None else Ban(scheme.sanctions.value, scheme.sanctions.source),
        )
        award = award_of(scheme, claim)
        decided = spending.decide(report, items, ruling, award=award, deciding=deciding)
        await reports.save(connection, decided.report)
        await proposals.add(connection, decided.proposals, line, request_id=request_id)
        await reports.keep_step(connection, decided.report, claim, award, person=by, at=deciding.at)
        (seen_now,) = await _seen(connection, [decided.report])
        return await idempotency.record(connection, keyed, seen_now, report_id)


async def _locked(connection: AsyncConnection, report_id: UUID) -> tuple[SpendingReport, AwardClaim]:
    report = await reports.lock(connection, report_id)
    return report, await award_claims.read(connection, report.award_claim_id)


async def read_report(database: Database, *, permit: Permit, report_id: UUID) -> Seen:
    """One report; NotFound ``spending_report.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        (seen,) = await _seen(connection, [await reports.read(connection, report_id)])
    claim = seen.claim
    permit.require("spending_report.unknown", organizations=[claim.payee_id], region=claim.region)
    return seen


async def _seen(connection: AsyncConnection, found: Sequence[SpendingReport]) -> list[Seen]:
    claims = await award_claims.read_all(connection, {one.award_claim_id for one in found})
    items = await reports.items_of(connection, [one.id for one in found])
    lines = await claim_lines.read(connection, [one.claim_line_id for one in found])
    now = await clock.business_now(connection)
    return [
        Seen(one, tuple(items[one.id]), claims[one.award_claim_id], lines[one.claim_line_id].holder_kind, now)
        for one in found
    ]


async def list_reports(
    database: Database, *, permit: Permit, state: ReportState | None, overdue: bool, before: UUID | None, limit: int
) -> list[Seen]:
    """Up to `limit` of the reports that the caller may see, newest first; overdue: only those owed and late."""
    region = permit.bound("region")
    async with database.read() as connection:
        now = await clock.business_now(connection)
        wanted = Wanted(
            payee_id=None if isinstance(region, str) else permit.only_organization,
            region=region if isinstance(region, str) else None,
            state=state,
            overdue_at=now if overdue else None,
        )
        found = await reports.find(connection, wanted, before=before, limit=limit)
        return await _seen(connection, found)


class SpendingTimer:
    """Reports that are owed from the release of an award on, and reminders before they are due."""

    name = "awards.report"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next report is to be opened, or the next payee told."""
        unopened = await reports.unopened(connection, None, limit=1)
        due = [since for _, since in unopened] + [await reports.next_reminder(connection)]
        return min((one for one in due if one is not None), default=None)

    async def run(self, database: Database, upto: datetime) -> int:
        """Open some reports and send some reminders that are due by an instant; answers how many."""
        async with database.read() as connection:
            released = dict(await reports.unopened(connection, upto, limit=BATCH))
        opened = await each(self.name, released, partial(_open, database, released))
        return opened + await _remind(database, upto)


async def _open(database: Database, released: dict[UUID, datetime], award_claim_id: UUID) -> None:
    """The report of an award, owed as of its release; another worker may have been faster."""
    at = released[award_claim_id]
    async with database.begin() as connection:
        claim = await award_claims.read(connection, award_claim_id)
        line = (await claim_lines.lock(connection, [claim.claim_line_id]))[claim.claim_line_id]
        if await reports.there(connection, claim.id):
            return
        scheme = (await rulebooks.read(connection, [claim.scheme_version_id]))[claim.scheme_version_id]
        calendar = await parties.working_days(connection)
        due = after_working_days(claim.report_within or 0, scheme=scheme, at=at, calendar=calendar)
        report = SpendingReport(
            id=new_id(),
            award_claim_id=claim.id,
            claim_line_id=claim.claim_line_id,
            state=ReportState.OWED,
            owed=line.approved or 0,
            opened_at=at,
            due_on=due.due_on,
            due_at=due.due_at,
            remind_at=max(at, due.due_at - REMIND_BEFORE),
        )
        await reports.add(connection, [report])
        await reports.keep_step(connection, report, claim, award_of(scheme, claim), person=TIMER.person, at=at)


async def _remind(database: Database, upto: datetime) -> int:
    async with database.begin() as connection:
        due = await reports.to_remind(connection, upto, limit=BATCH)
        claims = await award_claims.read_all(connection, {one.award_claim_id for one in due})
        for one in due:
            await reports.save(connection, replace(one, remind_at=None))
            told = claims[one.award_claim_id]
            await reports.tell(connection, one, told, "spending_report.due_soon", at=one.remind_at or upto)
    return len(due)
