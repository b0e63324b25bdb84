"""Builds all services in one process: the gateway in front, each neighbour reached without a second HTTP hop."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from services.chassis.neighbours import Neighbour
from services.gateway.app import create_app as create_gateway
from services.registry.app import create_app as create_registry
from services.registry.settings import Settings as RegistrySettings
from services.standalone import gatehouse, registry_keys, voucher_keys
from services.standalone.folders import Secrets
from services.standalone.installation import Installation
from services.standalone.life import alive
from services.voucher.app import create_app as create_voucher
from services.voucher.settings import Settings as VoucherSettings


class Forward:
    """An app that is known before it is built: gateway and services need each other."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the app."""
        if self.app is None:
            raise RuntimeError("the house is not built yet")
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class House:
    """All services of one machine. Only the gateway is spoken to from outside."""

    gateway: ASGIApp
    registry: ASGIApp
    voucher: ASGIApp


async def compose(installation: Installation) -> House:
    """Build the apps on an installation's databases; nothing runs yet."""
    ahead = Forward()
    registry = create_registry(
        RegistrySettings(
            **await _settings(installation, "registry"), master_key=registry_keys.master_key_of(installation.data)
        ),
        gateway=_gateway(ahead),
    )
    voucher = create_voucher(
        VoucherSettings(
            **await _settings(installation, "voucher") | voucher_keys.keys_of(installation.data),
            seal_heads=voucher_keys.heads_of(installation.data),
        ),
        gateway=_gateway(ahead),
        registry=Neighbour("http://registry", app=registry),
    )
    ahead.app = create_gateway(gatehouse.settings_of(installation), {"registry": registry, "voucher": voucher})
    return House(ahead.app, registry, voucher)


@asynccontextmanager
async def inhabited(installation: Installation) -> AsyncGenerator[House]:
    """The house with everything in it at work (feeds, jobs, timers) for the block, then stopped in order."""
    house = await compose(installation)
    async with AsyncExitStack() as started:
        for app in (house.gateway, house.registry, house.voucher):
            await started.enter_async_context(alive(app))
        yield house


def _gateway(ahead: Forward) -> Neighbour:
    return Neighbour("http://gateway", app=ahead)


async def _settings(installation: Installation, service: str) -> dict[str, Any]:
    """Both databases, and a client of its own with which the service proves itself at the gateway."""
    secret = Secrets(installation.data / "services.json").of(service)
    for mode in installation.modes:
        client_id = await gatehouse.make_service_client(installation, service, secret, mode)
    live, test = installation.url(service, "live"), installation.url(service, "test")
    return {
        "database_url": SecretStr(live) if live else None,
        "test_database_url": SecretStr(test) if test else None,
        "client_id": client_id,
        "client_secret": SecretStr(secret),
    }
