"""Speaks HTTP for devices: a member asks for a PIN, the device exchanges it once, the organisation lists and ends."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.chassis.database import Mode
from services.chassis.http import Db, router
from services.chassis.ids import OrganizationId
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.gateway.api.acting import (
    ActingPerson,
    AllDatabases,
    ClientId,
    Kept,
    OwnOrganization,
    PersonId,
)
from services.gateway.api.auth import chosen_mode
from services.gateway.domain.client import Client
from services.gateway.domain.pairing import PIN_DIGITS
from services.gateway.domain.registration import NAME_MAX
from services.gateway.operations import clients
from services.gateway.operations import devices as operations

devices = router()


class DeviceAsked(StrictModel):
    """A device of the caller's organisation. roles: some of the caller's; all of them when none are named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "前台平板", "roles": ["provider"]}]})
    name: str = Field(max_length=NAME_MAX)
    roles: list[Annotated[str, Field(max_length=32)]] | None = Field(default=None, max_length=8)


class PairingView(StrictModel):
    """The PIN to type into the device, shown this once, and when it ends."""

    pin: str
    expires_at: Instant


class PairingAsked(StrictModel):
    """What was typed into the device. mode: which database the member is in, live where there is one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"pin": "20260418", "mode": "test"}]})
    pin: str = Field(pattern=rf"^[0-9]{{{PIN_DIGITS}}}$", repr=False)
    mode: Mode | None = None


class DeviceSecretView(StrictModel):
    """What the device gets its tokens with at /oauth2/token; the secret is never shown again."""

    client_id: ClientId
    client_secret: str
    organization: OrganizationId | None
    roles: list[str]
    mode: Mode


class DeviceView(StrictModel):
    """A device. last_used_at: when it last got a token; ended_at: since when it gets none."""

    id: ClientId
    name: str
    roles: list[str]
    paired_by: PersonId | None
    paired_at: Instant
    last_used_at: Instant | None
    ended_at: Instant | None


def _view(device: Client) -> DeviceView:
    return DeviceView(
        id=device.id,
        name=device.name,
        roles=list(device.roles),
        paired_by=device.made_by,
        paired_at=device.made_at,
        last_used_at=device.last_used_at,
        ended_at=device.disabled_at,
    )


@devices.post("/v1/me/devices", status_code=201, tags=["me"])
async def offer_device_pin(
    body: DeviceAsked, db: Db, keeper: Kept, person_id: ActingPerson, organization_id: OwnOrganization
) -> PairingView:
    """A PIN for one device of my organisation, good for 30 minutes and once; an earlier one of mine ends."""
    pin, expires_at = await operations.offer_pin(
        db, keeper.vault, person_id=person_id, organization_id=organization_id, name=body.name, roles=body.roles
    )
    return PairingView(pin=pin, expires_at=expires_at)


@devices.post("/v1/auth/devices", status_code=201, tags=["auth"])
async def pair_device(body: PairingAsked, databases: AllDatabases, keeper: Kept) -> DeviceSecretView:
    """Become a device of the organisation whose member gave the PIN; ask for another PIN if the answer was lost."""
    mode = chosen_mode(databases, body.mode)
    device, secret = await operations.pair(databases.of(mode), keeper.vault, body.pin, mode=mode)
    return DeviceSecretView(
        client_id=device.id,
        client_secret=secret,
        organization=device.organization_id,
        roles=list(device.roles),
        mode=mode,
    )


@devices.get("/v1/me/devices", tags=["me"])
async def list_devices(
    db: Db, organization_id: OwnOrganization, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[DeviceView]:
    """My organisation's devices, newest first, ended ones among them."""
    found, cursor = await clients.list_clients(
        db, organization_id=organization_id, kind="device", after=after, limit=limit
    )
    return Page(items=[_view(device) for device in found], next_cursor=cursor)


@devices.post("/v1/me/devices/{device_id}/revoke", tags=["me"])
async def revoke_device(
    device_id: ClientId, db: Db, person_id: ActingPerson, organization_id: OwnOrganization
) -> DeviceView:
    """End a device, such as a lost one, at once: its tokens count no more within two seconds."""
    return _view(await clients.disable_client(db, device_id, within=organization_id))
