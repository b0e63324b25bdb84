"""Composes the registry: the only module that knows every room."""

from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from services.chassis import endpoints, jobs
from services.chassis.background import alongside
from services.chassis.database import databases
from services.chassis.health import health_router, metrics_router
from services.chassis.http import Service, create_service
from services.chassis.neighbours import Credentials, Neighbour, TokenSource
from services.chassis.revocations import RevocationList, feed_of
from services.chassis.timers import Timetable
from services.chassis.tokens import KeyRing, Verifier
from services.chassis.watching import at_timers, at_work, keep_watching
from services.registry.assessment.api import ROUTERS as ASSESSMENT
from services.registry.assessment.operations import deadlines
from services.registry.assessment.operations.systems import load_systems
from services.registry.authorisation import AUTHORISATION
from services.registry.catalogue.api import ROUTERS as CATALOGUE
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.catalogue.operations.policies import load_papers
from services.registry.catalogue.operations.unanswered import Unanswered
from services.registry.feed.api import ROUTERS as FEED
from services.registry.parties.api import ROUTERS as PARTIES
from services.registry.parties.operations.replies import ReplyTimer
from services.registry.parties.store.people import vault_of
from services.registry.problems import PROBLEMS
from services.registry.providers.api import ROUTERS as PROVIDERS
from services.registry.providers.operations.expiry import ProviderExpiry
from services.registry.providers.operations.paper_reminders import PaperReminder
from services.registry.providers.operations.suspension_ends import SuspensionEnd
from services.registry.search.api import ROUTERS as SEARCH
from services.registry.search.operations.projection import at_search, keep_reading
from services.registry.settings import Settings
from services.registry.spaces.api import ROUTERS as SPACES
from services.registry.statistics.api import ROUTERS as STATISTICS
from services.registry.statistics.operations.targets import load_targets
from services.registry.statistics.operations.year_end import YearEnd
from services.registry.transfer.api import ROUTERS as TRANSFER
from services.registry.transfer.neighbours import Platform
from services.registry.transfer.operations.fetching import ExtractFetch
from services.registry.transfer.operations.forgetting import ExportExpiry
from services.registry.transfer.operations.handlers import handlers

__all__ = ["create_app"]

PREFIX = "/v1/registry"
"""Documents, jobs and tasks of the registry lie beside those of the voucher service."""

ROUTERS = (
    health_router,
    metrics_router,
    endpoints.documents_router(PREFIX),
    endpoints.jobs_router(PREFIX),
    endpoints.tasks_router(PREFIX),
    endpoints.timers_router(PREFIX),
    *PARTIES,
    *SPACES,
    *PROVIDERS,
    *ASSESSMENT,
    *SEARCH,
    *TRANSFER,
    *STATISTICS,
    *CATALOGUE,
    *FEED,
)


def timetable(settings: Settings) -> Timetable:
    """All that falls due by itself; a suspension that ends at midnight ends before what it stopped expires."""
    zone = settings.zone
    assessed = deadlines.timers(zone, review_days=settings.review_days)
    ended = (SuspensionEnd(zone), ProviderExpiry(zone), PaperReminder(zone), YearEnd(zone))
    unanswered = (Unanswered("answer_revocation", "space"), Unanswered("answer_suspension", "provider"))
    fetch = ExtractFetch(zone, has_address=settings.extract_url is not None)
    return Timetable([ReplyTimer(), *unanswered, *ended, *assessed, ExportExpiry(), fetch])


def create_app(settings: Settings, *, gateway: Neighbour | None = None) -> FastAPI:
    """The registry. A neighbour is given where it runs in this process; else its URL in the settings counts."""
    gateway = gateway or Neighbour(settings.gateway_url)
    known = databases("registry", settings.database_url, settings.test_database_url)
    proof = Credentials(settings.client_id, settings.client_secret.get_secret_value())
    service = Service(
        name="registry",
        databases=known,
        verifier=Verifier(KeyRing(lambda: gateway.get("/.well-known/jwks.json"))),
        authorisation=AUTHORISATION,
        problems=PROBLEMS,
        revocations=RevocationList(feed_of(gateway, TokenSource(gateway, proof, known.default_mode))),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as closing:
            closing.push_async_callback(service.databases.dispose)
            closing.push_async_callback(gateway.close)
            for database in service.databases.all:
                await load_shipped(database)
                await load_targets(database)
                await load_papers(database)
                await load_systems(database)
            async with alongside(_background(service, settings), service.fallen):
                yield

    app = create_service(service, ROUTERS, lifespan)
    app.state.settings = settings
    app.state.timetable = timetable(settings)
    app.state.vault = vault_of(settings.master_key_bytes)
    return app


def _background(service: Service, settings: Settings) -> list[Coroutine[Any, Any, None]]:
    """What runs beside requests: revocations are heard, and, where this process works, timers carried out."""
    running = [service.revocations.listen()] if service.revocations is not None else []
    if settings.works:
        due = timetable(settings)
        url, token = settings.extract_url, settings.extract_token
        work = handlers(settings.zone, None if url is None else Platform(url, token))
        for worker in [jobs.Worker(database, work, due) for database in service.databases.all]:
            looks = [at_timers(due), at_work, at_search]
            running += [worker.run_forever(), keep_watching(worker.office, looks), keep_reading(worker.database)]
    return running
