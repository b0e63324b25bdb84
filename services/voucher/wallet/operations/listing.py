"""Takes lists of applications that a bureau hands in on behalf of holders: a job in batches, judged row by row.

What a row comes to is told at the job: a good one is a submitted application, a bad one is told with all its faults. A
row that was carried out already is found there, so the same list twice makes nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents, events, idempotency, jobs, tasks
from services.chassis.attempts import reason_json
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.voucher.directory.store import parties
from services.voucher.wallet.domain.lists import ApplicationList, Read, Row, of_file, read
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import LIST, ListState
from services.voucher.wallet.operations import errands, list_rows
from services.voucher.wallet.operations.errands import Errand
from services.voucher.wallet.operations.list_rows import Judged
from services.voucher.wallet.store import lists, rounds

JOB = "take_list"
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A list as it was handed in: the number of the document behind it, and its rows or the CSV file sent before."""

    document: str
    currency: str
    dry_run: bool
    rows: tuple[Row, ...]
    file: UUID | None


@dataclass(frozen=True, slots=True)
class Taking(Errand):
    """What the job is to do: one list of a round."""

    list_id: UUID


async def request(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked) -> Answer:
    """Take a list inside the round's window and put its rows on the table of jobs.

    NotFound ``round.unknown``, ``document.unknown``; refusals of the window, ``application.currency``,
    ``list.under_way``, ``list.file``, ``list.empty``, ``list.too_long``, ``directory.too_old``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.share(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        rows = asked.rows if asked.file is None else await _file(connection, permit, asked.file)
        now = await clock.business_now(connection)
        refuse_all([*of.window_reasons(now, drafting=False), *(await parties.age(connection)).reasons()])
        if asked.currency != of.currency:
            raise Refusal("application.currency", pointer="/currency", numbers={"currency": of.currency})
        taken = ApplicationList(
            id=new_id(),
            round_id=round_id,
            document=asked.document,
            currency=asked.currency,
            dry_run=asked.dry_run,
            rows=rows,
            state=ListState.TAKEN,
            client=permit.caller.subject,
            handed_in_by=permit.caller.person,
            handed_in_at=now,
        )
        await lists.add(connection, taken)
        told = errands.payload(keyed, permit=permit, round_id=round_id, list_id=str(taken.id), rows=len(rows))
        job = await jobs.enqueue(connection, JOB, told, actor=keyed.attempt.caller)
        await tasks.open_tasks(connection, [_task(of, taken)])
        await events.append(connection, [_event(of, taken, "handed_in", {"job_id": show("job", job.id)}, at=now)])
        return await idempotency.record(connection, keyed, job, taken.id)


async def _file(connection: AsyncConnection, permit: Permit, document_id: UUID) -> tuple[Row, ...]:
    """The rows of a file that the caller sent."""
    found = await documents.read(connection, document_id)
    if found.sent_by != permit.caller.subject:
        raise NotFound("document.unknown")
    return of_file(await documents.content(connection, document_id))


async def carry_out(run: jobs.Run) -> dict[str, Any]:
    """The job: batch after batch until every row was looked at; its report counts them and names every fault."""
    taking = Taking.of(run.job, list_id=UUID(run.job.payload["list_id"]))
    while await take_batch(run, taking):
        pass
    return run.job.checkpoint


async def take_batch(run: jobs.Run, taking: Taking) -> bool:
    """Judge the next rows in one transaction and make applications of the good ones; whether there are more.

    All rows are read for each batch, ten thousand at the most: whom an earlier one named is a fault of a later one.
    Refusal ``directory.too_old``, upon which the job may be resumed.
    """
    async with run.database.begin() as connection:
        of = await rounds.share(connection, taking.round_id)
        if of.first_come:
            # numbers are drawn in the order in which the pool is given out
            await rounds.lock_pool(connection, of.id, POOL_CLASS)
        one = await lists.lock(connection, taking.list_id)
        start = run.job.checkpoint.get("rows", 0)
        rows = read(one)[start : start + BATCH]
        judged = await list_rows.carry_out(connection, of, one, rows, request_id=taking.request_id)
        report = _report(run.job, one, rows, judged)
        await run.progress(connection, done=report["rows"], total=len(one.rows), checkpoint=report)
        if report["rows"] == len(one.rows):
            await _end(connection, of, one, report)
    return bool(report["rows"] < len(one.rows))


def _report(job: jobs.Job, one: ApplicationList, rows: Sequence[Read], judged: Sequence[Judged]) -> dict[str, Any]:
    """What the rows up to here came to. good: became applications, or would but for the dry run."""
    so_far = job.checkpoint
    faulty = [row for row in judged if row.reasons]
    there = sum(1 for row in judged if row.there)
    return {
        "list_id": show("lst", one.id),
        "dry_run": one.dry_run,
        "rows": so_far.get("rows", 0) + len(rows),
        "good": so_far.get("good", 0) + len(judged) - len(faulty) - there,
        "there": so_far.get("there", 0) + there,
        "faulty": so_far.get("faulty", 0) + len(faulty),
        "faults": [
            *so_far.get("faults", []),
            *(_fault(one.rows[row.row - 1], reason) for row in faulty for reason in row.reasons),
        ],
    }


def _fault(row: Row, reason: Reason) -> dict[str, Any]:
    """A fault of a row with what was found in its cell; its message is told in the language of whoever reads it."""
    return {"row": row.row, **reason_json(reason), "found": row.found(reason.pointer)}


async def _end(connection: AsyncConnection, of: Round, one: ApplicationList, report: dict[str, Any]) -> None:
    now = await clock.business_now(connection)
    await lists.end(connection, one.id, at=now)
    await tasks.close_tasks(connection, [one.id], at=now, kind=LIST)
    told = {name: report[name] for name in ("good", "there", "faulty")}
    await events.append(connection, [_event(of, one, "taken", told, at=now)])


def _task(of: Round, one: ApplicationList) -> tasks.Task:
    return tasks.Task(
        kind=LIST,
        subject_kind="list",
        subject_id=one.id,
        role="operator",
        opened_at=one.handed_in_at,
        due_at=of.results_by_ends,
        bureau=of.bureau,
    )


def _event(of: Round, one: ApplicationList, kind: str, told: dict[str, Any], *, at: datetime) -> Event:
    about = {"round_id": show("rnd", of.id), "document": one.document, "dry_run": one.dry_run, "rows": len(one.rows)}
    return Event(f"list.{kind}", "list", show("lst", one.id), (), {**about, **told}, at)
