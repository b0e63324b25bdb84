"""Writes what lines of a statement were understood as: every kind of row once for all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.ledger.store import journals
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.domain.deposit import Deposit
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.domain.refund import Refund
from services.voucher.payout.store import batches, deposit_records, funding_records, fundings, pay_tasks, payouts
from services.voucher.reconciliation.domain.booking import SUBJECT, Booked, Hand
from services.voucher.reconciliation.domain.line import (
    RESOLVE,
    RESOLVE_WITHIN,
    MatchKind,
    StatementLine,
    StatementLineState,
)
from services.voucher.reconciliation.store import statement_lines
from services.voucher.settlement.domain.claim import LegState
from services.voucher.settlement.domain.escrow import Escrow
from services.voucher.settlement.store import escrows as store
from services.voucher.settlement.store import legs, noting

HOUSE = "house rule"
_PREFIXES = {
    MatchKind.PAYOUT: "pyt",
    MatchKind.RETURN: "pyt",
    MatchKind.FUNDING: "fnd",
    MatchKind.DEPOSIT: "dep",
    MatchKind.REFUND: "rfd",
}


async def write(
    connection: AsyncConnection,
    booked: Sequence[Booked],
    hand: Hand,
    *,
    sent_in: Collection[Batch],
    escrows: Mapping[UUID, Escrow] = MappingProxyType({}),
) -> None:
    """Everything the lines moved, in the order given; what moved twice is written as it stands at the end.

    sent_in: the batches of the payouts that they moved, escrows: what the deposits fill; both locked.
    """
    await journals.append(connection, [one.journal for one in booked])
    await statement_lines.save(connection, [one.line for one in booked])
    await _payments(connection, booked, hand, sent_in)
    await _fundings(connection, booked, hand)
    await _of_holders(connection, booked, hand, escrows)
    await _tasks(connection, booked, hand)
    await decisions.record(connection, [_decision(one.line, hand) for one in booked])
    await events.append(connection, [_event(one.line, hand) for one in booked])


async def _payments(
    connection: AsyncConnection, booked: Sequence[Booked], hand: Hand, sent_in: Collection[Batch]
) -> None:
    moved = [one.payout for one in booked if one.payout is not None]
    last = {one.id: one for one in moved}
    touched = {one.leg.id: one.leg for one in booked if one.leg is not None}
    await payouts.save(connection, list(last.values()))
    await legs.save(connection, list(touched.values()))
    back = [leg for leg in touched.values() if leg.state is LegState.PAYABLE]
    await noting.stop_returned(connection, back, now=hand.at)
    await pay_tasks.keep(connection, {leg.claim_line_id for leg in touched.values()}, at=hand.at)
    touched_batches = {one.batch_id for one in moved}
    await batches.finish_if_settled(connection, [one for one in sent_in if one.id in touched_batches], hand.at)
    told = [_told(one.payout, one.line.booked_on, hand) for one in booked if one.payout is not None]
    await events.append(connection, told)


async def _fundings(connection: AsyncConnection, booked: Sequence[Booked], hand: Hand) -> None:
    received = [one.funding for one in booked if one.funding is not None]
    await fundings.save(connection, received)
    await tasks.close_tasks(connection, [one.id for one in received], at=hand.at)
    for one in received:
        await funding_records.tell(connection, one, at=hand.at)


async def _of_holders(
    connection: AsyncConnection, booked: Sequence[Booked], hand: Hand, escrows: Mapping[UUID, Escrow]
) -> None:
    """What came in stands in escrow from now on; what went back has left it already."""
    paid_in = [one.held for one in booked if isinstance(one.held, Deposit)]
    filled = dict(escrows)
    for one in paid_in:
        escrow = filled[one.redemption_id]
        filled[one.redemption_id] = replace(escrow, received=escrow.received + (one.received or 0))
    await store.save(connection, [filled[key] for key in {one.redemption_id for one in paid_in}])
    if paid_in:
        await deposit_records.moved(connection, paid_in, at=hand.at)
    back = [one.held for one in booked if isinstance(one.held, Refund)]
    await deposit_records.settled(connection, back, at=hand.at)


async def _tasks(connection: AsyncConnection, booked: Sequence[Booked], hand: Hand) -> None:
    """An exception waits for a checker of the treasury; what is understood waits for nobody."""
    await tasks.close_tasks(connection, [one.line.id for one in booked], at=hand.at)
    due_at = hand.at + RESOLVE_WITHIN
    opened = [
        Task(RESOLVE, SUBJECT, line.id, "finance_checker", opened_at=hand.at, due_at=due_at, treasury=line.treasury)
        for line in (one.line for one in booked)
        if line.state is StatementLineState.EXCEPTION
    ]
    await tasks.open_tasks(connection, opened)


def _decision(line: StatementLine, hand: Hand) -> Decision:
    how = "no_match" if line.matched_how is None else line.matched_how.value
    return Decision(
        subject_kind=SUBJECT,
        subject_id=line.id,
        kind="match",
        outcome=_outcome(line),
        actor=hand.by,
        at=hand.at,
        rule=f"matching.{how}",
        clause=HOUSE,
        numbers={
            "amount": format_amount(line.amount, line.currency),
            "booked_on": line.booked_on.isoformat(),
            "for": _named(line),
            "reason": hand.reason,
        },
        request_id=hand.request_id,
    )


def _outcome(line: StatementLine) -> str:
    """What it was for, or why nobody knows."""
    return str(line.match_kind or line.exception)


def _named(line: StatementLine) -> str | None:
    if line.match_kind is None or line.match_id is None:
        return None
    return show(_PREFIXES[line.match_kind], line.match_id)


def _event(line: StatementLine, hand: Hand) -> Event:
    """For finance and audit; whoever is paid hears it of the payout."""
    told = {
        "payer_account_id": show("pac", line.payer_account_id),
        "booked_on": line.booked_on.isoformat(),
        "amount": _money(line.amount, line.currency),
        "state": line.state.value,
        "for": _named(line),
        "exception": None if line.exception is None else line.exception.value,
    }
    name = "excepted" if line.state is StatementLineState.EXCEPTION else line.state.value
    return Event(f"statement_line.{name}", SUBJECT, show("stl", line.id), (), told, hand.at)


def _told(payout: Payout, booked_on: date, hand: Hand) -> Event:
    told = {
        "state": payout.state.value,
        "claim_line_id": show("cln", payout.claim_line_id),
        "reference": payout.reference,
        "amount": _money(payout.amount, payout.currency),
        "booked_on": booked_on.isoformat(),
    }
    return Event(f"payout.{payout.state.value}", "payout", show("pyt", payout.id), (payout.payee_id,), told, hand.at)


def _money(fen: int, currency: str) -> dict[str, str]:
    return {"amount": format_amount(fen, currency), "currency": currency}
