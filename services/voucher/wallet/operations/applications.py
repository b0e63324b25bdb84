"""Takes applications: drafted before the window, submitted in it by one small call, withdrawn until issued."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
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
from services.voucher.scheme.domain.facts import PartyFacts
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import eligibility, queue
from services.voucher.wallet.domain.allowance import Allowance
from services.voucher.wallet.domain.application import Application, behind
from services.voucher.wallet.domain.eligibility import Days
from services.voucher.wallet.domain.facts import facts_of
from services.voucher.wallet.domain.form import Answers
from services.voucher.wallet.domain.frozen_facts import frozen
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState, rankable
from services.voucher.wallet.operations import allowances, entering, forms, serving
from services.voucher.wallet.operations.issuing import Order
from services.voucher.wallet.store import applications, notices, rounds
from services.voucher.wallet.store.reach import EVERYWHERE, Within


@dataclass(frozen=True, slots=True)
class Asked:
    """An application as it was asked for: minor units of the round's currency, and the form as far as it is filled."""

    round_id: UUID
    amount: int
    currency: str
    client_ref: str | None
    answers: Answers | None = None


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
        allowed = (await allowances.look(connection, scheme, [party], at=now))[party.quota_root]
        refuse_all(
            [
                *await notices.window_reasons(connection, of, now, drafting=True),
                *_against(scheme, party, allowed, at=now),
                *_against_amount(scheme, asked, facts_of(party, local_date(now, scheme.zone))),
                *_against_another(live),
                *await forms.against(connection, scheme, asked.answers, holder_id=holder_id, whole=False),
            ]
        )
        made = Application(
            id=new_id(),
            round_id=of.id,
            holder_id=holder_id,
            holder_kind=party.kind,
            quota_root_id=party.quota_root,
            region=party.region,
            client=permit.caller.subject,
            client_ref=asked.client_ref,
            state=ApplicationState.DRAFT,
            amount=asked.amount,
            created_by=permit.caller.person,
            created_at=now,
            answers=asked.answers,
        )
        await applications.add(connection, made)
        await _tell(connection, keyed, made, of=of, person=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, Seen(made, of, None, now), made.id)


async def submit(
    database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID, answers: Answers | None = None
) -> Answer:
    """Submit a draft inside the window: the database draws its number, last of all and under its lock.

    Where who comes first is served, the number is drawn under the lock of the pool, and the voucher is issued at once.
    NotFound ``application.unknown``; ``application.not_draft``; a refusal with every reason at once.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, found = await _lock_own(connection, permit, application_id)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        party = await _party(connection, found.holder_id)
        allowed, now = await _allowed(connection, of, scheme, party, found)
        found.may_submit()
        today = facts_of(party, local_date(now, scheme.zone))
        against = [
            *_against(scheme, party, allowed, at=now),
            *eligibility.amount_reasons(scheme, found.amount, today),
        ]
        said = found.answers if answers is None else answers
        against += await forms.against(connection, scheme, said, holder_id=found.holder_id, whole=True)
        refuse_all([*await notices.window_reasons(connection, of, now, drafting=False), *against])
        standing = queue.standing(party, scheme.allocation.priority.value, today.as_of)
        number = await applications.draw_number(connection)
        submitted = replace(found, answers=said, people=behind(party, today.as_of)).submitted(
            standing, facts=frozen(today), number=number, window_turn=of.window_turn, at=now
        )
        (submitted,) = await entering.entered(connection, scheme, [submitted], at=now)
        await applications.save(connection, [submitted])
        await entering.open_tasks(connection, of, scheme, [submitted], at=now)
        await counters.save(connection, allowed.after_applying())
        await _tell(connection, keyed, submitted, of=of, person=permit.caller.person, at=now)
        if of.first_come and submitted.state in rankable(scheme):
            request_id = keyed.attempt.request_id or show("app", application_id)
            order = Order(of.id, permit.caller.person, request_id, backfill=False)
            await serving.serve(connection, order, of, only=[application_id])
            submitted = await applications.read(connection, application_id)
        return await idempotency.record(connection, keyed, (await _seen(connection, [submitted]))[0], application_id)


async def withdraw(database: Database, keyed: Keyed, *, permit: Permit, application_id: UUID) -> Answer:
    """Take an application back before anything was issued on it.

    NotFound ``application.unknown``; refusal ``application.state``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, found = await _lock_own(connection, permit, application_id)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        now = await clock.business_now(connection)
        withdrawn = found.withdrawn(at=now)
        await allowances.give_back(connection, scheme, [found])
        await applications.save(connection, [withdrawn])
        await tasks.close_tasks(connection, [application_id], at=now)
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
    """An application of the caller's organisation, locked after its round, which nobody may rank meanwhile.

    Where who comes first is served, the pool is locked between them.
    """
    found = await applications.read(connection, application_id)
    permit.require("application.unknown", organizations=[found.holder_id])
    of = await rounds.share(connection, found.round_id)
    if of.first_come:
        await rounds.lock_pool(connection, of.id, POOL_CLASS)
    return of, await applications.lock(connection, application_id)


async def _allowed(
    connection: AsyncConnection, of: Round, scheme: Scheme, party: Party, found: Application
) -> tuple[Allowance, datetime]:
    """What the caps leave a party that submits, and the instant; locked where submitting takes of it."""
    if of.first_come or scheme.caps_on("applications"):
        locked = await allowances.lock(connection, scheme, [found])
        return locked.allowances[found.quota_root_id], locked.now
    now = await clock.business_now(connection)
    return (await allowances.look(connection, scheme, [party], at=now))[party.quota_root], now


async def _party(connection: AsyncConnection, holder_id: UUID) -> Party:
    """The holder as last heard of. Refusals ``directory.too_old``, ``application.holder_unknown``."""
    refuse_all((await parties.age(connection)).reasons())
    found = await parties.read(connection, [holder_id])
    if holder_id not in found:
        raise Refusal("application.holder_unknown", pointer="/holder")
    return found[holder_id]


def _against(scheme: Scheme, party: Party, allowed: Allowance, *, at: datetime) -> list[Reason]:
    today = local_date(at, scheme.zone)
    return [
        *eligibility.reasons(scheme, party, Days(submission=today, issue=today)),
        *allowed.reasons(scheme),
    ]


def _against_amount(scheme: Scheme, asked: Asked, facts: PartyFacts) -> list[Reason]:
    if asked.currency != scheme.currency:
        numbers = {"currency": scheme.currency}
        return [Reason("application.currency", rule="currency", pointer="/amount/currency", numbers=numbers)]
    return eligibility.amount_reasons(scheme, asked.amount, facts)


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
    ApplicationState.IN_REVIEW: "submit",
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
