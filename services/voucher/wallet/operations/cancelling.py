"""Cancels a round before anything is issued: who applied is told so, and what its lines gave goes back to them."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.attempts import reason_json
from services.chassis.database import may_last
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.journal import HOUSE_ZONE, Journal
from services.voucher.ledger.store import journals, lines
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import over_issue
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.notice import Notice
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.operations import allowances
from services.voucher.wallet.operations.under_review import By
from services.voucher.wallet.store import applications, over_issues, rounds
from services.voucher.wallet.store.over_issues import Booking

BATCH = 1_000


async def lock_line(connection: AsyncConnection, round_id: UUID) -> BudgetLine | None:
    """The line that funded a round, locked before the round is; None while none did. NotFound ``round.unknown``."""
    of = await rounds.read(connection, round_id)
    return None if of.budget_line_id is None else await lines.lock(connection, of.budget_line_id)


async def cancel(
    connection: AsyncConnection, of: Round, line: BudgetLine | None, notice: Notice, *, by: By, at: datetime
) -> Round:
    """End a locked round that issued nothing, upon a published notice; the round as it is then, not written.

    Refusal ``notice.funded_meanwhile``: its line was not locked before it.
    """
    if line is None and of.budget_line_id is not None:
        raise Refusal("notice.funded_meanwhile", rule="allocation.window")
    after = of if line is None else await _give_back(connection, of, line, notice, by=by, at=at)
    await _tell_applicants(connection, of, notice, by=by, at=at)
    await tasks.close_tasks(connection, [of.id], at=at)
    return after


async def _give_back(
    connection: AsyncConnection, of: Round, line: BudgetLine, notice: Notice, *, by: By, at: datetime
) -> Round:
    """What was never backed goes first (row 3 reversed), the rest to its line (row 2 reversed)."""
    pool = await rounds.lock_pool(connection, of.id, POOL_CLASS)
    day, request_id = local_date(at, HOUSE_ZONE), by.request_id or show("rnd", of.id)
    beyond = over_issue.voided(of, pool.balance)
    if beyond.posting is not None:
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        booking = Booking(by=by.person, at=at, value_on=day, request_id=request_id, clause=scheme.backing.source)
        await over_issues.book(connection, beyond.round, beyond.posting, booking)
        pool = pool.after([beyond.posting], at=at)
    amount, funding = pool.balance, line.funding(of.id)
    posting = postings.return_to_line(pool_class=POOL_CLASS, amount=amount, funding=funding)
    await lines.save(connection, line.after(posting))
    journal = Journal(
        id=new_id(),
        posting=posting,
        booked_at=at,
        value_on=day,
        actor=by.person,
        request_id=request_id,
        subject_kind="round",
        subject_id=of.id,
    )
    await journals.append(connection, [journal])
    told = {"amount": format_amount(amount, of.currency), "document": notice.document}
    event = Event("round.budget_returned", "round", show("rnd", of.id), (), told, at)
    await events.append(connection, [event])
    await rounds.save_pool(connection, replace(pool, balance=0))
    return beyond.round


async def _tell_applicants(connection: AsyncConnection, of: Round, notice: Notice, *, by: By, at: datetime) -> None:
    """Whoever applied is turned down for the words of the notice, which counts against no cap; drafts are withdrawn."""
    await may_last(connection)  # all of a round's applications end with it, however many there are
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    turned_down = list[Application]()
    while left := await applications.lock_unfinished(connection, of.id, BATCH):
        ended = [_ended(one, notice, at=at) for one in left]
        await applications.save(connection, ended)
        await tasks.close_tasks(connection, [one.id for one in ended], at=at)
        await decisions.record(connection, [_decision(of, one, notice, by=by, at=at) for one in ended])
        await events.append(connection, [_event(of, one, at=at) for one in ended])
        turned_down += ended
    await allowances.give_back(connection, scheme, turned_down)


def _ended(one: Application, notice: Notice, *, at: datetime) -> Application:
    if one.state is ApplicationState.DRAFT:
        return one.finished(at=at)
    return one.rejected([notice.reason()], at=at)


def _decision(of: Round, one: Application, notice: Notice, *, by: By, at: datetime) -> Decision:
    return Decision(
        subject_kind="application",
        subject_id=one.id,
        kind="cancel",
        outcome=one.state.value,
        actor=by.person,
        at=at,
        rule="allocation.window",
        clause=notice.document,
        numbers={"number": one.number},
        scheme_version=of.scheme_version_id,
        request_id=by.request_id,
    )


def _event(of: Round, one: Application, *, at: datetime) -> Event:
    told = {"round_id": show("rnd", of.id), "reasons": [reason_json(reason) for reason in one.reasons]}
    return Event(f"application.{one.state.value}", "application", show("app", one.id), (one.holder_id,), told, at)
