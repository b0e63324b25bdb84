"""Writes what a batch of the allocation decided: vouchers, journals, pool, counters, applications, reasons, events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events
from services.chassis.attempts import reason_json
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.standards.money import format_amount
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.store import counters, journals
from services.voucher.scheme.domain.deadlines import VoucherDates, voucher_dates
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.allocation import Allocated
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.reminders import next_reminder
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.operations import allowances, numbers
from services.voucher.wallet.operations.allowances import Locked
from services.voucher.wallet.operations.errands import Errand
from services.voucher.wallet.store import applications, rounds, vouchers
from services.voucher.wallet.store.rounds import Pool


@dataclass(frozen=True, slots=True)
class Order(Errand):
    """What the job is to do: the first allocation of a round or a back-fill, as drafts or vouchers for use."""

    backfill: bool
    activate: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch is decided upon, all of it locked: the line in order of rank, and whether somebody waits ahead.

    rooms: what is left, in fen, of each class that has a share of the budget.
    """

    order: Order
    round: Round
    scheme: Scheme
    pool: Pool
    line: tuple[Application, ...]
    stopped: bool
    locked: Locked
    rooms: Mapping[str, int]

    @property
    def now(self) -> datetime:
        """The instant of issue."""
        return self.locked.now

    @property
    def dates(self) -> VoucherDates:
        """The dates of the vouchers of this batch."""
        return voucher_dates(self.scheme, issued=self.locked.day, backfilled=self.order.backfill)


async def write(connection: AsyncConnection, batch: Batch, outcome: Allocated) -> None:
    """Write a batch's outcome, set-based."""
    of_id = {one.id: one for one in batch.line}
    drawn = await _numbers(connection, len(outcome.faces))
    alike = _alike(batch)
    issued = [
        (of_id[one], _voucher(of_id[one], face=face, number=number, alike=alike))
        for (one, face), number in zip(outcome.faces, drawn, strict=True)
    ]
    made = [voucher for _, voucher in issued]
    await vouchers.add(connection, made)
    await journals.append(connection, [_journal(batch, voucher) for voucher in made])
    await rounds.save_pool(connection, replace(batch.pool, balance=outcome.left))
    served = [one.decided(ApplicationState.ISSUED, at=batch.now) for one, _ in issued]
    capped = [_capped(batch, of_id[one]) for one in outcome.capped]
    waiting = [] if batch.order.backfill else [_left(batch, of_id[one]) for one in outcome.waiting]
    await counters.save(connection, _counters(batch, issued, capped).values())
    await applications.save(connection, [*served, *capped, *waiting])
    told = [
        *(_issued(batch, one, voucher) for one, voucher in issued),
        *(_rejected(batch, one) for one in capped),
        *(_left_out(batch, one, full=one.id in outcome.full) for one in waiting),
    ]
    await decisions.record(connection, [decision for decision, _ in told])
    await events.append(connection, [event for _, event in told])


async def _numbers(connection: AsyncConnection, count: int) -> set[str]:
    """So many numbers that no voucher has; what is taken is drawn again."""
    fresh: set[str] = set()
    while len(fresh) < count:
        drawn = numbers.draw(count - len(fresh))
        fresh |= drawn - await vouchers.taken(connection, drawn)
    return fresh


def _alike(batch: Batch) -> dict[str, Any]:
    """What all vouchers of a batch have in common, decided once."""
    activate, dates = batch.order.activate, batch.dates
    return {
        "round_id": batch.round.id,
        "pool_class": POOL_CLASS,
        "scheme_version_id": batch.round.scheme_version_id,
        "state": VoucherState.ACTIVE if activate else VoucherState.DRAFT,
        "currency": batch.round.currency,
        "held": 0,
        "captured": 0,
        "reclaimed": 0,
        "funding": batch.round.funding,
        "backfilled": batch.order.backfill,
        **{name: getattr(dates, name) for name in VoucherDates.__dataclass_fields__},
        "issued_at": batch.now,
        "activated_at": batch.now if activate else None,
        "moved_at": batch.now,
        "remind_at": next_reminder(batch.scheme, ends_at=dates.ends_at, after=batch.now),
    }


def _voucher(one: Application, *, face: int, number: str, alike: Mapping[str, Any]) -> Voucher:
    return Voucher(
        id=new_id(),
        number=number,
        application_id=one.id,
        holder_id=one.holder_id,
        holder_kind=one.holder_kind,
        quota_root_id=one.quota_root_id,
        face=face,
        available=face,
        **alike,
    )


def _journal(batch: Batch, voucher: Voucher) -> Journal:
    posting = postings.issue(
        voucher_id=voucher.id, pool_class=voucher.pool_class, amount=voucher.face, funding=voucher.funding
    )
    return Journal(
        id=new_id(),
        posting=posting,
        booked_at=batch.now,
        value_on=batch.locked.day,
        actor=batch.order.actor,
        request_id=batch.order.request_id,
        subject_kind="voucher",
        subject_id=voucher.id,
    )


def _counters(
    batch: Batch, issued: list[tuple[Application, Voucher]], capped: list[Application]
) -> dict[CounterKey, Counter]:
    """Counters once what was issued is taken from them, and what the rejected took by applying is given back."""
    moved = dict[CounterKey, Counter]()
    for one, voucher in issued:
        for key in batch.locked.allowances[one.quota_root_id].takes:
            moved[key] = moved.get(key, batch.locked.counters[key]).take(voucher.face)
    for one in capped:
        for key in allowances.applied_by(batch.scheme, one):
            moved[key] = moved.get(key, batch.locked.counters[key]).give(1)
    return moved


def _capped(batch: Batch, one: Application) -> Application:
    allowed = batch.locked.allowances[one.quota_root_id]
    return one.rejected(allowed.against(batch.scheme, asked=one.amount), at=batch.now)


def _left(batch: Batch, one: Application) -> Application:
    waits = batch.scheme.allocation.waiting_list.value
    return one.decided(ApplicationState.WAITLISTED if waits else ApplicationState.UNSERVED, at=batch.now)


def _issued(batch: Batch, one: Application, voucher: Voucher) -> tuple[Decision, Event]:
    face = format_amount(voucher.face, voucher.currency)
    decided = {"voucher_id": show("vch", voucher.id), "face": face, "backfilled": voucher.backfilled}
    told = {
        "application_id": show("app", one.id),
        "round_id": show("rnd", batch.round.id),
        "number": numbers.shown(voucher.number),
        "face": {"amount": face, "currency": voucher.currency},
        "use_by": voucher.use_by.isoformat(),
        "backfilled": voucher.backfilled,
    }
    event = Event("voucher.issued", "voucher", show("vch", voucher.id), (one.holder_id,), told, batch.now)
    rule = "allocation.last_place" if voucher.face < one.amount else "allocation.priority"
    return _decision(batch, one, outcome="issued", rule=rule, numbers=decided), event


def _rejected(batch: Batch, one: Application) -> tuple[Decision, Event]:
    reasons = [reason_json(reason) for reason in one.reasons]
    rule = one.reasons[0].rule or "caps"
    event = _event(batch, one, "application.rejected", {"reasons": reasons})
    return _decision(batch, one, outcome="rejected", rule=rule, numbers={"reasons": reasons}), event


def _left_out(batch: Batch, one: Application, *, full: bool) -> tuple[Decision, Event]:
    """Why one waits, or was told at once that he is not served: the budget, or the share of his class."""
    event = _event(batch, one, f"application.{one.state.value}", {"rank": one.rank})
    rule = "allocation.class_shares" if full else "backing"
    return _decision(batch, one, outcome=one.state.value, rule=rule, numbers={}), event


def _event(batch: Batch, one: Application, kind: str, told: dict[str, Any]) -> Event:
    data = {"round_id": show("rnd", batch.round.id), **told}
    return Event(kind, "application", show("app", one.id), (one.holder_id,), data, batch.now)


def _decision(batch: Batch, one: Application, *, outcome: str, rule: str, numbers: Mapping[str, Any]) -> Decision:
    allocation = batch.scheme.allocation
    shares = allocation.class_shares
    clauses = {
        "allocation.class_shares": None if shares is None else shares.source,
        "allocation.priority": allocation.priority.source,
        "allocation.last_place": allocation.last_place.source,
        "backing": batch.scheme.backing.source,
    }
    return Decision(
        subject_kind="application",
        subject_id=one.id,
        kind="backfill" if batch.order.backfill else "issue",
        outcome=outcome,
        actor=batch.order.actor,
        at=batch.now,
        rule=rule,
        clause=clauses.get(rule) or next(reason.clause for reason in one.reasons),
        numbers={"rank": one.rank, "number": one.number, "queue_class": one.queue_class, **numbers},
        scheme_version=batch.round.scheme_version_id,
        request_id=batch.order.request_id,
    )
