"""Composes the voucher service: the only module that knows every room."""

from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI

from services.chassis import endpoints, jobs, sandbox
from services.chassis.background import alongside
from services.chassis.database import Database, Databases, Mode, databases
from services.chassis.feed import event_feed
from services.chassis.following import events_router
from services.chassis.health import health_router, metrics_router
from services.chassis.http import Service, create_service
from services.chassis.neighbours import Credentials, Neighbour, TokenSource
from services.chassis.problems import CHASSIS_PROBLEMS
from services.chassis.revocations import RevocationList, feed_of
from services.chassis.timers import Timetable
from services.chassis.tokens import KeyRing, Verifier
from services.chassis.watching import at_timers, at_work, keep_watching
from services.voucher.authorisation import AUTHORISATION
from services.voucher.awards.api import ROUTERS as AWARDS
from services.voucher.awards.operations.recomputing import ShrinkTimer
from services.voucher.awards.operations.reporting import SpendingTimer
from services.voucher.awards.store import fundings, papers
from services.voucher.directory.api import ROUTERS as DIRECTORY
from services.voucher.directory.neighbours import Registry
from services.voucher.directory.operations import listen
from services.voucher.directory.store import named, parties, policies
from services.voucher.heads import Heads
from services.voucher.ledger.api import ROUTERS as LEDGER
from services.voucher.ledger.operations.sealer import Press, Sealer
from services.voucher.oversight.api import ROUTERS as OVERSIGHT
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.oversight.operations.unsealing import evidence_of
from services.voucher.oversight.operations.watching import at_directory, at_settlement
from services.voucher.payout.api import ROUTERS as PAYOUT
from services.voucher.payout.operations.bank_accounts import ActivationTimer
from services.voucher.payout.operations.deposits import NothingDueTimer, SurplusTimer
from services.voucher.payout.store import payer_accounts
from services.voucher.problems import PROBLEMS
from services.voucher.reconciliation.api import ROUTERS as RECONCILIATION
from services.voucher.reconciliation.operations.matching import MatchTimer
from services.voucher.redemption.api import ROUTERS as REDEMPTION
from services.voucher.redemption.operations import rating
from services.voucher.redemption.operations.sealing import Seal
from services.voucher.redemption.operations.timers import TIMERS as REDEMPTION_TIMERS
from services.voucher.scheme.api.schemes import schemes_router
from services.voucher.scheme.domain.case_words import MEANINGS
from services.voucher.scheme.operations.files import (
    begin_next_year,
    check_scheme,
    compare_schemes,
    document_of,
    explain_scheme,
    scheme_of,
)
from services.voucher.scheme.operations.quoting import quote_scheme
from services.voucher.scheme.operations.versions import Beside
from services.voucher.scheme.problems import LINE_AND_COLUMN
from services.voucher.settings import Settings
from services.voucher.settlement.api import ROUTERS as SETTLEMENT
from services.voucher.settlement.operations import late_facts
from services.voucher.settlement.operations.closing import CloseTimer
from services.voucher.settlement.operations.timers import CorrectionTimer
from services.voucher.signet import NotOurs, Signet
from services.voucher.wallet.api import ROUTERS as WALLET
from services.voucher.wallet.api.round_fundings import fundings_router
from services.voucher.wallet.api.simulations import simulation_job, simulations_router
from services.voucher.wallet.operations import activating, allocation, listing, long_simulations, ranking
from services.voucher.wallet.operations.correcting import CorrectionTimer as ApplicationCorrectionTimer
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.operations.finishing import FinishTimer
from services.voucher.wallet.operations.reminding import ReminderTimer
from services.voucher.wallet.operations.simulating import picture, rows, try_file
from services.voucher.wallet.operations.year_end import YearEndTimer
from services.voucher.wallet.store import rounds

__all__ = [
    "CHASSIS_PROBLEMS",
    "LINE_AND_COLUMN",
    "MEANINGS",
    "PROBLEMS",
    "Heads",
    "NotOurs",
    "begin_next_year",
    "check_scheme",
    "compare_schemes",
    "create_app",
    "document_of",
    "evidence_of",
    "explain_scheme",
    "picture",
    "quote_scheme",
    "rows",
    "run_audit",
    "scheme_of",
    "try_file",
]

# what lapses at midnight is free before the voucher's own expiry takes it back
TIMETABLE = Timetable(
    [
        ReminderTimer(),
        *REDEMPTION_TIMERS,
        ExpiryTimer(),
        ApplicationCorrectionTimer(),
        FinishTimer(),
        YearEndTimer(),
        CorrectionTimer(),
        CloseTimer(),
        ShrinkTimer(),
        SpendingTimer(),
        ActivationTimer(),
        MatchTimer(),
        SurplusTimer(),
        NothingDueTimer(),
    ]
)
LOOKS = (at_timers(TIMETABLE), at_work, at_directory, at_settlement)
SHARED = (
    health_router,
    metrics_router,
    endpoints.documents_router(shared=papers.parties_of),
    endpoints.jobs_router(),
    endpoints.tasks_router(),
    endpoints.attempts_router(),
    events_router(),
    endpoints.timers_router(),
    endpoints.sandbox_router(),
)
ROUTERS = (
    *SHARED,
    *DIRECTORY,
    *LEDGER,
    schemes_router(Beside(parties.working_days, policies.statuses, named.heard_of, rounds.standing, fundings.standing)),
    simulations_router(scheme_of),
    fundings_router(payer_accounts.has_escrow),
    *WALLET,
    *REDEMPTION,
    *SETTLEMENT,
    *AWARDS,
    *PAYOUT,
    *RECONCILIATION,
    *OVERSIGHT,
)
HANDLERS: Mapping[str, jobs.Handler] = {
    sandbox.CLOCK_JOB: sandbox.clock_handler(TIMETABLE),
    listing.JOB: listing.carry_out,
    ranking.JOB: ranking.carry_out,
    allocation.JOB: allocation.carry_out,
    activating.JOB: activating.carry_out,
    long_simulations.JOB: simulation_job(scheme_of),
}


def create_app(settings: Settings, *, gateway: Neighbour | None = None, registry: Neighbour | None = None) -> FastAPI:
    """The voucher service. A neighbour is given where it runs in this process; else its URL in the settings counts."""
    gateway = gateway or Neighbour(settings.gateway_url)
    registry = registry or Neighbour(settings.registry_url)
    known = databases("voucher", settings.database_url, settings.test_database_url)
    proof = _proof(settings)
    service = Service(
        name="voucher",
        databases=known,
        verifier=Verifier(KeyRing(lambda: gateway.get("/.well-known/jwks.json"))),
        authorisation=AUTHORISATION,
        problems=PROBLEMS,
        revocations=RevocationList(feed_of(gateway, TokenSource(gateway, proof, known.default_mode))),
        ready=[partial(listen.faults, database) for database in known.all],
    )
    feeds = _feeds(known, proof, gateway=gateway, registry=registry)
    signet = Signet(settings.seal_key_bytes, settings.retired)
    heads = Heads(settings.seal_heads)
    press = Press(signet, settings.seal_algorithm, patience=settings.seal_seconds)
    sealers = [Sealer(database, press, heads=heads) for database in known.all]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as closing:
            for close in (service.databases.dispose, registry.close, gateway.close):
                closing.push_async_callback(close)
            async with alongside(_background(service, feeds, sealers, works=settings.works), service.fallen):
                yield

    app = create_service(service, ROUTERS, lifespan)
    app.state.seal = Seal(settings.code_key_bytes, settings.pepper_bytes)
    app.state.signet = signet
    app.state.timetable = TIMETABLE
    app.state.heads = heads
    return app


def _feeds(
    known: Databases, proof: Credentials, *, gateway: Neighbour, registry: Neighbour
) -> list[tuple[Database, Registry]]:
    """Each database with the registry as its own mode's token sees it."""
    modes: tuple[tuple[Mode, Database | None], ...] = (("live", known.live), ("test", known.test))
    return [
        (database, Registry(registry, TokenSource(gateway, proof, mode)))
        for mode, database in modes
        if database is not None
    ]


def _background(
    service: Service, feeds: Sequence[tuple[Database, Registry]], sealers: Sequence[Sealer], *, works: bool
) -> list[Coroutine[Any, Any, None]]:
    """What runs beside requests: revocations are heard, and, where this process works, the registry too, which is told
    of ratings; jobs and timers are carried out, and what was booked is sealed.
    """
    running = [service.revocations.listen()] if service.revocations is not None else []
    running += [event_feed(database).follow() for database in service.databases.all]
    if works:
        running += [listen.keep_listening(database, registry) for database, registry in feeds]
        running += [late_facts.keep_following(database) for database, _ in feeds]
        running += [rating.keep_telling(database, registry) for database, registry in feeds]
        for worker in [jobs.Worker(database, HANDLERS, TIMETABLE) for database in service.databases.all]:
            running += [worker.run_forever(), keep_watching(worker.office, LOOKS)]
        running += [sealer.run_forever() for sealer in sealers]
    return running


def _proof(settings: Settings) -> Credentials:
    return Credentials(settings.client_id, settings.client_secret.get_secret_value())
