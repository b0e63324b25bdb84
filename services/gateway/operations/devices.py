"""Gives members PINs with which their devices become clients; one PIN is one device."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.clock import wall_clock
from services.chassis.database import Database, Mode
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain import client as clients_domain
from services.gateway.domain.client import Client
from services.gateway.domain.pairing import await_device
from services.gateway.operations.clients import maker_of
from services.gateway.store import clients
from services.gateway.store import pairings as store
from services.gateway.vault import PAIRING_PIN, Vault, fresh_pin, fresh_token, hash_token


async def offer_pin(
    database: Database, vault: Vault, *, person_id: UUID, organization_id: UUID, name: str, roles: Sequence[str] | None
) -> tuple[str, datetime]:
    """A PIN for one device of the member's organisation, and when it ends (30 minutes); his earlier one ends now.

    roles: None for all of the member's own. Refusal of all faults; ``client.not_member``, ``client.too_many``.
    """
    async with database.begin() as connection:
        await store.queue(connection)
        maker = await maker_of(connection, person_id, organization_id)
        now = await wall_clock(connection)
        pairing = await_device(name=name, roles=roles, maker=maker, at=now)
        await store.forget(connection, at=now, of=person_id)
        pin = fresh_pin()
        while not await store.add(connection, pairing, vault.digest(PAIRING_PIN, pin)):
            pin = fresh_pin()
    return pin, pairing.expires_at


async def pair(database: Database, vault: Vault, pin: str, *, mode: Mode) -> tuple[Client, str]:
    """The device that was waited for under this PIN, and its secret, which is not shown again.

    Refusal ``pairing.failed`` for a PIN that is unknown, used, expired or spent by wrong tries, all alike and each
    counted; ``client.not_member``, ``client.roles``, ``client.too_many`` when the member could make it no more, which
    leaves the PIN as it is.
    """
    secret = fresh_token("sec", mode)
    async with database.begin() as connection:
        await store.queue(connection)
        await store.forget(connection, at=await wall_clock(connection))
        pairing = await store.take(connection, vault.digest(PAIRING_PIN, pin))
        if pairing is not None:
            maker = await maker_of(connection, pairing.person_id, pairing.organization_id)
            device = clients_domain.make(
                id=new_id(),
                name=pairing.name,
                roles=pairing.roles,
                maker=maker,
                at=await wall_clock(connection),
                kind="device",
            )
            await clients.add(connection, device, hash_token(secret))
    if pairing is None:
        raise Refusal("pairing.failed", rule="pairing_pin", pointer="/pin")
    return device, secret
