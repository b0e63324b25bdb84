"""Speaks HTTP for admins of accounts: disable, enable and erase a person."""

from typing import Literal

from services.chassis.http import Db, router
from services.chassis.models import StrictModel
from services.gateway.api.acting import ActingAdmin, PersonId
from services.gateway.domain.person import Person, State
from services.gateway.operations import people

persons = router()


class PersonView(StrictModel):
    """A person by reference; an admin is shown nothing personal. duty: the one kind of work the account is for."""

    id: PersonId
    duty: Literal["none", "member", "staff", "admin"]
    state: State


def _view(person: Person) -> PersonView:
    return PersonView(id=person.id, duty=person.duty.value, state=person.state)


@persons.post("/v1/persons/{person_id}/disable", tags=["persons"])
async def disable_person(person_id: PersonId, db: Db, admin: ActingAdmin) -> PersonView:
    """No more logins; sessions, clients and tokens end within two seconds."""
    return _view(await people.disable_person(db, person_id, by=admin))


@persons.post("/v1/persons/{person_id}/enable", tags=["persons"])
async def enable_person(person_id: PersonId, db: Db, admin: ActingAdmin) -> PersonView:
    """Logins again."""
    return _view(await people.enable_person(db, person_id, by=admin))


@persons.post("/v1/persons/{person_id}/erase", tags=["persons"])
async def erase_person(person_id: PersonId, db: Db, admin: ActingAdmin) -> PersonView:
    """Forget name, login and phone for ever; ids, roles and decisions stay. Only for a disabled person."""
    return _view(await people.erase_person(db, person_id, by=admin))
