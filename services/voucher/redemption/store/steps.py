"""Remembers what a batch decided: every kind of row once for the whole batch."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.chassis.tasks import Task
from services.standards.calendar import day_of_due, local_date
from services.standards.money import format_amount
from services.voucher.ledger.store import counters, journals
from services.voucher.ledger.store.journals import Journal
from services.voucher.redemption.domain.orders import TIMER
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.waiting import Waiting, asked_to_let_go, asked_to_void, waiting
from services.voucher.redemption.domain.world import Step, World
from services.voucher.redemption.store import codes, redemptions, transitions
from services.voucher.wallet.store import vouchers

SUBJECT = "redemption"
NONE: Mapping[UUID, UUID] = MappingProxyType({})


async def write(
    connection: AsyncConnection,
    steps: Sequence[Step],
    *,
    before: World,
    after: World,
    booked: Mapping[UUID, UUID] = NONE,
) -> None:
    """Everything the steps changed, in the order in which rows refer to each other.

    booked: the journal, already appended, of each claim line whose decision is behind a step.
    """
    touched = {step.after.id: after.redemptions[step.after.id] for step in steps}
    new = [one for one in touched.values() if one.id not in before.redemptions]
    changed = [one for one in touched.values() if one.id in before.redemptions]
    await redemptions.save(connection, new=new, changed=changed)
    await redemptions.save_captures(connection, before=before.redemptions, after=touched.values())
    uses = [(step.nonce, step.after.terms.voucher_id, step.after.id) for step in steps if step.nonce is not None]
    await codes.use(connection, uses)
    own = [_journal(step, after) for step in steps]
    await journals.append(connection, [journal for journal in own if journal is not None])
    behind = [_journal_id(step, journal, booked) for step, journal in zip(steps, own, strict=True)]
    await transitions.append(connection, list(zip(steps, behind, strict=True)))
    await vouchers.save(connection, [one for key, one in after.vouchers.items() if one is not before.vouchers[key]])
    await counters.save(connection, [one for key, one in after.counters.items() if one != before.counters[key]])
    await decisions.record(connection, [decision for step in steps for decision in _decisions(step)])
    await events.append(connection, [_event(step) for step in steps])
    await _tasks(connection, steps, after)


def _journal(step: Step, world: World) -> Journal | None:
    """What a step books itself; what a claim line's decision moves is booked with that line."""
    if step.posting is None or step.claim_line_id is not None:
        return None
    zone = world.facts.schemes[step.after.terms.scheme_version_id].zone
    day = day_of_due if step.by == TIMER else local_date
    return Journal(
        id=new_id(),
        posting=step.posting,
        booked_at=world.now,
        value_on=day(step.at, zone),
        actor=step.by.person,
        request_id=step.by.request_id,
        subject_kind=SUBJECT,
        subject_id=step.after.id,
        document_id=step.document_id,
    )


def _journal_id(step: Step, own: Journal | None, booked: Mapping[UUID, UUID]) -> UUID | None:
    if step.claim_line_id is not None:
        return booked[step.claim_line_id]
    return own.id if own is not None else None


def _decisions(step: Step) -> list[Decision]:
    return [
        Decision(
            subject_kind=SUBJECT,
            subject_id=step.after.id,
            kind=ruling.kind,
            outcome=ruling.outcome,
            actor=step.by.person,
            at=step.at,
            rule=ruling.rule,
            clause=ruling.clause,
            numbers=ruling.numbers,
            scheme_version=step.after.terms.scheme_version_id,
            request_id=step.by.request_id,
        )
        for ruling in step.rulings
    ]


def _event(step: Step) -> Event:
    terms = step.after.terms
    return Event(
        type=f"redemption.{step.event}",
        subject_kind=SUBJECT,
        subject_id=show("red", step.after.id),
        audience=tuple(dict.fromkeys((terms.holder_id, terms.payee_id))),
        data=_told(step.after),
        at=step.at,
    )


def _told(redemption: Redemption) -> dict[str, Any]:
    """What both sides may know at every step: nothing of the voucher beyond this redemption."""
    currency = redemption.terms.currency
    amounts = {name: getattr(redemption, name) for name in ("authorised", "held", "captured", "refunded")}
    return {
        "state": redemption.state.value,
        "voucher_id": show("vch", redemption.terms.voucher_id),
        "provider_id": show("prv", redemption.terms.provider_id),
        **{name: {"amount": format_amount(fen, currency), "currency": currency} for name, fen in amounts.items()},
    }


async def _tasks(connection: AsyncConnection, steps: Sequence[Step], world: World) -> None:
    """A new state or deadline closes the tasks of the old one and opens its own; a request to void, one beside it."""
    new = {step.after.id for step in steps if step.before is None}
    left = {step.after.id for step in steps if step.before is not None and _waits(step.before) != _waits(step.after)}
    moved, asked = new | left, {step.after.id for step in steps if step.event == "void_asked"}
    if left:
        await tasks.close_tasks(connection, sorted(left), at=world.now)
    opened = [_task(world, red, one) for red in sorted(moved) for one in waiting(world.redemptions[red], world)]
    touched = [(red, world.redemptions[red]) for red in sorted(moved | asked)]
    opened += [_task(world, red, one) for red, now in touched for one in asked_to_void(now, world)]
    opened += [_task(world, red, one) for red in sorted(new) for one in asked_to_let_go(world.redemptions[red], world)]
    let_go = [step.after.id for step in steps if step.event == "let_go"]
    await tasks.close_tasks(connection, let_go, at=world.now, kind="redemption.let_go")
    await tasks.open_tasks(connection, opened)


def _waits(redemption: Redemption) -> tuple[Any, ...]:
    """What its tasks depend on."""
    return redemption.state, redemption.due_at, redemption.deliver_by_ends


def _task(world: World, redemption_id: UUID, one: Waiting) -> Task:
    return Task(
        kind=one.task,
        subject_kind=SUBJECT,
        subject_id=redemption_id,
        role=one.role,
        opened_at=world.now,
        due_at=one.due_at,
        region=one.region,
        organization=one.organization,
    )
