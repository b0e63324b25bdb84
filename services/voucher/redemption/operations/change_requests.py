"""Carries out what takes two persons on a voucher: one asks, another person of the bureau grants or refuses it.

It lies here and not with the wallet because an extension also moves the dates of redemptions. Locks are taken in the
house's order: request key, pool, counters, voucher, redemptions, then the request itself.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.redemption.operations import extending
from services.voucher.wallet.domain.change_request import DECIDE, ChangeRequest, RequestKind, RequestState
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Said
from services.voucher.wallet.store import change_requests, grounds, rounds, vouchers
from services.voucher.wallet.store.change_requests import Wanted
from services.voucher.wallet.store.reach import EVERYWHERE, Within

SUBJECT = "change_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for on a voucher: fen of a currency where it is a top-up, why, and by which paper."""

    kind: RequestKind
    voucher_id: UUID
    reason: str
    document: str | None = None
    amount: int | None = None
    currency: str | None = None
    client_ref: str | None = None


async def ask(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Ask for a change; refused at once when it could not be granted as things stand. Nothing moves until it is.

    NotFound ``voucher.unknown``; refusals of `ChangeRequest.play`, ``change_request.open``, ``client_ref.taken``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        ground = await grounds.lock_with_pool(connection, asked.voucher_id)
        permit.require("voucher.unknown", organizations=[ground.voucher.holder_id], bureau=ground.round.bureau)
        request = ChangeRequest(
            id=new_id(),
            voucher_id=asked.voucher_id,
            kind=asked.kind,
            amount=asked.amount,
            currency=asked.currency,
            reason=asked.reason,
            document=asked.document,
            client=permit.caller.subject,
            client_ref=asked.client_ref,
            asked_by=permit.caller.person,
            asked_at=await clock.business_now(connection),
        )
        request.play(ground, Said(by=request.asked_by, at=request.asked_at, reason=request.reason))
        await change_requests.add(connection, request)
        await tasks.open_tasks(connection, [_task(request, ground)])
        await _tell(connection, request, ground)
        return await idempotency.record(connection, keyed, request, request.id)


async def grant(database: Database, keyed: Keyed, *, permit: Permit, request_id: UUID) -> Answer:
    """Grant what another person asked for, and do it.

    NotFound ``change_request.unknown``; refusals of `ChangeRequest.decided` and `ChangeRequest.play`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await change_requests.read(connection, request_id)
        scene = await extending.lock(connection, seen.voucher_id)
        permit.require("change_request.unknown", bureau=scene.ground.round.bureau)
        request = await change_requests.lock(connection, request_id)
        now, person = await clock.business_now(connection), permit.caller.person
        granted = request.decided(RequestState.GRANTED, by=person, at=now, note=None)
        said = Said(
            by=person,
            at=now,
            reason=request.reason,
            document=request.document,
            request_id=keyed.attempt.request_id,
            change_request_id=request.id,
        )
        await extending.write(connection, scene, request.play(scene.ground, said), by=extending.actor(permit, keyed))
        await _decide(connection, keyed, granted, scene.ground)
        return await idempotency.record(connection, keyed, granted, request.id)


async def refuse(database: Database, keyed: Keyed, *, permit: Permit, request_id: UUID, note: str) -> Answer:
    """Refuse what another person asked for; it leaves nothing behind.

    NotFound ``change_request.unknown``; refusals of `ChangeRequest.decided`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        request = await change_requests.lock(connection, request_id)
        ground = await grounds.look(connection, request.voucher_id)
        permit.require("change_request.unknown", bureau=ground.round.bureau)
        now = await clock.business_now(connection)
        refused = request.decided(RequestState.REFUSED, by=permit.caller.person, at=now, note=note)
        await _decide(connection, keyed, refused, ground)
        return await idempotency.record(connection, keyed, refused, request.id)


async def withdraw(database: Database, keyed: Keyed, *, permit: Permit, request_id: UUID) -> Answer:
    """Take back what one asked for oneself; it leaves nothing behind, and the same may be asked for again.

    NotFound ``change_request.unknown``; refusals of `ChangeRequest.withdrawn`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        request = await change_requests.lock(connection, request_id)
        ground = await grounds.look(connection, request.voucher_id)
        holders = [ground.voucher.holder_id] if request.is_told else []
        permit.require("change_request.unknown", organizations=holders, bureau=ground.round.bureau)
        withdrawn = request.withdrawn(by=permit.caller.person, at=await clock.business_now(connection))
        await _decide(connection, keyed, withdrawn, ground)
        return await idempotency.record(connection, keyed, withdrawn, request.id)


async def read_request(database: Database, *, permit: Permit, request_id: UUID) -> ChangeRequest:
    """One request; NotFound ``change_request.unknown``, also for whoever may not see its voucher."""
    async with database.read() as connection:
        request = await change_requests.read(connection, request_id)
        voucher = await vouchers.read(connection, request.voucher_id)
        of = await rounds.read(connection, voucher.round_id)
        told = [voucher.holder_id] if request.is_told else []
        permit.require("change_request.unknown", organizations=told, bureau=of.bureau)
        return request


async def list_requests(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[ChangeRequest]:
    """Up to `limit` of the requests that the caller may see, newest first."""
    async with database.read() as connection:
        return await change_requests.find(
            connection, replace(wanted, within=_within(permit)), before=before, limit=limit
        )


def _within(permit: Permit) -> Within:
    if permit.everything:
        return EVERYWHERE
    own, bureau = permit.bound("own"), permit.bound("bureau")
    return Within(holder_id=own if isinstance(own, UUID) else None, bureau=bureau if isinstance(bureau, str) else None)


async def _decide(connection: AsyncConnection, keyed: Keyed, request: ChangeRequest, ground: Ground) -> None:
    """Write a decision or a withdrawal with its reasons, and end the task that waited for it."""
    at = request.moved_at
    await change_requests.decide(connection, request)
    await tasks.close_tasks(connection, [request.id], at=at)
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=request.id,
        kind=request.kind.value,
        outcome=request.state.value,
        actor=request.moved_by,
        at=at,
        rule="own_request" if request.state is RequestState.WITHDRAWN else "four_eyes",
        clause=request.document,
        numbers={"asked_by": request.asked_by, "reason": request.reason, "note": request.note},
        scheme_version=ground.voucher.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    await _tell(connection, request, ground)


def _task(request: ChangeRequest, ground: Ground) -> Task:
    return Task(
        kind=DECIDE,
        subject_kind=SUBJECT,
        subject_id=request.id,
        role="operator",
        opened_at=request.asked_at,
        due_at=request.decide_by,
        bureau=ground.round.bureau,
    )


def _amount(request: ChangeRequest) -> dict[str, str] | None:
    """How much is asked for; nothing but a top-up asks for an amount."""
    if request.amount is None or request.currency is None:
        return None
    return {"amount": format_amount(request.amount, request.currency), "currency": request.currency}


async def _tell(connection: AsyncConnection, request: ChangeRequest, ground: Ground) -> None:
    voucher = ground.voucher
    told = {
        "voucher_id": show("vch", voucher.id),
        "kind": request.kind.value,
        "reason": request.reason,
        "note": request.note,
        "amount": _amount(request),
    }
    at = request.moved_at
    kind = f"change_request.{request.state}"
    audience = (voucher.holder_id,) if request.is_told else ()
    await events.append(connection, [Event(kind, SUBJECT, show("chr", request.id), audience, told, at)])
