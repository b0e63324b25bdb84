"""Takes applications: drafted before the window, submitted in it by one small call, withdrawn until issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store import parties
from services.voucher.ledger.store import counters
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import allowance, eligibility, queue
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.eligibility import Days
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from services.voucher.wallet.store import applications, rounds
from services.voucher.wallet.store.reach import EVERYWHERE, Within


@dataclass(frozen=True, slots=True)
class Asked:
    """An application as it was asked for: minor units of the round's currency."""

    round_id: UUID
    amount: int
    currency: str
    client_ref: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An application as it stands: its round, and its present place on the waiting list if it waits on one."""

    application: Application
    round: Round
    position: int | None
    at: datetime

    @property
    def state(self) -> ApplicationState:
        """The state at this instant, whether or not the timer has run."""
        return self.application.state_at(self.at, allocation_ends=self.round.allocate_until_ends)


async def draft(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Make a draft for the caller's organisation, once nothing but the opening hour speaks against it.

    NotFound ``round.unknown``; a refusal with every reason at once: window, party, amount, caps, duplicate.
    """
    holder_id = _own_organization(permit)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.read(connection, asked.round_id)
        if of.state is RoundState.DRAFT:
            raise NotFound("round.unknown")
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        party = await _party(connection, holder_id)
        live = await applications.live_of(connection, of.id, party.quota_root)
        now = await clock.business_now(connection)
        refuse_all(
            [
                *of.window_reasons(now, drafting=True),
                *await _against(connection, scheme, party, at=now),
                *_against_amount(scheme, asked),
                *_against_another(live),
            ]
        )
        made = Application(
            id=new_id(),
            round_id=of.id,
            holder_id=holder_id,
            quota_root_id=party.quota_root,
            region=party.region,
            client=permit.caller.subject,
            client_ref=asked.client_ref,
            state=ApplicationState.DRAFT,
            amount=asked.amount,
            created_by=permit.caller.person,
            created_at=now,
        )
        await applications.add(connection, made)
        await _tell(connection, keyed, made, of=of, person=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, Seen(made, of, None, now), made.id)


async def submit(database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID) -> Answer:
    """Submit a draft inside the window: the database draws its number, last of all and under its lock.

    NotFound ``application.unknown``; ``application.not_draft``; a refusal with every reason at once.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, found = await _lock_own(connection, permit, application_id)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        party = await _party(connection, found.holder_id)
        now = await clock.business_now(connection)
        found.may_submit()
        refuse_all([*of.window_reasons(now, drafting=False), *await _against(connection, scheme, party, at=now)])
        standing = queue.standing(party, scheme.allocation.priority.value, local_date(now, scheme.zone))
        number = await applications.draw_number(connection)
        submitted = found.submitted(standing, number=number, at=now)
        await applications.save(connection, [submitted])
        await _tell(connection, keyed, submitted, of=of, person=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, Seen(submitted, of, None, now), application_id)


async def withdraw(database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID) -> Answer:
    """Take an application back before anything was issued on it.

    NotFound ``application.unknown``; refusal ``application.state``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, found = await _lock_own(connection, permit, application_id)
        now = await clock.business_now(connection)
        withdrawn = found.withdrawn(at=now)
        await applications.save(connection, [withdrawn])
        await _tell(connection, keyed, withdrawn, of=of, person=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, Seen(withdrawn, of, None, now), application_id)


async def read_application(database: Database, *, permit: Permit, application_id: UUID) -> Seen:
    """One application: the holder's own, of a reviewer's region or an operator's bureau.

    NotFound ``application.unknown``.
    """
    async with database.read() as connection:
        found = await applications.read(connection, application_id)
        of = await rounds.read(connection, found.round_id)
        permit.require("application.unknown", organizations=[found.holder_id], region=found.region, bureau=of.bureau)
        return (await _seen(connection, [found]))[0]


async def list_applications(
    database: Database, *, permit: Permit, wanted: applications.Wanted, after: str | None, limit: int
) -> tuple[list[Seen], str | None]:
    """A page of applications, newest first."""
    async with database.read() as connection:
        found, cursor = await applications.find(connection, wanted, after=after, limit=limit)
        return await _seen(connection, found), cursor


def within(permit: Permit) -> Within:
    """What the caller's lists are narrowed to."""
    if permit.everything:
        return EVERYWHERE
    own, region, bureau = permit.bound("own"), permit.bound("region"), permit.bound("bureau")
    return Within(
        holder_id=own if isinstance(own, UUID) else None,
        region=region if isinstance(region, str) else None,
        bureau=bureau if isinstance(bureau, str) else None,
    )


async def _seen(connection: AsyncConnection, found: Sequence[Application]) -> list[Seen]:
    of = await rounds.read_all(connection, {one.round_id for one in found})
    places = await applications.positions(connection, [one.id for one in found])
    now = await clock.business_now(connection)
    return [Seen(one, of[one.round_id], places.get(one.id), now) for one in found]


def _own_organization(permit: Permit) -> UUID:
    if permit.caller.organization is None:
        raise Refusal("application.no_organization")
    return permit.caller.organization


async def _lock_own(connection: AsyncConnection, permit: Permit, application_id: UUID) -> tuple[Round, Application]:
    """An application of the caller's organisation, locked after its round, which nobody may rank meanwhile."""
    found = await applications.read(connection, application_id)
    permit.require("application.unknown", organizations=[found.holder_id])
    of = await rounds.share(connection, found.round_id)
    return of, await applications.lock(connection, application_id)


async def _party(connection: AsyncConnection, holder_id: UUID) -> Party:
    """The holder as last heard of. Refusals ``directory.too_old``, ``application.holder_unknown``."""
    refuse_all((await parties.age(connection)).reasons())
    found = await parties.read(connection, [holder_id])
    if holder_id not in found:
        raise Refusal("application.holder_unknown", pointer="/holder")
    return found[holder_id]


async def _against(connection: AsyncConnection, scheme: Scheme, party: Party, *, at: datetime) -> list[Reason]:
    today = local_date(at, scheme.zone)
    takes = allowance.takes(scheme, quota_root_id=party.quota_root, day=today)
    used = await counters.read(connection, takes)
    return [
        *eligibility.reasons(scheme, party, Days(submission=today, issue=today)),
        *allowance.reasons(scheme, used, takes),
    ]


def _against_amount(scheme: Scheme, asked: Asked) -> list[Reason]:
    if asked.currency != scheme.currency:
        numbers = {"currency": scheme.currency}
        return [Reason("application.currency", rule="currency", pointer="/amount/currency", numbers=numbers)]
    return eligibility.amount_reasons(scheme, asked.amount)


def _against_another(live: UUID | None) -> list[Reason]:
    if live is None:
        return []
    numbers = {"application_id": show("app", live)}
    return [
        Reason("application.duplicate", rule="allocation.one_live_application", pointer="/round_id", numbers=numbers)
    ]


_STEPS = {
    ApplicationState.DRAFT: "draft",
    ApplicationState.SUBMITTED: "submit",
    ApplicationState.WITHDRAWN: "withdraw",
}


async def _tell(
    connection: AsyncConnection, keyed: Keyed, one: Application, *, of: Round, person: str, at: datetime
) -> None:
    numbers = {
        "number": one.number,
        "queue_class": one.queue_class,
        "amount": format_amount(one.amount, of.currency),
    }
    decision = Decision(
        subject_kind="application",
        subject_id=one.id,
        kind=_STEPS[one.state],
        outcome=one.state.value,
        actor=person,
        at=at,
        rule="allocation.priority",
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    told = {**numbers, "round_id": show("rnd", of.id), "state": one.state.value}
    event = Event(f"application.{one.state.value}", "application", show("app", one.id), (one.holder_id,), told, at)
    await events.append(connection, [event])
