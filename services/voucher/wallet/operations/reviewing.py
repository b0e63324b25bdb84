"""Reviews applications: a reviewer of the region and stage says his word, and the last one lets them into the queue."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import refuse_all
from services.voucher.wallet.domain import appeal, reviewing
from services.voucher.wallet.domain.appeal import Ground
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.reviewing import Case, Said, Word, faults
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from services.voucher.wallet.operations import letting_in
from services.voucher.wallet.operations.applications import Seen
from services.voucher.wallet.operations.under_review import By, Step, cases, keep
from services.voucher.wallet.store import application_reviews, applications, rounds


async def review_application(
    database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID, word: Word
) -> Answer:
    """Say one's word to an application at one's stage; committed when this returns.

    NotFound ``application.unknown`` outside the caller's region; refusals of `domain.reviewing.faults`, all at once;
    ``round.calendar_not_loaded``.
    """
    by = By.of(permit, keyed)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = await applications.read(connection, application_id)
        permit.require("application.unknown", region=found.region)
        of = await rounds.lock(connection, found.round_id)
        await letting_in.lock_pool(connection, of)
        locked = await applications.lock(connection, application_id)
        now = await clock.business_now(connection)
        (case,) = await cases(connection, of, [locked], at=now)
        state = locked.state_at(now, allocation_ends=of.allocate_until_ends)
        refuse_all(list(faults(case, word, person=by.person, own_stage=permit.caller.stage, state=state)))
        said = _said(case, word, by=by)
        ((_, after),) = await in_line(connection, of, [(case, reviewing.review(case, word, said=said))])
        await application_reviews.add(connection, said)
        await keep(connection, of, [_step(case, said, after)], by=by)
        (served,) = await letting_in.serve(connection, of, case.scheme, [after], by=by, at=now)
        return await idempotency.record(connection, keyed, Seen(served, of, None, now), application_id)


def _said(case: Case, word: Word, *, by: By) -> Said:
    return Said(
        id=new_id(),
        application_id=case.application.id,
        turn=case.application.turn,
        stage=case.stage,
        seat=len(case.votes) + 1,
        answer=word.answer,
        reason=word.reason,
        words=word.words,
        points=word.points,
        person=by.person,
        at=case.at,
        request_id=by.request_id,
    )


def _step(case: Case, said: Said, after: Application) -> Step:
    waits = after.state is ApplicationState.IN_REVIEW and after.stage == case.stage
    numbers = {"seat": said.seat, "answer": said.answer.value, "points": said.points, "words": said.words}
    return Step(
        case,
        after,
        kind="review",
        rule="applications.second_review" if waits else "applications.review",
        clause=case.asks.review.source,
        numbers={**numbers, "reason": said.reason},
        outcome="answered" if waits else None,
        told=not waits,
    )


async def in_line(
    connection: AsyncConnection, of: Round, steps: Sequence[tuple[Case, Application]]
) -> list[tuple[Case, Application]]:
    """Cases after a step, under the round's lock: who is through his review stands behind whoever was ranked, one after
    the other in the order given.
    """
    late = [case for case, after in steps if after.state is ApplicationState.REVIEWED]
    if not late or RoundState.RUNNING not in (of.state, of.resumes_to):
        return list(steps)
    last = await applications.last_rank(connection, of.id)
    found = await ground(connection, of, late[0])
    ranks = {case.application.id: last + place for place, case in enumerate(late, start=1)}

    def placed(case: Case, after: Application) -> Application:
        if after.id not in ranks:
            return after
        return appeal.behind(after, replace(found, said=case.said), rank=ranks[after.id])

    return [(case, placed(case, after)) for case, after in steps]


async def ground(connection: AsyncConnection, of: Round, case: Case) -> Ground:
    """What an application that comes late finds of its round, under the round's lock. ``round.calendar_not_loaded``."""
    serving = await applications.anyone(connection, of.id, ApplicationState.APPROVED)
    return Ground(
        scheme=case.scheme,
        round_state=of.state_at(case.at),
        said=case.said,
        serving=serving,
        review_due=reviewing.due(case, case.asks.review_within),
        at=case.at,
    )
