"""Composes the voucher service: the only module that knows every room."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from services.chassis import endpoints, jobs, sandbox
from services.chassis.database import databases
from services.chassis.health import health_router
from services.chassis.http import Service, create_service
from services.chassis.neighbours import Neighbour
from services.chassis.revocations import RevocationList
from services.chassis.timers import Timetable
from services.chassis.tokens import KeyRing, Verifier
from services.voucher.authorisation import AUTHORISATION
from services.voucher.directory.store import parties
from services.voucher.ledger.api import ROUTERS as LEDGER
from services.voucher.oversight.api import ROUTERS as OVERSIGHT
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.problems import PROBLEMS
from services.voucher.scheme.api.schemes import schemes_router
from services.voucher.settings import Settings
from services.voucher.wallet.api import ROUTERS as WALLET
from services.voucher.wallet.operations import allocation
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.operations.finishing import FinishTimer

__all__ = ["create_app", "run_audit"]

SHARED = (
    health_router,
    endpoints.documents_router(),
    endpoints.jobs_router(),
    endpoints.tasks_router(),
    endpoints.attempts_router(),
    endpoints.events_router(),
    endpoints.sandbox_router(),
)
ROUTERS = (*SHARED, *LEDGER, schemes_router(parties.working_days), *WALLET, *OVERSIGHT)
TIMETABLE = Timetable([ExpiryTimer(), FinishTimer()])
HANDLERS: Mapping[str, jobs.Handler] = {
    sandbox.CLOCK_JOB: sandbox.clock_handler(TIMETABLE),
    allocation.JOB: allocation.carry_out,
}


def create_app(settings: Settings, *, gateway: Neighbour | None = None) -> FastAPI:
    """The voucher service. A neighbour is given where it runs in this process; else its URL in the settings counts."""
    gateway = gateway or Neighbour(settings.gateway_url)
    service = Service(
        name="voucher",
        databases=databases("voucher", _url(settings.database_url), _url(settings.test_database_url)),
        verifier=Verifier(KeyRing(lambda: gateway.get("/.well-known/jwks.json"))),
        authorisation=AUTHORISATION,
        problems=PROBLEMS,
        revocations=_revocations(gateway),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with _background(service, works=settings.works):
            yield
        await gateway.close()
        await service.databases.dispose()

    return create_service(service, ROUTERS, lifespan)


def _revocations(gateway: Neighbour) -> RevocationList:
    async def fetch(after: str | None) -> dict[str, Any]:
        return await gateway.get("/v1/revocations", params={} if after is None else {"after": after})

    return RevocationList(fetch)


@asynccontextmanager
async def _background(service: Service, *, works: bool) -> AsyncGenerator[None]:
    """What runs beside requests: revocations are heard, and, where this process works, jobs and timers carried out."""
    running = [service.revocations.listen()] if service.revocations is not None else []
    if works:
        running += [jobs.Worker(database, HANDLERS, TIMETABLE).run_forever() for database in service.databases.all]
    tasks = [asyncio.create_task(coroutine) for coroutine in running]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _url(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
