"""Composes the gateway: the only module that knows every room of it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from services.chassis.background import alongside
from services.chassis.database import Databases, databases
from services.chassis.endpoints import tasks_router
from services.chassis.health import health_router
from services.chassis.http import Service, create_service
from services.chassis.neighbours import Neighbour
from services.chassis.revocations import RevocationList
from services.chassis.tokens import KeyRing, Verifier
from services.gateway.api.auth import auth
from services.gateway.api.clients import clients
from services.gateway.api.devices import devices
from services.gateway.api.docs import docs
from services.gateway.api.me import me
from services.gateway.api.memberships import memberships
from services.gateway.api.oauth2 import oauth2
from services.gateway.api.persons import persons
from services.gateway.api.registrations import registrations
from services.gateway.api.revocations import RevocationsView, revocation_view, revocations
from services.gateway.api.role_grants import role_grants
from services.gateway.api.well_known import well_known
from services.gateway.authorisation import AUTHORISATION
from services.gateway.edge import Door, Edge
from services.gateway.forwarder import Forwarder
from services.gateway.keeper import Keeper
from services.gateway.keys import Signer, load, make_key
from services.gateway.limits import Limits
from services.gateway.neighbours import Registry
from services.gateway.operations.clients import provide_service_client
from services.gateway.operations.found_admins import found_admins
from services.gateway.operations.revocations import list_revocations
from services.gateway.pages import Pages
from services.gateway.passwords import Passwords
from services.gateway.problems import PROBLEMS
from services.gateway.settings import Settings
from services.gateway.upstream import Upstreams
from services.gateway.vault import Vault

__all__ = ["Vault", "create_app", "found_admins", "make_key", "provide_service_client"]

ROUTERS = (
    health_router,
    auth,
    oauth2,
    well_known,
    me,
    registrations,
    memberships,
    role_grants,
    clients,
    devices,
    persons,
    revocations,
    docs,
    tasks_router("/v1/gateway"),
)


def create_app(settings: Settings, in_process: Mapping[str, ASGIApp] | None = None) -> Edge:
    """The gateway as one ASGI app, behind its edge.

    in_process: services that run in this process, by name (``registry``, ``voucher``); the others are forwarded to
    at the URLs of the settings, and one that has neither is answered with 503. keys.NoKey when none can sign.
    """
    forwarders = _forwarders(settings)
    upstreams: dict[str, ASGIApp] = {**forwarders, **(in_process or {})}
    keeper = Keeper(Vault(settings.master_key_bytes), Passwords(settings.hash_threads), load(settings.key_directory))
    stores = databases("gateway", settings.database_url, settings.test_database_url)
    heard = RevocationList(_feed(stores))
    service = _service(stores, keeper.signer, heard)
    registry = _registry(settings, in_process or {})
    closing = [*(one.close for one in forwarders.values()), registry.close, stores.dispose]
    own = create_service(service, ROUTERS, _lifespan(service, heard, keeper, closing))
    own.router.routes[:] = [route for route in own.router.routes if not _is_plain_openapi(route)]
    own.state.keeper = keeper
    own.state.registry = Registry(registry, keeper.signer, _now)
    own.state.pages = Pages(own.openapi, upstreams)
    return Edge(own, _door(settings, service, heard, upstreams))


def _feed(stores: Databases) -> Callable[[str | None], Awaitable[dict[str, Any]]]:
    """The feed that others ask for over the network, from this process's own hands."""

    async def feed(after: str | None) -> dict[str, Any]:
        found, cursor = await list_revocations(stores, after=after)
        return RevocationsView(items=[revocation_view(one) for one in found], next_cursor=cursor).model_dump()

    return feed


def _service(stores: Databases, signer: Signer, heard: RevocationList) -> Service:
    """What the chassis needs to know; the keys that verify are those that sign."""

    async def key_set() -> dict[str, Any]:
        return signer.key_set()

    return Service(
        name="gateway",
        databases=stores,
        verifier=Verifier(KeyRing(key_set)),
        authorisation=AUTHORISATION,
        problems=PROBLEMS,
        revocations=heard,
    )


def _door(settings: Settings, service: Service, heard: RevocationList, upstreams: Mapping[str, ASGIApp]) -> Door:
    return Door(
        upstreams=Upstreams(upstreams),
        verifier=service.verifier,
        revocations=heard,
        limits=Limits(service.databases.all[0]),
        calls_per_caller=settings.calls_per_caller,
        calls_per_address=settings.calls_per_address,
        problems=service.all_problems,
    )


def _lifespan(
    service: Service, heard: RevocationList, keeper: Keeper, closing: Sequence[Callable[[], Awaitable[None]]]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """While the app lives it hears its own revocation feed; at the end everything that was opened is closed."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await service.verifier.keys.key(keeper.signer.keys[-1].kid)
        try:
            async with alongside([heard.listen()]):
                yield
        finally:
            keeper.passwords.close()
            for close in closing:
                await close()

    return lifespan


def _forwarders(settings: Settings) -> dict[str, Forwarder]:
    urls = {"registry": settings.registry_url, "voucher": settings.voucher_url}
    return {
        name: Forwarder(url, connections=settings.upstream_connections, seconds=settings.upstream_seconds)
        for name, url in urls.items()
        if url is not None
    }


def _registry(settings: Settings, in_process: Mapping[str, ASGIApp]) -> Neighbour:
    """A registry that is nowhere is a host that does not exist: confirming then says that it is silent."""
    if "registry" in in_process:
        return Neighbour("http://registry", app=in_process["registry"])
    return Neighbour(settings.registry_url or "http://registry.invalid")


def _is_plain_openapi(route: Any) -> bool:
    """FastAPI's own document route, in whose place the merged one stands."""
    return getattr(route, "path", None) == "/openapi.json" and route.name == "openapi"


def _now() -> datetime:
    return datetime.now(UTC)
