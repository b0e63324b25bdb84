"""Takes appeals against refusals, and lets a reviewer decide them who has no earlier part in the case."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, documents, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal, refuse_all
from services.chassis.tasks import Task
from services.voucher.wallet.domain import appeal as domain
from services.voucher.wallet.domain import reviewing
from services.voucher.wallet.domain.appeal import DECIDE, Appeal, AppealState, Asked, Ruling
from services.voucher.wallet.domain.reviewing import Case
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ISSUE, ApplicationState
from services.voucher.wallet.operations import allowances, letting_in
from services.voucher.wallet.operations import rounds as round_operations
from services.voucher.wallet.operations.reviewing import ground
from services.voucher.wallet.operations.under_review import By, Step, cases, keep
from services.voucher.wallet.store import appeals, applications, rounds
from services.voucher.wallet.store.appeals import Wanted

SUBJECT = "appeal"


async def file_appeal(
    database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID, asked: Asked
) -> Answer:
    """Appeal the refusal of one's application in time; one appeal against each refusal.

    NotFound ``application.unknown``; refusals of `domain.appeal.may_appeal` and `appeals.add`, ``document.unknown``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = await applications.read(connection, application_id)
        permit.require("application.unknown", organizations=[found.holder_id])
        of = await rounds.share(connection, found.round_id)
        locked = await applications.lock(connection, application_id)
        await documents.require_own(connection, asked.document_id, owner=locked.holder_id)
        now = await clock.business_now(connection)
        (case,) = await cases(connection, of, [locked], at=now)
        refused_at = domain.may_appeal(locked, case.scheme, case.calendar, at=now)
        filed = Appeal(
            id=new_id(),
            subject_id=application_id,
            refused_at=refused_at,
            grounds=asked.grounds,
            document_id=asked.document_id,
            client=permit.caller.subject,
            client_ref=asked.client_ref,
            filed_by=permit.caller.person,
            filed_at=now,
            due_at=reviewing.due(case, case.asks.review_within),
        )
        await appeals.add(connection, filed)
        task = Task(DECIDE, SUBJECT, filed.id, "reviewer", now, filed.due_at, region=locked.region)
        await tasks.open_tasks(connection, [task])
        await _tell(connection, of, case, filed, by=By.of(permit, keyed))
        return await idempotency.record(connection, keyed, filed, filed.id)


async def decide_appeal(database: Database, keyed: Keyed, *, permit: Permit, appeal_id: UUID, ruling: Ruling) -> Answer:
    """Dismiss an appeal, or uphold it: the application is back where it was, with its number.

    NotFound ``appeal.unknown``; refusals of `Appeal.decided`, ``appeal.other_application``, ``appeal.cap_used`` where
    its party has applied elsewhere as often as it may since.
    """
    by = By.of(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await appeals.read(connection, appeal_id)
        found = await applications.read(connection, seen.subject_id)
        permit.require("appeal.unknown", region=found.region)
        of = await rounds.lock(connection, found.round_id)
        await letting_in.lock_pool(connection, of)
        locked = await applications.lock(connection, found.id)
        filed = await appeals.lock(connection, appeal_id)
        now = await clock.business_now(connection)
        (case,) = await cases(connection, of, [locked], at=now)
        before = {one.actor for one in await decisions.of_subject(connection, locked.id)}
        decided = filed.decided(ruling, by=by.person, at=now, decided_before=before)
        await appeals.decide(connection, decided)
        await tasks.close_tasks(connection, [appeal_id], at=now)
        await _tell(connection, of, case, decided, by=by)
        if decided.state is AppealState.UPHELD:
            await _reinstate(connection, of, case, decided, by=by)
        return await idempotency.record(connection, keyed, decided, appeal_id)


async def _reinstate(connection: AsyncConnection, of: Round, case: Case, appeal: Appeal, *, by: By) -> None:
    one = case.application
    if await applications.live_of(connection, of.id, one.quota_root_id) is not None:
        raise Refusal("appeal.other_application", rule="allocation.one_live_application")
    refuse_all(await allowances.too_many(connection, case.scheme, one))
    after = domain.reinstated(one, await ground(connection, of, case))
    rule = case.asks.appeal_within
    numbers = {"appeal_id": show("apl", appeal.id), "rank": after.rank, "words": appeal.words}
    step = Step(case, after, kind="reinstate", rule="applications.appeal_within", clause=rule.source, numbers=numbers)
    await keep(connection, of, [step], by=by)
    await allowances.take(connection, case.scheme, [after])
    await letting_in.serve(connection, of, case.scheme, [after], by=by, at=case.at)
    if after.state is ApplicationState.APPROVED:
        task = round_operations.task(of, ISSUE, at=case.at, due_at=of.allocate_until_ends)
        await tasks.open_tasks(connection, [task])


async def read_appeal(database: Database, *, permit: Permit, appeal_id: UUID) -> Appeal:
    """One appeal: the holder's own, of a reviewer's region or an operator's bureau. NotFound ``appeal.unknown``."""
    async with database.read() as connection:
        found = await appeals.read(connection, appeal_id)
        one = await applications.read(connection, found.subject_id)
        of = await rounds.read(connection, one.round_id)
        permit.require("appeal.unknown", organizations=[one.holder_id], region=one.region, bureau=of.bureau)
        return found


async def list_appeals(database: Database, *, wanted: Wanted, before: UUID | None, limit: int) -> list[Appeal]:
    """Up to `limit` of the appeals that the caller may see, newest first."""
    async with database.read() as connection:
        return await appeals.find(connection, wanted, before=before, limit=limit)


async def _tell(connection: AsyncConnection, of: Round, case: Case, appeal: Appeal, *, by: By) -> None:
    rule = case.asks.appeal_within
    numbers = {
        "application_id": show("app", appeal.subject_id),
        "refused_at": appeal.refused_at.isoformat(),
        "words": appeal.words,
    }
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=appeal.id,
        kind=SUBJECT,
        outcome=appeal.state.value,
        actor=by.person,
        at=case.at,
        rule="applications.appeal_within",
        clause=rule.source,
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=by.request_id,
    )
    await decisions.record(connection, [decision])
    audience = (case.application.holder_id,)
    told = Event(f"appeal.{appeal.state.value}", SUBJECT, show("apl", appeal.id), audience, numbers, case.at)
    await events.append(connection, [told])
