"""Speaks HTTP for the caller himself: who he is here, and his sessions."""

from fastapi import Response

from services.chassis.database import Mode
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import parse
from services.chassis.models import Instant, StrictModel
from services.gateway.api.acting import ActingPerson, Kept, MembershipId, RoleGrantId, SessionId, acted_for
from services.gateway.operations import people, sessions
from services.gateway.operations.people import Profile
from services.standards.holding import Holder

me = router()


class OwnMembership(StrictModel):
    """An organisation or a team for which the caller acts, or he himself."""

    id: MembershipId
    organization: HolderId
    roles: list[str]
    since: Instant


class OwnRole(StrictModel):
    """A staff role of the caller, and what it is bound to."""

    id: RoleGrantId
    role: str
    region: str | None
    stage: str | None
    bureau: str | None
    treasury: str | None


class MeView(StrictModel):
    """The caller as the token says (subject, organization, roles), and the person as the gateway knows him.

    name, login and phone are null for a machine client, which is no person.
    """

    subject: str
    person: str
    organization: HolderId | None
    roles: list[str]
    mode: Mode
    name: str | None = None
    login: str | None = None
    phone: str | None = None
    memberships: tuple[OwnMembership, ...] = ()
    staff_roles: tuple[OwnRole, ...] = ()


class SessionView(StrictModel):
    """One device's session; current: the one that asks."""

    id: SessionId
    device: str
    organization: HolderId | None
    created_at: Instant
    last_used_at: Instant
    expires_at: Instant
    current: bool


class SessionsView(StrictModel):
    """All live sessions, newest first."""

    items: list[SessionView]


@me.get("/v1/me", tags=["me"])
async def get_me(db: Db, permit: Permitted, keeper: Kept) -> MeView:
    """Who I am: what this token says, and what is kept about me."""
    caller = permit.caller
    said = MeView(
        subject=caller.subject,
        person=caller.person,
        organization=caller.holder,
        roles=sorted(caller.roles),
        mode=caller.mode,
    )
    if caller.subject != caller.person or not caller.person.startswith("per_"):
        return said
    profile = await people.read_profile(db, keeper.vault, parse("per", caller.person))
    return said.model_copy(update=_known(profile))


def _known(profile: Profile) -> dict[str, object]:
    return {
        "name": profile.personal["name"],
        "login": profile.personal["login"],
        "phone": profile.personal["phone"] or None,
        "memberships": tuple(
            OwnMembership(
                id=one.id, organization=Holder(one.kind, one.organization_id), roles=list(one.roles), since=one.since
            )
            for one in profile.memberships
        ),
        "staff_roles": tuple(
            OwnRole(**{name: getattr(grant, name) for name in OwnRole.model_fields}) for grant in profile.grants
        ),
    }


@me.get("/v1/me/sessions", tags=["me"])
async def list_sessions(db: Db, permit: Permitted, person_id: ActingPerson) -> SessionsView:
    """Where I am logged in."""
    live = await sessions.list_sessions(db, person_id)
    return SessionsView(
        items=[
            SessionView(
                id=one.id,
                device=one.device,
                organization=acted_for(one.kind, one.organization_id),
                created_at=one.created_at,
                last_used_at=one.last_used_at,
                expires_at=one.expires_at,
                current=permit.caller.session.endswith(one.id.hex),
            )
            for one in live
        ]
    )


@me.post("/v1/me/sessions/{session_id}/end", status_code=204, tags=["me"])
async def end_session(session_id: SessionId, db: Db, permit: Permitted, person_id: ActingPerson) -> Response:
    """End one of my sessions, such as that of a lost phone."""
    await sessions.end_session(db, person_id, session_id)
    return Response(status_code=204)
