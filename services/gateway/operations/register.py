"""Takes a claim to act for an organisation: a new person with a login, and a case that an operator decides."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.clock import business_now, wall_clock
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.gateway.domain import registration as domain
from services.gateway.domain.credentials import login_faults, normalise_login, password_faults
from services.gateway.domain.person import Person
from services.gateway.domain.registration import OrganizationClaim, Registration
from services.gateway.domain.roles import Duty
from services.gateway.keeper import Keeper
from services.gateway.operations.log_in import prove
from services.gateway.store import people, registrations
from services.standards import uscc

ZONE = ZoneInfo("Asia/Shanghai")
DECIDE_WITHIN = timedelta(days=7)
TAKEN = Reason("login.taken", rule="login_unique", pointer="/person/login")


@dataclass(frozen=True)
class Claimant:
    """The person who claims. phone is optional; all of it is sealed before it is stored."""

    name: str
    login: str
    password: str = field(repr=False)
    phone: str | None = None


async def register(
    database: Database, keeper: Keeper, claimant: Claimant, claim: OrganizationClaim, roles: tuple[str, ...]
) -> tuple[Registration, bool]:
    """The case, submitted, or contested together with every open claim to the same code; and whether it is new.

    The same claim sent again with the same login and password, because the reply was lost, gives the same case as it
    is by now. Refusal of all faults at once, then nothing is stored; ``login.taken`` when the password is another's
    or the claim another one, ``login.resting`` after too many such tries.
    """
    claimant = replace(claimant, login=normalise_login(claimant.login))
    taken = await _refuse_faults(database, keeper, claimant, claim, roles)
    claim = replace(claim, uscc=uscc.check(claim.uscc))
    if not taken:
        case = await _claim(database, keeper, claimant, claim, roles)
        if case is not None:
            return case, True
    return await _made_before(database, keeper, claimant, claim, roles), False


async def _claim(
    database: Database, keeper: Keeper, claimant: Claimant, claim: OrganizationClaim, roles: tuple[str, ...]
) -> Registration | None:
    """A new person and a new case; None when somebody took the login meanwhile."""
    password_hash = await keeper.passwords.hash(claimant.password)
    async with database.begin() as connection:
        earlier = await registrations.claims_on(connection, claim.uscc)
        person = await _new_person(connection, keeper, claimant, password_hash)
        if person is None:
            await connection.rollback()
            return None
        now = await business_now(connection)
        case = Registration(new_id(), person.id, claim, roles, "submitted", submitted_at=now)
        if earlier:
            case = domain.contest(case)
        for other in earlier:
            await registrations.save(connection, domain.contest(other))
        await registrations.add(connection, case)
        await tasks.open_tasks(connection, [_task(case, now)])
    return case


async def _made_before(
    database: Database, keeper: Keeper, claimant: Claimant, claim: OrganizationClaim, roles: tuple[str, ...]
) -> Registration:
    """The case that this claim has made already. A wrong password counts as a failed login: nobody guesses here."""
    try:
        account = await prove(database, keeper, claimant.login, claimant.password)
    except Refusal as refusal:
        if refusal.code != "login.failed":
            raise
        raise Refusal.of([TAKEN]) from None
    async with database.read() as connection:
        case = await registrations.same(connection, account.person.id, claim, roles)
    if case is None:
        raise Refusal.of([TAKEN])
    return case


async def _refuse_faults(
    database: Database, keeper: Keeper, claimant: Claimant, claim: OrganizationClaim, roles: tuple[str, ...]
) -> bool:
    """Whether the login is taken, which alone may be a claim sent again; Refusal when anything else is wrong."""
    async with database.read() as connection:
        today = (await business_now(connection)).astimezone(ZONE).date()
        taken = await people.account_by_login(connection, keeper.vault.login_index(claimant.login)) is not None
    faults = [
        *domain.claim_faults(claim, today=today),
        *domain.name_faults(claimant.name, pointer="/person/name"),
        *login_faults(claimant.login, pointer="/person/login"),
        *password_faults(claimant.password, login=claimant.login, pointer="/person/password"),
        *domain.role_faults(roles),
    ]
    if faults:
        refuse_all([*faults, *([TAKEN] if taken else [])])
    return taken


async def _new_person(
    connection: AsyncConnection, keeper: Keeper, claimant: Claimant, password_hash: str
) -> Person | None:
    now = await wall_clock(connection)
    person = Person(new_id(), Duty.NONE, "active", now)
    personal = {"name": claimant.name, "login": claimant.login, "phone": claimant.phone or ""}
    await people.add(connection, person, keeper.vault.seal(person.id, personal))
    index = keeper.vault.login_index(claimant.login)
    if not await people.open_account(connection, person.id, login_index=index, password_hash=password_hash, at=now):
        return None
    return person


def _task(case: Registration, now: datetime) -> tasks.Task:
    return tasks.Task(
        kind="registration.decide",
        subject_kind="registration",
        subject_id=case.id,
        role="operator",
        opened_at=now,
        due_at=now + DECIDE_WITHIN,
    )
