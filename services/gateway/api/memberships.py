"""Speaks HTTP for memberships: who acts for an organisation, inviting others, and ending it."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import ConfigDict, Field

from services.chassis.authorisation import Permit
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, router
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.chassis.refusals import Refusal
from services.gateway.api.acting import (
    ActingPerson,
    Decider,
    Kept,
    MembershipId,
    OwnHolder,
    PersonId,
    TokenMode,
)
from services.gateway.domain.registration import NAME_MAX
from services.gateway.domain.standing import Membership, State
from services.gateway.operations import accounts
from services.gateway.operations import memberships as operations
from services.standards.holding import Holder

memberships = router()


class MembershipView(StrictModel):
    """A person, by reference, who acts for an organisation or a team, or for himself."""

    id: MembershipId
    person: PersonId
    organization: HolderId
    roles: list[str]
    state: State
    since: Instant
    ended_at: Instant | None


class InvitationAsked(StrictModel):
    """Somebody new who shall act for the caller's organisation, in some of the caller's roles."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "王芳", "roles": ["holder"]}]})
    name: str = Field(max_length=NAME_MAX)
    roles: list[Annotated[str, Field(max_length=32)]] = Field(max_length=8)


class MembershipAsked(StrictModel):
    """Who shall act for a team or for himself. member: which of the team's core members he is, by the registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holder": "tea_01920000000070008000000000000001",
                    "member": "per_01920000000070008000000000000002",
                    "name": "王芳",
                }
            ]
        }
    )
    holder: HolderId
    member: PersonId | None = None
    name: str = Field(max_length=NAME_MAX)


class InvitationView(StrictModel):
    """The membership, and the one-time token for /v1/auth/activate, shown this once."""

    membership: MembershipView
    activation_token: str


def _view(membership: Membership) -> MembershipView:
    return MembershipView(
        id=membership.id,
        person=membership.person_id,
        organization=Holder(membership.kind, membership.organization_id),
        roles=list(membership.roles),
        state=membership.state,
        since=membership.since,
        ended_at=membership.ended_at,
    )


@memberships.get("/v1/memberships", tags=["memberships"])
async def list_memberships(
    db: Db, permit: Permitted, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[MembershipView]:
    """Who acts for my organisation; all memberships for operators, admins and auditors."""
    within = own_organization(permit)
    found, cursor = await operations.list_memberships(db, organization_id=within, after=after, limit=limit)
    return Page(items=[_view(one) for one in found], next_cursor=cursor)


@memberships.post("/v1/memberships", status_code=201, tags=["memberships"])
async def create_membership(
    body: MembershipAsked,
    request: Request,
    db: Db,
    keeper: Kept,
    by: Decider,
    mode: TokenMode,
) -> InvitationView:
    """Let somebody act for a team of which he is a core member, or for himself, once his paper was seen.

    Hand him the token by a way that only he can read.
    """
    asked = accounts.Account(body.holder, body.member, body.name)
    membership, token = await accounts.open_account(
        db, keeper.vault, request.app.state.registry, asked, by=by, mode=mode
    )
    return InvitationView(membership=_view(membership), activation_token=token)


@memberships.post("/v1/memberships/{membership_id}/end", tags=["memberships"])
async def end_membership(membership_id: MembershipId, db: Db, permit: Permitted, by: ActingPerson) -> MembershipView:
    """He acts for the organisation no more; the clients he made for it are disabled."""
    within = own_organization(permit)
    return _view(await operations.end_membership(db, membership_id, actor=permit.caller.person, within=within))


@memberships.post("/v1/invitations", status_code=201, tags=["memberships"])
async def create_invitation(
    body: InvitationAsked,
    db: Db,
    keeper: Kept,
    person_id: ActingPerson,
    holder: OwnHolder,
    mode: TokenMode,
) -> InvitationView:
    """Let a colleague act for my organisation or team; hand him the token by a way that only he can read."""
    asked = operations.Invitation(holder, person_id, body.name, tuple(body.roles))
    membership, token = await operations.invite(db, keeper.vault, asked, mode=mode)
    return InvitationView(membership=_view(membership), activation_token=token)


def own_organization(permit: Permit) -> UUID | None:
    """The organisation a caller is kept within, None for who may see all; never all because none was named."""
    if permit.everything:
        return None
    own = permit.bound("own")
    if not isinstance(own, UUID):
        raise Refusal("auth.forbidden")
    return own
