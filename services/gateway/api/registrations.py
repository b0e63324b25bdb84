"""Speaks HTTP for registrations: a public claim to act for an organisation, decided by an operator."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Body, Query, Request, Response, status
from pydantic import ConfigDict, Field

from services.chassis.authorisation import Permit
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import OrganizationId, parse
from services.chassis.models import Day, Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.chassis.refusals import Reason
from services.gateway.api.acting import AllDatabases, Decider, Kept, PersonId, RegistrationId, TokenMode, ruled
from services.gateway.api.auth import Secret, chosen_mode
from services.gateway.domain import registration as domain
from services.gateway.domain.credentials import login_faults, normalise_login
from services.gateway.domain.registration import OrganizationClaim, Registration, State
from services.gateway.operations import decide_registration, register
from services.gateway.operations import registrations as reading

registrations = router()


def _name(value: str) -> list[Reason]:
    return domain.name_faults(value, pointer="")


def _login(value: str) -> list[Reason]:
    return login_faults(normalise_login(value), pointer="")


class ClaimedOrganization(StrictModel):
    """The organisation as its business licence says. region: GB/T 2260 code; size_class: as declared."""

    uscc: Annotated[str, Field(max_length=64), ruled(domain.uscc_faults)]
    name: Annotated[str, Field(max_length=domain.NAME_MAX), ruled(_name)]
    region: Annotated[str, Field(max_length=32), ruled(domain.region_faults)]
    legal_form: Annotated[str, Field(max_length=domain.LEGAL_FORM_MAX), ruled(domain.legal_form_faults)] | None = None
    size_class: Annotated[str, Field(max_length=16), ruled(domain.size_class_faults)] | None = None
    registered_on: Day | None = None


class ClaimingPerson(StrictModel):
    """Who claims, and the login he wants. All of it is encrypted with a key of his own."""

    name: Annotated[str, Field(max_length=domain.NAME_MAX), ruled(_name)]
    login: Annotated[str, Field(max_length=256), ruled(_login)]
    password: Secret
    phone: Annotated[str, Field(max_length=20, pattern=r"^\+?[0-9 -]+$")] | None = None


class RegistrationAsked(StrictModel):
    """A claim to act for an organisation. mode: which database, live where there is one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organization": {
                        "uscc": "91350100M000100Y43",
                        "name": "江门市蓬江区示例科技有限公司",
                        "region": "440703",
                        "legal_form": "有限责任公司",
                        "size_class": "small",
                        "registered_on": "2016-05-04",
                    },
                    "person": {"name": "陈华", "login": "chen.hua", "password": "nine rivers in delta"},
                    "roles": ["holder"],
                    "mode": "test",
                }
            ]
        }
    )
    organization: ClaimedOrganization
    person: ClaimingPerson
    roles: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=8), ruled(domain.role_faults)]
    mode: Literal["live", "test"] | None = None


class ConfirmationAsked(StrictModel):
    """reason: needed only where claims contest each other."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"reason": "营业执照与授权书已核对"}]})
    reason: Annotated[str, Field(max_length=domain.REASON_MAX)] | None = None


class RejectionAsked(StrictModel):
    """Why the claim is turned down; the claimant is told."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "授权书未盖章"}]})
    reason: str = Field(max_length=domain.REASON_MAX)


class RegistrationView(StrictModel):
    """A registration case. contested: somebody else claims, or claimed, the same code."""

    id: RegistrationId
    state: State
    contested: bool
    uscc: str
    organization_name: str
    region: str
    roles: list[str]
    person: PersonId
    organization: OrganizationId | None
    submitted_at: Instant
    decided_at: Instant | None
    reason: str | None


def _view(case: Registration) -> RegistrationView:
    return RegistrationView(
        id=case.id,
        state=case.state,
        contested=case.contested,
        uscc=case.claim.uscc,
        organization_name=case.claim.name,
        region=case.claim.region,
        roles=list(case.roles),
        person=case.person_id,
        organization=case.organization_id,
        submitted_at=case.submitted_at,
        decided_at=case.decided_at,
        reason=case.reason,
    )


@registrations.post(
    "/v1/registrations",
    status_code=201,
    tags=["registrations"],
    responses={200: {"model": RegistrationView, "description": "Sent again: the case as it is by now."}},
)
async def create_registration(
    body: RegistrationAsked, databases: AllDatabases, keeper: Kept, response: Response
) -> RegistrationView:
    """Claim to act for an organisation and choose a login; the login works at once, the roles once confirmed.

    When the reply was lost, send the same again: the same claim with the same login and password gives the same case.
    """
    person = body.person
    claimant = register.Claimant(person.name, person.login, person.password, person.phone)
    claim = OrganizationClaim(**{name: getattr(body.organization, name) for name in ClaimedOrganization.model_fields})
    database = databases.of(chosen_mode(databases, body.mode))
    case, is_new = await register.register(database, keeper, claimant, claim, tuple(body.roles))
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return _view(case)


@registrations.get("/v1/registrations", tags=["registrations"])
async def list_registrations(
    db: Db,
    permit: Permitted,
    state: Annotated[State | None, Query()] = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[RegistrationView]:
    """Cases, oldest first: all for an operator, one's own for everybody else."""
    found, cursor = await reading.list_registrations(
        db, person_id=_claimant(permit), state=state, after=after, limit=limit
    )
    return Page(items=[_view(case) for case in found], next_cursor=cursor)


@registrations.get("/v1/registrations/{registration_id}", tags=["registrations"])
async def get_registration(registration_id: RegistrationId, db: Db, permit: Permitted) -> RegistrationView:
    """One case."""
    return _view(await reading.read_registration(db, registration_id, person_id=_claimant(permit)))


def _claimant(permit: Permit) -> UUID | None:
    """Whose cases the caller may see, None for everybody's."""
    return None if permit.everything else parse("per", permit.caller.person)


@registrations.post("/v1/registrations/{registration_id}/confirm", tags=["registrations"])
async def confirm_registration(
    registration_id: RegistrationId,
    body: Annotated[ConfirmationAsked, Body(default_factory=ConfirmationAsked)],
    request: Request,
    db: Db,
    mode: TokenMode,
    by: Decider,
) -> RegistrationView:
    """The claimant acts for the organisation from now on; safe to send again when the registry was silent."""
    case = await decide_registration.confirm_registration(
        db, request.app.state.registry, registration_id, by=by, reason=body.reason, mode=mode
    )
    return _view(case)


@registrations.post("/v1/registrations/{registration_id}/reject", tags=["registrations"])
async def reject_registration(
    registration_id: RegistrationId, body: RejectionAsked, db: Db, by: Decider
) -> RegistrationView:
    """The claimant is told no, and why."""
    return _view(await decide_registration.reject_registration(db, registration_id, by=by, reason=body.reason))
