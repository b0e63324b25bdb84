"""Speaks HTTP for machine clients: made by a member for his organisation, their secret shown once."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.chassis.http import Db, Permitted, router
from services.chassis.ids import OrganizationId
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.gateway.api.acting import ActingPerson, ClientId, OwnOrganization, PersonId, TokenMode
from services.gateway.api.memberships import own_organization
from services.gateway.domain.client import Client, Kind, State
from services.gateway.domain.registration import NAME_MAX
from services.gateway.operations import clients as operations

clients = router()


class ClientAsked(StrictModel):
    """A program of the caller's organisation, with some of the caller's roles."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "ERP", "roles": ["provider"]}]})
    name: str = Field(max_length=NAME_MAX)
    roles: list[Annotated[str, Field(max_length=32)]] = Field(max_length=8)


class ClientView(StrictModel):
    """A machine client; its id is its client_id at /oauth2/token. last_used_at: when it last got a token there."""

    id: ClientId
    name: str
    organization: OrganizationId | None
    kind: Kind
    roles: list[str]
    state: State
    made_by: PersonId | None
    made_at: Instant
    rotated_at: Instant | None
    last_used_at: Instant | None


class ClientSecretView(StrictModel):
    """A client with its secret, which is kept only as a hash and never shown again."""

    client: ClientView
    client_secret: str


def _view(client: Client) -> ClientView:
    return ClientView(
        id=client.id,
        name=client.name,
        organization=client.organization_id,
        kind=client.kind,
        roles=list(client.roles),
        state=client.state,
        made_by=client.made_by,
        made_at=client.made_at,
        rotated_at=client.rotated_at,
        last_used_at=client.last_used_at,
    )


@clients.get("/v1/clients", tags=["clients"])
async def list_clients(db: Db, permit: Permitted, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[ClientView]:
    """My organisation's clients, newest first; all for admins and auditors."""
    found, cursor = await operations.list_clients(
        db, organization_id=own_organization(permit), after=after, limit=limit
    )
    return Page(items=[_view(client) for client in found], next_cursor=cursor)


@clients.post("/v1/clients", status_code=201, tags=["clients"])
async def create_client(
    body: ClientAsked, db: Db, person_id: ActingPerson, organization_id: OwnOrganization, mode: TokenMode
) -> ClientSecretView:
    """Make a client for my organisation. The secret is shown this once."""
    client, secret = await operations.make_client(
        db, person_id=person_id, organization_id=organization_id, name=body.name, roles=body.roles, mode=mode
    )
    return ClientSecretView(client=_view(client), client_secret=secret)


@clients.get("/v1/clients/{client_id}", tags=["clients"])
async def get_client(client_id: ClientId, db: Db, permit: Permitted) -> ClientView:
    """One client."""
    return _view(await operations.read_client(db, client_id, within=own_organization(permit)))


@clients.post("/v1/clients/{client_id}/rotate", tags=["clients"])
async def rotate_client(
    client_id: ClientId, db: Db, permit: Permitted, person_id: ActingPerson, mode: TokenMode
) -> ClientSecretView:
    """A new secret; the old one is worthless at once."""
    client, secret = await operations.rotate_client(db, client_id, within=own_organization(permit), mode=mode)
    return ClientSecretView(client=_view(client), client_secret=secret)


@clients.post("/v1/clients/{client_id}/disable", tags=["clients"])
async def disable_client(client_id: ClientId, db: Db, permit: Permitted, person_id: ActingPerson) -> ClientView:
    """No more tokens; those it has count no more within two seconds."""
    return _view(await operations.disable_client(db, client_id, within=own_organization(permit)))
