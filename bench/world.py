"""Puts a city into an empty database: holders, providers and any number of vouchers, issued by the book.

One voucher is written by the product's own code, from its budget line to its entries; SQL makes the others like it, set
by set. Triggers and foreign keys rest meanwhile, as in a restore: that everything adds up is for the audit to say.
"""

import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.machine import Urls
from services.chassis.database import Database, may_last
from services.chassis.ids import new_id, show
from services.standards import spelling
from services.standards.calendar import end_of_day
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine, Classification
from services.voucher.ledger.domain.counters import Counter
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import counters, journals, lines
from services.voucher.ledger.store.tables import CapCounters, Entries, Journals
from services.voucher.redemption.domain.provider_code import DRAWN, PREFIX, ProviderCode
from services.voucher.redemption.store import provider_codes
from services.voucher.scheme.domain.deadlines import voucher_dates
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import reading
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.versions import SchemeVersion
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from services.voucher.wallet.store import applications, rounds, vouchers
from services.voucher.wallet.store.rounds import Pool
from services.voucher.wallet.store.tables import Applications, RoundPools, Rounds, Vouchers

YUAN = 100
ISSUED_AT = datetime(2020, 9, 16, 2, 0, tzinfo=UTC)
FILE = Path(__file__).parents[1] / "schemes" / "jiangmen-service-2020.yaml"
NO_LIMIT = "1000000000000.00"
"""In place of what a holder may have in a year: here few holders have many vouchers, and a cap still counts them."""
CATEGORY = "testing"
CALENDAR = Change("calendar", "2020", {"year": 2020, "off": [], "worked": []}, "0")
FILLED = (Applications.__table__, Vouchers.__table__, Journals, Entries)
"""The tables with as many rows as there are vouchers, or more."""
INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
KINDS = {
    "holder": "00000001",
    "payee": "00000002",
    "provider": "00000003",
    "voucher": "00000004",
    "round": "00000005",
    "application": "00000006",
    "funded": "00000007",
    "issued": "00000008",
}
"""What an id begins with; it ends with the number of its thing, so that both sides can name everything unasked."""


def id_of(kind: str, number: int) -> UUID:
    """The id of the so manieth thing of a kind, counted from 0."""
    return UUID(f"{KINDS[kind]}-0000-7000-8000-{number:012x}")


def sql_id(kind: str, number: str) -> str:
    """The same in SQL, of an expression for the number."""
    return f"('{KINDS[kind]}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


@dataclass(frozen=True)
class Size:
    """How much there is. Each holder has one voucher of each round: vouchers is a multiple of holders. face: in fen."""

    vouchers: int
    holders: int = 500
    providers: int = 50
    face: int = 20_000 * YUAN

    @property
    def rounds(self) -> int:
        """How many rounds that takes."""
        return self.vouchers // self.holders


@dataclass(frozen=True)
class World:
    """What is there: its size, and the code that hangs at the counter of each provider."""

    size: Size
    codes: tuple[str, ...] = field(repr=False)


async def put(urls: Urls, size: Size) -> World:
    """Fill an empty database; it is in order once this returns."""
    async with filling(urls) as connection:
        await _directory(connection, size)
        await _vouchers(connection, size)
        return World(size, await _codes(connection, size))


@asynccontextmanager
async def filling(urls: Urls) -> AsyncGenerator[AsyncConnection]:
    """One transaction in which triggers and foreign keys rest."""
    database = Database(urls.superuser, "voucher")
    try:
        async with database.begin() as connection:
            await connection.execute(text("SET LOCAL session_replication_role TO replica"))
            await may_last(connection)
            await connection.execute(text("SET LOCAL statement_timeout TO 0"))
            await connection.execute(text("SET LOCAL maintenance_work_mem TO '256MB'"))
            yield connection
    finally:
        await database.dispose()


async def _vouchers(connection: AsyncConnection, size: Size) -> None:
    first = _First(size)
    await first.fund(connection)
    await _fund_others(connection, size)
    await first.issue(connection)
    async with _indexed_afterwards(connection):
        await _issue_others(connection, size)


@asynccontextmanager
async def _indexed_afterwards(connection: AsyncConnection) -> AsyncGenerator[None]:
    """Make the indexes anew once the rows are there, which is quicker; those of keys stay."""
    indexes = (await connection.execute(text(INDEXES), {"tables": [table.name for table in FILLED]})).all()
    for name, _ in indexes:
        await connection.execute(text(f"DROP INDEX {name}"))
    yield
    for _, definition in indexes:
        await connection.execute(text(definition))


class _First:
    """The first voucher of the first round, and the budget of all, as the product writes them."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.version = a_version()
        self.whole = size.vouchers * size.face
        self.line = BudgetLine(new_id(), a_classification(), appropriation=self.whole)
        self.round = a_round(self.version, self.line)
        self.application = an_application(size.face)
        self.voucher = _voucher(self.version, self.round, size)

    async def fund(self, connection: AsyncConnection) -> None:
        """The budget line, the first round and what it is given, which the vouchers of all its holders use up."""
        await versions.add(connection, self.version)
        await fund(connection, self.round, self.line, given=self.size.holders * self.size.face, left=0)

    async def issue(self, connection: AsyncConnection) -> None:
        """The application, its voucher and journal, and the counters of its holder."""
        await applications.add(connection, self.application)
        await vouchers.add(connection, [self.voucher])
        issued = postings.issue(
            voucher_id=self.voucher.id, pool_class=POOL_CLASS, amount=self.size.face, funding=self.voucher.funding
        )
        await journals.append(connection, [a_journal(id_of("issued", 0), issued, self.voucher.id)])
        used = self.size.rounds * self.size.face
        rules, day = self.version.rules, self.voucher.issued_at.date()
        taken = list(allowance.takes(rules, quota_root_id=self.voucher.quota_root_id, day=day))
        spent = [replace(key, cap=rules.counter_of(cap)) for key in taken for cap in rules.caps_on("authorised")]
        await counters.lock(connection, [*taken, *spent])
        await counters.save(connection, [Counter(key, used) for key in taken])


async def fund(connection: AsyncConnection, one: Round, line: BudgetLine, *, given: int, left: int) -> None:
    """A budget line, all of it given to rounds, and the first of these with what it was given and has left, in fen."""
    await lines.create(connection, replace(line, appropriation=0), at=ISSUED_AT, by="per_maker")
    await lines.save(connection, replace(line, funded=0))
    await rounds.add(connection, one, [POOL_CLASS])
    await rounds.save_pool(connection, Pool(one.id, POOL_CLASS, left))
    source = line.classification.funding_source
    of_line = Funding("CNY", source, line_id=line.id)
    of_both = Funding("CNY", source, round_id=one.id, line_id=line.id)
    allotted = a_journal(new_id(), postings.allot(amount=line.appropriation, funding=of_line), line.id)
    funded = postings.fund_round(pool_class=POOL_CLASS, amount=given, funding=of_both)
    await journals.append(connection, [allotted, a_journal(id_of("funded", 0), funded, one.id)])


async def _fund_others(connection: AsyncConnection, size: Size) -> None:
    numbers = f"generate_series(1, {size.rounds - 1})"
    owner = f"CASE place WHEN 'round_pool' THEN {sql_id('round', 'n')} ELSE owner END"
    first = f"'{id_of('funded', 0)}'"
    own = {"id": sql_id("round", "n")}
    booked = {"id": sql_id("funded", "n"), "subject_id": own["id"]}
    moved = {"journal_id": booked["id"], "owner": owner, "round_id": own["id"]}
    await multiply(connection, Rounds.__table__, "true", own, numbers)
    await multiply(connection, RoundPools.__table__, "true", {"round_id": own["id"]}, numbers)
    await multiply(connection, Journals, f"id = {first}", booked, numbers)
    await multiply(connection, Entries, f"journal_id = {first}", moved, numbers)


async def _issue_others(connection: AsyncConnection, size: Size) -> None:
    numbers = f"generate_series(1, {size.vouchers - 1})"
    holder, round_ = sql_id("holder", f"n % {size.holders}"), sql_id("round", f"n / {size.holders}")
    voucher, application = sql_id("voucher", "n"), sql_id("application", "n")
    first = f"'{id_of('issued', 0)}'"
    of_holder = {"round_id": round_, "holder_id": holder, "quota_root_id": holder}
    applied = {"id": application, "number": "n + 1", "rank": f"n % {size.holders} + 1", **of_holder}
    issued = {"id": voucher, "number": "'V-' || n", "application_id": application, **of_holder}
    owner = f"CASE place WHEN 'round_pool' THEN {round_} ELSE {voucher} END"
    booked = {"id": sql_id("issued", "n"), "subject_id": voucher}
    moved = {"journal_id": booked["id"], "owner": owner, "round_id": round_}
    await multiply(connection, Applications.__table__, "true", applied, numbers)
    await multiply(connection, Vouchers.__table__, "true", issued, numbers)
    await multiply(connection, Journals, f"id = {first}", booked, numbers)
    await multiply(connection, Entries, f"journal_id = {first}", moved, numbers)
    counted = {"subject": f"'org_' || replace({sql_id('holder', 'n')}::text, '-', '')"}
    await multiply(connection, CapCounters, "true", counted, f"generate_series(1, {size.holders - 1})")


async def multiply(
    connection: AsyncConnection, table: Any, chosen: str, changed: Mapping[str, str], numbers: str
) -> None:
    """Make of each chosen row one more for every number n, with what is changed in it, in the order of n."""
    if not isinstance(table, Table):
        raise TypeError(f"{table} is no plain table")
    given = [column.name for column in table.columns if column.identity is None and column.server_default is None]
    names = ", ".join(f'"{name}"' for name in given)
    values = ", ".join(changed.get(name, f'first."{name}"') for name in given)
    sql = (
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {numbers} AS n, {table.name} AS first WHERE {chosen}"
    )
    await connection.execute(text(sql))


def a_version() -> SchemeVersion:
    """The scheme that comes along, with caps that count but do not stop anybody."""
    file = FILE.read_text(encoding="utf-8")
    document = reading.read(file).document
    return SchemeVersion(
        id=new_id(),
        scheme_id=document["scheme"],
        version=1,
        bureau=document["bureau"],
        state=VersionState.PUBLISHED,
        file=file,
        document={**document, "caps": [{**cap, "limit": NO_LIMIT} for cap in document["caps"]]},
        sha256="0",
        created_by="per_operator",
        created_at=ISSUED_AT,
        publish_asked_by="per_first",
        publish_asked_at=ISSUED_AT,
        published_by="per_operator",
        published_at=ISSUED_AT,
    )


def a_classification() -> Classification:
    """Of the one budget line that pays for all."""
    words = {name: name for name in Classification.__dataclass_fields__}
    return Classification(**{**words, "fiscal_year": 2020, "treasury": "jiangmen", "currency": "CNY"})  # type: ignore[arg-type]


def a_round(version: SchemeVersion, line: BudgetLine) -> Round:
    """Whose window is closed, and which may give out what it has."""
    ends = end_of_day(datetime(2020, 10, 30, tzinfo=UTC).date(), "Asia/Shanghai")
    return Round(
        id=id_of("round", 0),
        name="2020",
        client="per_operator",
        client_ref=None,
        scheme_version_id=version.id,
        bureau=version.bureau,
        state=RoundState.RUNNING,
        currency="CNY",
        opens_at=datetime(2020, 9, 15, 2, 0, tzinfo=UTC),
        closes_at=datetime(2020, 9, 15, 8, 0, tzinfo=UTC),
        results_by=datetime(2020, 9, 17, tzinfo=UTC).date(),
        results_by_ends=ends,
        allocate_until=datetime(2020, 10, 30, tzinfo=UTC).date(),
        allocate_until_ends=ends,
        budget_line_id=line.id,
        funding_source=line.classification.funding_source,
        created_by="per_operator",
        created_at=ISSUED_AT,
        published_at=ISSUED_AT,
    )


def an_application(amount: int) -> Application:
    """The first of the first round, with its voucher; amount: in fen."""
    return Application(
        id=id_of("application", 0),
        round_id=id_of("round", 0),
        holder_id=id_of("holder", 0),
        quota_root_id=id_of("holder", 0),
        region="440703",
        client="per_holder",
        client_ref=None,
        state=ApplicationState.ISSUED,
        amount=amount,
        created_by="per_holder",
        created_at=ISSUED_AT,
        number=1,
        rank=1,
        submitted_at=ISSUED_AT,
        decided_at=ISSUED_AT,
    )


def _voucher(version: SchemeVersion, round_: Round, size: Size) -> Voucher:
    dates = voucher_dates(version.rules, issued=ISSUED_AT.date(), backfilled=False)
    return Voucher(
        id=id_of("voucher", 0),
        number="V-0",
        application_id=id_of("application", 0),
        round_id=round_.id,
        pool_class=POOL_CLASS,
        scheme_version_id=version.id,
        holder_id=id_of("holder", 0),
        quota_root_id=id_of("holder", 0),
        state=VoucherState.ACTIVE,
        currency="CNY",
        face=size.face,
        available=size.face,
        held=0,
        captured=0,
        reclaimed=0,
        funding=round_.funding,
        backfilled=False,
        issued_at=ISSUED_AT,
        activated_at=ISSUED_AT,
        moved_at=ISSUED_AT,
        **{name: getattr(dates, name) for name in dates.__dataclass_fields__},
    )


def a_journal(identifier: UUID, posting: Posting, subject_id: UUID) -> Journal:
    """What a budget was given."""
    return Journal(identifier, posting, ISSUED_AT, ISSUED_AT.date(), "per_maker", "req_1", "bench", subject_id)


async def _directory(connection: AsyncConnection, size: Size) -> None:
    """What the registry would have told of holders and providers; of all else it tells itself."""
    holders = [an_organization(id_of("holder", number)) for number in range(size.holders)]
    payees = [an_organization(id_of("payee", number), id_of("provider", number)) for number in range(size.providers)]
    await feed.keep(connection, [*holders, *payees, CALENDAR], cursor=None, complete=True)


def an_organization(one: UUID, provider: UUID | None = None) -> Change:
    """A small firm of the city, or a provider."""
    admitted = {"category": CATEGORY, "from": "2020-01-01", "until": None}
    facts = {"id": show("prv", provider), "state": "admitted", "admissions": [admitted]} if provider else None
    document: dict[str, Any] = {
        "id": show("org", one),
        "uscc": None,
        "name": f"江门市试验{one.hex[-4:]}有限公司",
        "region": "440703",
        "legal_form": "有限责任公司",
        "size_class": "small",
        "registered_on": "2015-01-01",
        "status": "active",
        "priority_lists": [],
        "sanctions": [],
        "related_parties": [],
        "provider": facts,
        "spaces": [],
    }
    return Change("organization", show("org", one), document, "0")


async def _codes(connection: AsyncConnection, size: Size) -> tuple[str, ...]:
    made = [
        ProviderCode(
            id=new_id(),
            code=PREFIX + spelling.draw(DRAWN, secrets.choice),
            provider_id=id_of("provider", number),
            organization_id=id_of("payee", number),
            label="前台",
            created_at=ISSUED_AT,
            created_by="per_provider",
        )
        for number in range(size.providers)
    ]
    for code in made:
        await provider_codes.add(connection, code)
    return tuple(code.code for code in made)
