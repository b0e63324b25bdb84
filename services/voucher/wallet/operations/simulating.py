"""Tries a scheme file on applicants and a budget: those of an earlier round, of a file, or a made-up population."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, documents
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.standards.calendar import local_date
from services.standards.money import AmountFault, parse_amount
from services.voucher.directory.store import parties
from services.voucher.scheme.domain.facts import PartyFacts
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import population, roster
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.chart import chart
from services.voucher.wallet.domain.facts import facts_of
from services.voucher.wallet.domain.outlook import Outlook, outlook
from services.voucher.wallet.domain.population import Population
from services.voucher.wallet.domain.queue import GENERAL, standing
from services.voucher.wallet.domain.simulation import Trial
from services.voucher.wallet.domain.told import Row, table
from services.voucher.wallet.store import applied, rounds

AT_ONCE_MAX = 5_000
"""So many applicants take about a second, for which one may wait; more are a job."""

SEED = "1"
"""Of a lottery, where none is given."""


class OneAtATime:
    """One try at a time: it reckons without a pause, and others are served by the same process."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()

    async def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class OfRound:
    """The applicants of a round."""

    id: UUID


@dataclass(frozen=True, slots=True)
class OfFile:
    """The holders of a CSV file, which was sent as a document before."""

    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is tried: a scheme, a budget in fen (None: what everybody needs), and on whom.

    currencies: all in which its amounts are; day: the local date of their facts (None: today); seed: of the population
    and of a lottery.
    """

    scheme: Scheme
    budget: int | None
    currencies: frozenset[str]
    day: date | None
    seed: str
    of: OfRound | OfFile | Population


@dataclass(frozen=True, slots=True)
class Tried:
    """The outlook on a scheme, and the columns of a file that were not read."""

    scheme: Scheme
    outlook: Outlook
    ignored: tuple[str, ...] = ()


def picture(tried: Tried, *, lang: str) -> str:
    """The outlook as SVG text; lang: ``en`` or ``zh-CN``."""
    title = tried.scheme.title_zh if lang == "zh-CN" else tried.scheme.title_en
    return chart(tried.outlook, title=title, currency=tried.scheme.currency, lang=lang)


def rows(tried: Tried, *, lang: str) -> list[Row]:
    """The outlook as a table; lang as for `picture`."""
    return table(tried.outlook, currency=tried.scheme.currency, lang=lang)


def try_file(scheme: Scheme, holders: bytes, *, budget: str | None) -> Tried:
    """Try a scheme on the holders of a CSV file, as of the day on which its window closes; no database is asked.

    budget: in the scheme's currency. Refusals of `roster.of_file`, and the code of an amount that is none.
    """
    day = local_date(scheme.allocation.closes.value, scheme.zone)
    found = roster.of_file(holders, scheme, day=day)
    fen = None if budget is None else _fen(budget, scheme.currency)
    return Tried(scheme, outlook(Trial(scheme, fen, day, SEED), found.applicants), found.ignored)


def _fen(text: str, currency: str) -> int:
    try:
        return parse_amount(text, currency)
    except AmountFault as fault:
        raise Refusal(fault.code, pointer="/budget") from fault


Found = Sequence[Applicant] | Population | bytes
"""The applicants themselves, or what they are made of."""


async def simulate(database: Database, *, permit: Permit, asked: Asked) -> Tried:
    """Try a scheme on so many applicants as one may wait for, one try at a time in this process; nothing is kept.

    NotFound ``round.unknown``, ``document.unknown``; refusals of `roster.of_file`, ``application.currency``,
    ``simulation.too_many``.
    """
    async with database.read() as connection:
        trial, found = await gather(connection, asked, permit=permit)
    if (count := _count(found)) > AT_ONCE_MAX:
        raise Refusal("simulation.too_many", numbers={"applicants": count, "at_most": AT_ONCE_MAX})
    async with database.keep("simulation", OneAtATime).lock:
        return await asyncio.to_thread(_try, trial, found)


async def gather(connection: AsyncConnection, asked: Asked, *, permit: Permit | None) -> tuple[Trial, Found]:
    """What is tried, and on whom. permit: None where it was asked before.

    NotFound ``round.unknown``, ``document.unknown``; Refusal ``application.currency``.
    """
    scheme = asked.scheme
    if not asked.currencies <= {scheme.currency}:
        raise Refusal("application.currency", numbers={"currency": scheme.currency})
    day = asked.day or local_date(await clock.business_now(connection), scheme.zone)
    return Trial(scheme, asked.budget, day, asked.seed), await _found(connection, permit, asked, scheme, day)


def _count(found: Found) -> int:
    """How many applicants there are at the most."""
    if isinstance(found, bytes):
        return found.count(b"\n")
    return found.holders if isinstance(found, Population) else len(found)


async def _found(connection: AsyncConnection, permit: Permit | None, asked: Asked, scheme: Scheme, day: date) -> Found:
    match asked.of:
        case OfRound(round_id):
            of = await rounds.read(connection, round_id)
            if permit is not None:
                permit.require("round.unknown", bureau=of.bureau)
            return await _of_round(connection, round_id, scheme, day)
        case OfFile(document_id):
            return await _content(connection, permit, document_id)
        case made_up:
            return made_up


async def _content(connection: AsyncConnection, permit: Permit | None, document_id: UUID) -> bytes:
    """A file that the caller sent."""
    sent = await documents.read(connection, document_id)
    if permit is not None and sent.sent_by != permit.caller.subject:
        raise NotFound("document.unknown")
    return await documents.content(connection, document_id)


async def _of_round(connection: AsyncConnection, round_id: UUID, scheme: Scheme, day: date) -> list[Applicant]:
    """Who applied in a round, with what is known of them on a day; of whom nothing is known, nothing is."""
    line = await applied.of_round(connection, round_id)
    known = await parties.read(connection, {one.holder_id for one in line})
    priority = scheme.allocation.priority.value
    return [
        Applicant(
            number=one.number,
            asked=one.amount,
            points=one.points,
            came_on=local_date(one.submitted_at, scheme.zone),
            facts=PartyFacts(as_of=day, active=False) if party is None else facts_of(party, day),
            queue_class=GENERAL if party is None else standing(party, priority, day).queue_class,
        )
        for one in line
        for party in [known.get(one.holder_id)]
    ]


def _try(trial: Trial, found: Found) -> Tried:
    applicants, ignored = applicants_of(trial, found)
    return Tried(trial.scheme, outlook(trial, applicants), ignored)


def applicants_of(trial: Trial, found: Found) -> tuple[Sequence[Applicant], tuple[str, ...]]:
    """The applicants, and the columns of a file that were not read. Refusals of `roster.of_file`."""
    if isinstance(found, bytes):
        read = roster.of_file(found, trial.scheme, day=trial.day)
        return read.applicants, read.ignored
    if isinstance(found, Population):
        return population.populate(found, trial.scheme, day=trial.day, seed=trial.seed), ()
    return found, ()
