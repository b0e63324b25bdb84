"""Remembers reports on spending, with their items and whose task each is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.refusals import NotFound
from services.chassis.regions import lies_in
from services.chassis.tasks import Task
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.domain.spending import Item, ReportState, SpendingReport, told
from services.voucher.awards.store.award_claims import CLAIMS
from services.voucher.awards.store.tables import SpendingItems, SpendingReports
from services.voucher.scheme.domain.awards import Award
from services.voucher.scheme.domain.rule import Rule
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store.claim_lines import LINES

REPORTS = SpendingReports.__table__
ITEMS = SpendingItems.__table__
SUBJECT = "spending_report"
REPORT, DECIDE = "spending.report", "spending.decide"
"""The task of the payee while a report is owed, and of its region's reviewers once it is there."""


async def add(connection: AsyncConnection, reports: Sequence[SpendingReport]) -> None:
    """Write reports that are owed from now on; one that is there stays as it is."""
    rows = [{**asdict(one), "state": one.state.value} for one in reports]
    await bulk.insert_all(connection, REPORTS, rows, unless_there=True)


async def save(connection: AsyncConnection, report: SpendingReport) -> None:
    """Write back what may change of a locked report."""
    decided = ("decided_at", "decided_by", "spent", "misspent", "reason")
    changing = ("owed", "remind_at", "submitted_at", "submitted_by", *decided)
    values = {name: getattr(report, name) for name in changing} | {"state": report.state.value}
    await connection.execute(update(REPORTS).where(REPORTS.c.id == report.id).values(values))


async def add_items(connection: AsyncConnection, report_id: UUID, items: Sequence[Item]) -> None:
    """Write what a report tells."""
    await bulk.insert_all(connection, ITEMS, [{"report_id": report_id, **asdict(one)} for one in items])


_LOCK = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('spending ' || one, 0))
    FROM (SELECT DISTINCT unnest(CAST(:documents AS uuid[])) AS one ORDER BY one) AS of_items
""")


async def lock_documents(connection: AsyncConnection, items: Collection[Item]) -> None:
    """Lock the documents of items, in the order of their ids, against other reports that tell of them."""
    await connection.execute(_LOCK, {"documents": [one.document_id for one in items]})


async def told_elsewhere(connection: AsyncConnection, report_id: UUID, items: Collection[Item]) -> set[int]:
    """The numbers of those items that another report told already: on the same day, by the same document and sum."""
    columns = (ITEMS.c.document_id, ITEMS.c.spent_on, ITEMS.c.amount)
    of_documents = ITEMS.c.document_id.in_({one.document_id for one in items})
    rows = await connection.execute(select(*columns).where(of_documents, ITEMS.c.report_id != report_id))
    told = {tuple(row) for row in rows}
    return {one.number for one in items if (one.document_id, one.spent_on, one.amount) in told}


async def items_of(connection: AsyncConnection, report_ids: Collection[UUID]) -> dict[UUID, list[Item]]:
    """What each of these reports tells, in its order."""
    statement = select(ITEMS).where(ITEMS.c.report_id.in_(report_ids)).order_by(ITEMS.c.report_id, ITEMS.c.number)
    found: dict[UUID, list[Item]] = {one: [] for one in report_ids}
    names = tuple(Item.__dataclass_fields__)
    for row in (await connection.execute(statement)).mappings():
        found[row["report_id"]].append(Item(**{name: row[name] for name in names}))
    return found


async def read(connection: AsyncConnection, report_id: UUID) -> SpendingReport:
    """One report; NotFound ``spending_report.unknown``."""
    return await _one(connection, select(REPORTS).where(REPORTS.c.id == report_id))


async def lock(connection: AsyncConnection, report_id: UUID) -> SpendingReport:
    """One report, locked until the transaction ends; NotFound ``spending_report.unknown``."""
    return await _one(connection, select(REPORTS).where(REPORTS.c.id == report_id).with_for_update(key_share=True))


async def to_remind(connection: AsyncConnection, upto: datetime, *, limit: int) -> list[SpendingReport]:
    """Reports whose payees are to be told by an instant, locked; those that somebody else holds are left out."""
    due = (REPORTS.c.state == ReportState.OWED.value) & (REPORTS.c.remind_at <= upto)
    statement = select(REPORTS).where(due).order_by(REPORTS.c.remind_at, REPORTS.c.id).limit(limit)
    return await _all(connection, statement.with_for_update(key_share=True, skip_locked=True))


async def next_reminder(connection: AsyncConnection) -> datetime | None:
    """When the next payee is told."""
    statement = select(func.min(REPORTS.c.remind_at)).where(REPORTS.c.state == ReportState.OWED.value)
    found: datetime | None = (await connection.execute(statement)).scalar_one()
    return found


async def unopened(connection: AsyncConnection, upto: datetime | None, *, limit: int) -> list[tuple[UUID, datetime]]:
    """Claims whose awards owe a report that is not opened, released by an instant (None: ever), and since when."""
    there = exists().where(REPORTS.c.award_claim_id == CLAIMS.c.id)
    owes = CLAIMS.c.report_within.is_not(None) & (LINES.c.state == LineState.RELEASED.value) & ~there
    statement = (
        select(CLAIMS.c.id, LINES.c.entered_at)
        .join(LINES, LINES.c.id == CLAIMS.c.claim_line_id)
        .where(owes if upto is None else owes & (LINES.c.entered_at <= upto))
        .order_by(LINES.c.entered_at, CLAIMS.c.id)
    )
    return [(row.id, row.entered_at) for row in await connection.execute(statement.limit(limit))]


async def lock_of(connection: AsyncConnection, award_claim_id: UUID) -> SpendingReport | None:
    """The report of an award, locked after its line; None where it owes none, or none yet."""
    statement = select(REPORTS).where(REPORTS.c.award_claim_id == award_claim_id).with_for_update(key_share=True)
    return next(iter(await _all(connection, statement)), None)


async def there(connection: AsyncConnection, award_claim_id: UUID) -> bool:
    """Whether an award has its report, owed or not."""
    found = select(exists().where(REPORTS.c.award_claim_id == award_claim_id))
    return bool((await connection.execute(found)).scalar_one())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports to list; None means any. overdue_at: only those that are owed and late by an instant."""

    payee_id: UUID | None = None
    region: str | None = None
    state: ReportState | None = None
    overdue_at: datetime | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[SpendingReport]:
    """Up to `limit` reports, newest first, opened before the one given."""
    statement = select(REPORTS).join(CLAIMS, CLAIMS.c.id == REPORTS.c.award_claim_id)
    statement = statement.order_by(REPORTS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(REPORTS.c.id < before)
    if wanted.payee_id is not None:
        statement = statement.where(CLAIMS.c.payee_id == wanted.payee_id)
    if wanted.region is not None:
        statement = statement.where(lies_in(CLAIMS.c.region, wanted.region))
    if wanted.state is not None:
        statement = statement.where(REPORTS.c.state == wanted.state.value)
    if wanted.overdue_at is not None:
        late = (REPORTS.c.state == ReportState.OWED.value) & (REPORTS.c.due_at <= wanted.overdue_at)
        statement = statement.where(late)
    return await _all(connection, statement)


async def keep_step(
    connection: AsyncConnection, report: SpendingReport, claim: AwardClaim, award: Award, *, person: str, at: datetime
) -> None:
    """How far a report has come: why, by which clause, told to its payee, and whose task it is from now on."""
    said = told(report, claim.currency)
    of_use: tuple[str, Rule[Any] | None] = ("award.spend_on", award.spend_on)
    rule, written = ("award.report_within", award.report_within) if report.decided_by is None else of_use
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=report.id,
        kind=SUBJECT,
        outcome=report.state.value,
        actor=person,
        at=at,
        rule=rule,
        clause=award.source if written is None else written.source,
        numbers={**said, "award_claim_id": show("acl", claim.id), "reason": report.reason},
        scheme_version=claim.scheme_version_id,
    )
    await decisions.record(connection, [decision])
    await tell(connection, report, claim, f"spending_report.{report.state.value}", at=at)
    await tasks.close_tasks(connection, [report.id], at=at)
    await tasks.open_tasks(connection, _tasks(report, claim, at))


async def tell(
    connection: AsyncConnection, report: SpendingReport, claim: AwardClaim, event: str, *, at: datetime
) -> None:
    """Tell the payee of its report."""
    data = {**told(report, claim.currency), "award_claim_id": show("acl", claim.id)}
    await events.append(connection, [Event(event, SUBJECT, show("spr", report.id), (claim.payee_id,), data, at)])


def _tasks(report: SpendingReport, claim: AwardClaim, at: datetime) -> list[Task]:
    if report.state is ReportState.OWED:
        role = "space" if claim.space_id is not None else "holder"
        return [Task(REPORT, SUBJECT, report.id, role, at, report.due_at, organization=claim.payee_id)]
    if report.state is ReportState.SUBMITTED:
        return [Task(DECIDE, SUBJECT, report.id, "reviewer", at, region=claim.region)]
    return []


async def _one(connection: AsyncConnection, statement: Select[Any]) -> SpendingReport:
    found = await _all(connection, statement)
    if not found:
        raise NotFound("spending_report.unknown")
    return found[0]


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[SpendingReport]:
    return [_report(row) for row in (await connection.execute(statement)).mappings()]


def _report(row: Mapping[Any, Any]) -> SpendingReport:
    fields = {name: row[name] for name in SpendingReport.__dataclass_fields__}
    return SpendingReport(**{**fields, "state": ReportState(row["state"])})
