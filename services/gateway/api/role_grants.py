"""Speaks HTTP for staff roles: proposed by one admin, seconded by another."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.chassis.http import Db, router
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.gateway.api.acting import ActingAdmin, Kept, PersonId, RoleGrantId, TokenMode
from services.gateway.domain.registration import NAME_MAX
from services.gateway.domain.role_grant import RoleGrant, State
from services.gateway.domain.roles import BOUNDS
from services.gateway.operations import role_grants as operations

role_grants = router()
Bound = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")] | None


class RoleGrantAsked(StrictModel):
    """A staff role for a known person, or for a new one by name.

    reviewer names region and stage, operator a bureau, finance_maker and finance_checker a treasury.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "李伟", "role": "operator", "bureau": "gxj"},
                {"name": "赵敏", "role": "reviewer", "region": "440703", "stage": "district"},
            ]
        }
    )
    person: PersonId | None = None
    name: str | None = Field(default=None, max_length=NAME_MAX)
    role: str = Field(max_length=32)
    region: Bound = None
    stage: Bound = None
    bureau: Bound = None
    treasury: Bound = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.person is None) == (self.name is None):
            raise PydanticCustomError("role_grant.subject", "refused")
        return self


class RoleGrantView(StrictModel):
    """A staff role, who proposed and who seconded it; both are null for the first two admins."""

    id: RoleGrantId
    person: PersonId
    role: str
    region: str | None
    stage: str | None
    bureau: str | None
    treasury: str | None
    state: State
    proposed_by: PersonId | None
    proposed_at: Instant
    seconded_by: PersonId | None
    seconded_at: Instant | None
    ended_at: Instant | None


class SecondedView(StrictModel):
    """The role in force. activation_token: for a person without login, for /v1/auth/activate, shown this once."""

    role_grant: RoleGrantView
    activation_token: str | None


def _view(grant: RoleGrant) -> RoleGrantView:
    fields = {name: getattr(grant, name) for name in RoleGrantView.model_fields if name != "person"}
    return RoleGrantView(person=grant.person_id, **fields)


@role_grants.get("/v1/role-grants", tags=["role-grants"])
async def list_role_grants(
    db: Db, state: State | None = None, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[RoleGrantView]:
    """Staff roles, newest first."""
    found, cursor = await operations.list_role_grants(db, state=state, after=after, limit=limit)
    return Page(items=[_view(grant) for grant in found], next_cursor=cursor)


@role_grants.post("/v1/role-grants", status_code=201, tags=["role-grants"])
async def propose_role_grant(body: RoleGrantAsked, db: Db, keeper: Kept, admin: ActingAdmin) -> RoleGrantView:
    """Propose a staff role; it gives nothing until another admin seconds it."""
    bounds = {bound: getattr(body, bound) for bound in BOUNDS}
    asked = operations.Proposal(body.person, body.name, body.role, bounds)
    return _view(await operations.propose_role_grant(db, keeper.vault, asked, by=admin))


@role_grants.post("/v1/role-grants/{role_grant_id}/second", tags=["role-grants"])
async def second_role_grant(role_grant_id: RoleGrantId, db: Db, admin: ActingAdmin, mode: TokenMode) -> SecondedView:
    """Put a proposed role in force; not for who proposed it or would hold it."""
    grant, token = await operations.second_role_grant(db, role_grant_id, by=admin, mode=mode)
    return SecondedView(role_grant=_view(grant), activation_token=token)


@role_grants.post("/v1/role-grants/{role_grant_id}/decline", tags=["role-grants"])
async def decline_role_grant(role_grant_id: RoleGrantId, db: Db, admin: ActingAdmin) -> RoleGrantView:
    """Turn a proposal down, or take one's own back."""
    return _view(await operations.decline_role_grant(db, role_grant_id, by=admin))


@role_grants.post("/v1/role-grants/{role_grant_id}/end", tags=["role-grants"])
async def end_role_grant(role_grant_id: RoleGrantId, db: Db, admin: ActingAdmin) -> RoleGrantView:
    """Take a role away; tokens that name it count no more within two seconds."""
    return _view(await operations.end_role_grant(db, role_grant_id, by=admin))
