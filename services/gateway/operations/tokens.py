"""Decides how a session's next pair of tokens comes about; called inside the transaction of a login or refresh."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Mode
from services.chassis.ids import new_id, show
from services.gateway.domain.claims import Bearer, claims
from services.gateway.domain.client import Client
from services.gateway.domain.session import ACCESS_TOKEN_LIFE, Session
from services.gateway.domain.standing import Standing, standing
from services.gateway.keys import Signer
from services.gateway.store import memberships, role_grants
from services.standards.holding import Holder

OWN_PAGES = "innovoucher"
"""The client_id of tokens that a person got with login and password (RFC 9068 wants one)."""


@dataclass(frozen=True)
class Issued:
    """What a caller is given. expires_in in seconds; a machine client gets no refresh token."""

    access_token: str = field(repr=False)
    standing: Standing
    expires_in: int = int(ACCESS_TOKEN_LIFE / timedelta(seconds=1))
    refresh_token: str | None = field(default=None, repr=False)
    session: Session | None = None


async def standing_of(connection: AsyncConnection, person_id: UUID, organization_id: UUID | None) -> Standing:
    """What a person is right now, for a chosen organisation or as staff; a Refusal when the choice is wrong."""
    active = await memberships.active_of(connection, person_id)
    granted = await role_grants.active_of(connection, person_id)
    return standing(active, granted, organization_id=organization_id)


def person_token(signer: Signer, session: Session, stands: Standing, *, mode: Mode, at: datetime) -> str:
    """An access token of a person's session."""
    person = show("per", session.person_id)
    bearer = Bearer(person, person, OWN_PAGES, show("ses", session.id), show("tok", new_id()), mode)
    return signer.sign(claims(bearer, stands, organization=_shown(stands), at=at))


def client_token(signer: Signer, client: Client, *, mode: Mode, at: datetime) -> str:
    """An access token of a machine client; the person behind it is who made it, or the service itself."""
    subject, token = show("cli", client.id), show("tok", new_id())
    person = subject if client.made_by is None else show("per", client.made_by)
    bearer = Bearer(subject, person, subject, session=token, token_id=token, mode=mode)
    stands = Standing(roles=client.roles, organization_id=client.organization_id)
    return signer.sign(claims(bearer, stands, organization=_shown(stands), at=at))


def _shown(stands: Standing) -> str | None:
    return None if stands.organization_id is None else Holder(stands.kind, stands.organization_id).shown
