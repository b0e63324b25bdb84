"""Looks an organisation up in its official register, and hands what differs to an operator, who may accept it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.parties.domain.organization import Organization
from services.registry.parties.domain.register import (
    Acceptance,
    CheckOutcome,
    Newest,
    RegisterCheck,
    acceptance_faults,
    compare,
    outcome_of,
    register_faults,
    register_of,
)
from services.registry.parties.store import registers
from services.registry.parties.store.holding import hold_organization, see_organization

SETTLE = "settle_register_difference"
RULE = "the newest extract of the register counts"


async def check_register(asked: Asked, organization_id: UUID) -> RegisterCheck:
    """Compare an organisation with the newest entry of its code; what differs opens a task, what is equal closes it.

    NotFound ``organization.unknown``; Refusal ``register.none``, ``register.no_extract``.
    """
    async with asked.database.begin() as connection:
        organization = await hold_organization(connection, asked, organization_id)
        newest = await registers.newest(connection, organization.facts.uscc)
        if newest is None:
            raise Refusal("register.no_extract")
        return await _look(connection, asked, organization, newest, at=await business_now(connection))


async def check_new(connection: AsyncConnection, asked: Asked, organization: Organization, *, at: datetime) -> None:
    """Look up an organisation that is just recorded, where its register is known here."""
    if register_faults(organization.facts.uscc):
        return
    newest = await registers.newest(connection, organization.facts.uscc)
    if newest is not None:
        await _look(connection, asked, organization, newest, at=at)


async def accept_check(asked: Asked, organization_id: UUID, check_id: UUID, *, reason: str) -> RegisterCheck:
    """Keep why what the last look found may differ, which closes the task until a later look differs again.

    NotFound ``organization.unknown``, ``register_check.unknown``; Refusal ``register_check.superseded``,
    ``register_check.equal``, ``register_check.accepted``.
    """
    async with asked.database.begin() as connection:
        await hold_organization(connection, asked, organization_id)
        check = await registers.check(connection, organization_id, check_id)
        if check is None:
            raise NotFound("register_check.unknown")
        (last,) = await registers.checks(connection, organization_id, after=None, limit=1)
        refuse_all(acceptance_faults(check, last))
        at = await business_now(connection)
        accepted = Acceptance(check.id, reason, at, asked.actor)
        await registers.add_acceptance(connection, accepted)
        await tasks.close_tasks(connection, [organization_id], at=at, kind=SETTLE)
        await decisions.record(connection, [_accepted(asked, check, accepted)])
        return replace(check, acceptance=accepted)


async def list_checks(
    asked: Asked, organization_id: UUID, *, after: str | None, limit: int
) -> tuple[list[RegisterCheck], str | None]:
    """Show a page of the looks for an organisation, newest first; NotFound ``organization.unknown``."""
    async with asked.database.read() as connection:
        await see_organization(connection, asked, organization_id)
        found = await registers.checks(connection, organization_id, after=pages.only_id(after), limit=limit + 1)
    return pages.cut(found, limit, lambda one: (one.id.hex,))


async def _look(
    connection: AsyncConnection, asked: Asked, organization: Organization, newest: Newest, *, at: datetime
) -> RegisterCheck:
    """Keep what the look came to, why, and who has to do something about it."""
    entry = newest.entry
    differences = () if entry is None else compare(organization, entry)
    check = RegisterCheck(
        id=new_id(),
        organization_id=organization.id,
        register=register_of(organization.facts.uscc),
        outcome=outcome_of(newest, differences),
        as_of=newest.as_of,
        entry_id=None if entry is None else entry.id,
        import_id=None if entry is None else entry.import_id,
        differences=differences,
        checked_at=at,
        checked_by=asked.actor,
    )
    await registers.add_check(connection, check)
    if check.outcome is CheckOutcome.EQUAL:
        await tasks.close_tasks(connection, [organization.id], at=at, kind=SETTLE)
    else:
        await tasks.open_tasks(connection, [Task(SETTLE, "organization", organization.id, "operator", at)])
    await decisions.record(connection, [_decision(asked, check)])
    return check


def _decision(asked: Asked, check: RegisterCheck) -> Decision:
    return Decision(
        subject_kind="organization",
        subject_id=check.organization_id,
        kind="register_check",
        outcome=check.outcome.value,
        actor=check.checked_by,
        at=check.checked_at,
        rule=RULE,
        numbers={
            "register": check.register.value,
            "as_of": check.as_of.isoformat(),
            "import": None if check.import_id is None else show("imp", check.import_id),
            "differences": [one.field for one in check.differences],
        },
        request_id=asked.request_id,
    )


def _accepted(asked: Asked, check: RegisterCheck, acceptance: Acceptance) -> Decision:
    return Decision(
        subject_kind="organization",
        subject_id=check.organization_id,
        kind="accept_register_check",
        outcome="accepted",
        actor=acceptance.accepted_by,
        at=acceptance.accepted_at,
        numbers={
            "check": show("rgc", check.id),
            "reason": acceptance.reason,
            "differences": [one.field for one in check.differences],
        },
        request_id=asked.request_id,
    )
