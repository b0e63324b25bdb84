"""Decides whether a service lives and is ready to be given work, and tells those who watch it what it does."""

from collections.abc import Awaitable, Sequence
from functools import cache
from pathlib import Path

from alembic.script import ScriptDirectory
from fastapi import Request
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.responses import Response

from services.chassis.authorisation import PUBLIC, Table
from services.chassis.database import Database, acts_as_owner
from services.chassis.http import Service, router, service_of
from services.chassis.revocations import STALE_SECONDS

HEALTH_AUTHORISATION: Table = {"get_liveness": PUBLIC, "get_readiness": PUBLIC}
METRICS_AUTHORISATION: Table = {"get_metrics": PUBLIC}
MIGRATIONS = Path(__file__).parents[2] / "migrations"

health_router = router()
metrics_router = router()
"""For a service's own port: the gateway forwards no such path, and has none itself."""


@health_router.get("/healthz", tags=["health"])
async def get_liveness() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@health_router.get("/readyz", tags=["health"])
async def get_readiness(request: Request) -> JSONResponse:
    """Ready for work: database, migrations at head or ahead, keys, revocations; 503 with the reasons otherwise."""
    reasons = await unready(service_of(request))
    return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)


@metrics_router.get("/metrics", tags=["health"], include_in_schema=False)
async def get_metrics() -> Response:
    """What this process counts, as Prometheus reads it."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def unready(service: Service) -> list[str]:
    """Every reason why the service is not ready; none when it is."""
    reasons = [reason for database in service.databases.all for reason in await _told(_faults(database))]
    for check in service.ready:
        reasons += await _told(check())
    if not await service.verifier.keys.at_hand():
        reasons.append("keys: the gateway gives none")
    if service.revocations is not None and service.revocations.age_seconds > STALE_SECONDS:
        reasons.append(f"revocations: not heard of for {STALE_SECONDS:.0f} s")
    reasons.extend(f"background: {name} has ended" for name in service.fallen)
    return reasons


async def _told(check: Awaitable[Sequence[str]]) -> Sequence[str]:
    try:
        return await check
    except (DBAPIError, PoolTimeout, OSError) as error:
        return [f"database: {type(error).__name__}"]


async def _faults(database: Database) -> Sequence[str]:
    async with database.read() as connection:
        revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
        owner = await acts_as_owner(connection)
    faults = []
    if behind(revision, needed := head(database.schema)):
        faults.append(f"migrations: at {revision}, this code needs {needed}")
    if owner:
        faults.append("database: connected as owner")
    return faults


def behind(revision: str | None, needed: str | None) -> bool:
    """Whether a schema lacks what the code needs; one that is ahead does not (docs/decisions/0020)."""
    return needed is not None and (revision is None or revision < needed)


@cache
def head(schema: str) -> str | None:
    """The newest migration of a service."""
    return ScriptDirectory(str(MIGRATIONS / schema)).get_current_head()
