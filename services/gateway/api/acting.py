"""Decides how an endpoint learns who acts, and gets at what this process keeps."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from services.chassis.database import Databases, Mode
from services.chassis.http import Permitted, RequestId, service_of
from services.chassis.ids import Prefixed, parse
from services.chassis.refusals import Reason, Refusal
from services.gateway.keeper import Keeper
from services.gateway.operations.decide_registration import By
from services.gateway.operations.role_grants import Admin
from services.standards.holding import Holder, Kind

PersonId = Annotated[UUID, Prefixed("per")]
ClientId = Annotated[UUID, Prefixed("cli")]
SessionId = Annotated[UUID, Prefixed("ses")]
RegistrationId = Annotated[UUID, Prefixed("reg")]
MembershipId = Annotated[UUID, Prefixed("mem")]
RoleGrantId = Annotated[UUID, Prefixed("rgr")]
DEVICE_MAX = 120


async def _keeper(request: Request) -> Keeper:
    keeper: Keeper = request.app.state.keeper
    return keeper


async def _databases(request: Request) -> Databases:
    return service_of(request).databases


async def _mode(permit: Permitted) -> Mode:
    return permit.caller.mode


async def _person(permit: Permitted) -> UUID:
    """The natural person who calls; a machine client may not act where a person must."""
    caller = permit.caller
    if caller.subject != caller.person or not caller.person.startswith("per_"):
        raise Refusal("auth.forbidden")
    return parse("per", caller.person)


ActingPerson = Annotated[UUID, Depends(_person)]


async def _admin(person_id: ActingPerson, request_id: RequestId) -> Admin:
    return Admin(person_id, request_id)


async def _own_holder(permit: Permitted) -> Holder:
    """Whoever the caller acts for: an organisation, a team or himself."""
    holder = permit.caller.holder
    if holder is None:
        raise Refusal("auth.forbidden")
    return holder


async def _own_organization(permit: Permitted) -> UUID:
    """The organisation that the caller acts for: teams and persons have no programs and no devices."""
    holder = permit.caller.holder
    if holder is None or holder.kind is not Kind.ORGANIZATION:
        raise Refusal("auth.forbidden")
    return holder.id


def acted_for(kind: Kind, identifier: UUID | None) -> Holder | None:
    """For whom somebody acts, if for anybody, as it is shown."""
    return None if identifier is None else Holder(kind, identifier)


async def _device(request: Request) -> str:
    """What a session is called: the client's User-Agent, visible ASCII only."""
    sent = request.headers.get("user-agent", "")
    return "".join(character for character in sent if " " <= character <= "~")[:DEVICE_MAX]


async def _by(permit: Permitted, request_id: RequestId) -> By:
    return By(permit.caller.subject, request_id)


Kept = Annotated[Keeper, Depends(_keeper)]
AllDatabases = Annotated[Databases, Depends(_databases)]
TokenMode = Annotated[Mode, Depends(_mode)]
Decider = Annotated[By, Depends(_by)]
ActingAdmin = Annotated[Admin, Depends(_admin)]
OwnHolder = Annotated[Holder, Depends(_own_holder)]
OwnOrganization = Annotated[UUID, Depends(_own_organization)]
Device = Annotated[str, Depends(_device)]


def ruled(faults: Any) -> AfterValidator:
    """A domain rule as a field's check, so that one answer names faults of shape and of rule together."""

    def check(value: Any) -> Any:
        found: list[Reason] = faults(value)
        if found:
            told = {**found[0].numbers, **({"rule": found[0].rule} if found[0].rule else {})}
            raise PydanticCustomError(found[0].code, "refused", told)
        return value

    return AfterValidator(check)
