"""Takes corrections of returned applications, and ends those that nobody corrected: the number stays what it was."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.falling_due import each
from services.chassis.idempotency import Answer, Keyed
from services.chassis.refusals import refuse_all
from services.voucher.wallet.domain import form, reviewing
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.form import Answers
from services.voucher.wallet.domain.reviewing import Case
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.operations import forms
from services.voucher.wallet.operations.applications import Seen
from services.voucher.wallet.operations.under_review import By, Step, cases, keep
from services.voucher.wallet.store import applications, rounds

BATCH = 50
TIMER = By("timer:wallet.correction")


async def correct_application(
    database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID, answers: Answers | None
) -> Answer:
    """Answer a return: with the form filled in anew, or as it was; back at the stage that asked, with the number.

    NotFound ``application.unknown``; refusals ``application.not_returned``, of the form, ``round.calendar_not_loaded``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = await applications.read(connection, application_id)
        permit.require("application.unknown", organizations=[found.holder_id])
        of = await rounds.share(connection, found.round_id)
        case = await _locked(connection, of, application_id)
        back = reviewing.corrected(case, state=state_of(case, of))
        said = back.answers if answers is None else answers
        refuse_all(await forms.against(connection, case.scheme, said, holder_id=back.holder_id, whole=True))
        after = replace(back, answers=said, project=form.project(case.asks.form, said or {}))
        await keep(connection, of, [_step(case, after, kind="correct")], by=By.of(permit, keyed))
        return await idempotency.record(connection, keyed, Seen(after, of, None, case.at), application_id)


def state_of(case: Case, of: Round) -> ApplicationState:
    """The state of a case at its instant, whether or not the timers have run."""
    one = case.application
    if one.state is ApplicationState.RETURNED and one.due_at is not None and case.at >= one.due_at:
        return ApplicationState.REJECTED
    return one.state_at(case.at, allocation_ends=of.allocate_until_ends)


async def _locked(connection: AsyncConnection, of: Round, application_id: UUID) -> Case:
    locked = await applications.lock(connection, application_id)
    (case,) = await cases(connection, of, [locked], at=await clock.business_now(connection))
    return case


def _step(case: Case, after: Application, *, kind: str) -> Step:
    rule = case.asks.correction_within
    return Step(case, after, kind=kind, rule="applications.correction_within", clause=rule.source)


class CorrectionTimer:
    """The end of the time for corrections: who was not heard of is rejected as of it, and told why."""

    name = "wallet.correction"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next correction is overdue."""
        return await applications.next_correction(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Reject one batch of what is due at or before an instant, each for itself; answers how many that was."""
        async with database.read() as connection:
            due = await applications.returned_late(connection, upto=upto, limit=BATCH)
        return await each(self.name, due, lambda one: _end(database, one))


async def _end(database: Database, application_id: UUID) -> None:
    """Reject what is still returned, as of the instant at which its time was over; locks in the house's order."""
    async with database.begin() as connection:
        found = await applications.read(connection, application_id)
        of = await rounds.share(connection, found.round_id)
        case = await _locked(connection, of, application_id)
        due_at = case.application.due_at
        if case.application.state is ApplicationState.RETURNED and due_at is not None and due_at <= case.at:
            late = replace(case, at=due_at)
            await keep(connection, of, [_step(late, reviewing.unanswered(late), kind="no_answer")], by=TIMER)
