"""Settles a round that is finished: nothing of it may be spent, claimed or paid any more."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import show
from services.chassis.refusals import Refusal, Scalar
from services.standards.money import format_amount
from services.voucher.payout.store import settled
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import SETTLE, RoundState
from services.voucher.wallet.store import rounds


async def settle_round(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID) -> Answer:
    """Settle a finished round, once all that it issued was paid, went back or was given up.

    NotFound ``round.unknown``; refusals ``round.not_finished``, ``round.not_settled`` with what is still open.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        now = await clock.business_now(connection)
        if of.state is not RoundState.FINISHED:
            raise Refusal("round.not_finished", numbers={"state": of.state_at(now)})
        still = await settled.of_round(connection, round_id)
        if of.up_to or not still.nothing:
            unspent = format_amount(still.unspent, of.currency)
            counts = {"unclaimed": still.unclaimed, "unpaid": still.unpaid, "in_escrow": still.in_escrow}
            numbers: dict[str, Scalar] = {"unspent": unspent, **counts}
            raise Refusal("round.not_settled", rule="settlement.claims", numbers=numbers)
        after = replace(of, state=RoundState.SETTLED)
        await rounds.save(connection, after)
        await tasks.close_tasks(connection, [round_id], at=now, kind=SETTLE)
        await _tell(connection, keyed, after, by=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, after, round_id)


async def _tell(connection: AsyncConnection, keyed: Keyed, of: Round, *, by: str, at: datetime) -> None:
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind="settle",
        outcome=of.state.value,
        actor=by,
        at=at,
        rule="settlement.model",
        clause=scheme.settlement.model.source,
        numbers={"state": of.state.value},
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    told = {"state": of.state.value}
    await events.append(connection, [Event("round.settled", "round", show("rnd", of.id), (), told, at)])
