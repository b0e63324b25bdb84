"""Puts the voucher service and what it calls behind sockets, and says who calls it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from services.chassis.ids import new_id, show
from services.standalone import serving
from services.standalone.life import alive
from services.voucher.app import create_app
from services.voucher.settings import Settings
from tests.chassis.signing import bearer
from tests.voucher.neighbours import SECRETS, gateway_app
from tests.voucher.redemption.samples import HOLDER, PAYEE

NOWHERE = "http://127.0.0.1:1"
"""A port at which nobody listens."""


@asynccontextmanager
async def at_a_port(app: Any) -> AsyncGenerator[str]:
    """An app over real HTTP for the block; its URL."""
    with serving.listen("127.0.0.1", 0) as listener:
        address = serving.Address(listener)
        async with serving.served(app, address):
            yield address.url


@asynccontextmanager
async def voucher_app(database_url: str, *, registry_url: str = NOWHERE, works: bool = True) -> AsyncGenerator[FastAPI]:
    """The voucher service at work on a database: its workers run, and its neighbours are called over HTTP."""
    async with at_a_port(gateway_app) as gateway_url:
        settings = Settings(
            test_database_url=SecretStr(database_url),
            gateway_url=gateway_url,
            registry_url=registry_url,
            works=works,
            **SECRETS,
        )
        app = create_app(settings)
        await app.state.service.revocations.hear()
        async with alive(app):
            yield app


@asynccontextmanager
async def voucher_service(database_url: str, *, registry_url: str = NOWHERE, works: bool = True) -> AsyncGenerator[str]:
    """The same behind a socket; its URL."""
    async with voucher_app(database_url, registry_url=registry_url, works=works) as app, at_a_port(app) as url:
        yield url


def the(role: str, key: str | None = None, **claims: Any) -> dict[str, str]:
    """Headers of the holder or the provider of a stored voucher, under a new key unless one is given."""
    org = {"holder": show("org", HOLDER), "provider": show("org", PAYEE)}[role]
    who = {"sub": f"per_{role}", "per": f"per_{role}", "org": org, "roles": [role], **claims}
    return {**bearer(**who), "Idempotency-Key": key or str(new_id())}
