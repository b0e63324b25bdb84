"""Puts an issued voucher, its scheme and what the directory heard into a test's database, and carries out orders."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.chassis import documents
from services.chassis.attempts import Attempt
from services.chassis.authorisation import Grant, Permit, Relation
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.standards.calendar import end_of_day
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import counters, journals, lines
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Order, Propose
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.operations.redeem import Request, redeem, redeem_all
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import reading
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.versions import SchemeVersion
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import applications, rounds, vouchers
from services.voucher.wallet.store.rounds import Pool
from tests.voucher.ledger.samples import classification
from tests.voucher.redemption.samples import (
    FACE,
    HOLDER,
    PAYEE,
    PROVIDER,
    YUAN,
    a_proposal,
    a_voucher,
    holder,
    provider,
)

NUMBERS = itertools.count(1)
AT = datetime(2020, 9, 14, 1, 0, tzinfo=UTC)
FILE = Path(__file__).parents[3] / "schemes" / "jiangmen-service-2020.yaml"


@dataclass(frozen=True)
class Stored:
    """A voucher in the database and the document that deliveries hand in."""

    database: Database
    voucher: Voucher
    result: UUID

    async def now(self) -> Voucher:
        async with self.database.read() as connection:
            return await vouchers.read(connection, self.voucher.id)

    async def redemption(self, redemption_id: UUID) -> Redemption:
        async with self.database.read() as connection:
            return (await redemptions.read(connection, [redemption_id]))[redemption_id]

    def proposal(self, by: orders.Actor = provider, **changes: Any) -> Propose:
        return a_proposal(by, **{"voucher_id": self.voucher.id, **changes})

    async def propose(self, by: orders.Actor = provider, **changes: Any) -> UUID:
        order = self.proposal(by, **changes)
        await carry_out(self.database, order)
        return order.redemption_id

    async def authorised(self, **changes: Any) -> UUID:
        one = await self.propose(**changes)
        await carry_out(self.database, orders.Confirm(redemption_id=one, by=holder))
        return one

    def delivery(self, one: UUID, settlement: int = 30_000 * YUAN, **changes: Any) -> orders.Deliver:
        fields: dict[str, Any] = {
            "redemption_id": one,
            "by": provider,
            "settlement": settlement,
            "currency": "CNY",
            "completed_on": datetime(2020, 9, 20, tzinfo=UTC).date(),
            "document_id": self.result,
        }
        return orders.Deliver(**{**fields, **changes})

    async def accepted(self, settlement: int = 30_000 * YUAN, **changes: Any) -> UUID:
        one = await self.authorised()
        await carry_out(self.database, self.delivery(one, settlement, **changes))
        await carry_out(self.database, orders.Accept(redemption_id=one, by=holder, rating=5))
        return one


def keyed(order: Order, key: str | None = None, **changes: Any) -> Keyed:
    fields: dict[str, Any] = {
        "caller": order.by.client,
        "fingerprint": f"{order.verb} {order.redemption_id}",
        **changes,
    }
    attempt = Attempt(
        operation=f"{order.verb}_redemption",
        caller=fields["caller"],
        organization=order.by.organization,
        subject_kind="redemption",
        subject_id=order.redemption_id,
        key=key or str(new_id()),
        outcome="refused",
    )
    return Keyed(attempt, fields["fingerprint"], _shown, 200)


def _shown(outcome: Outcome) -> dict[str, Any]:
    return {"id": str(outcome.redemption.id), "state": outcome.redemption.state}


async def carry_out(database: Database, order: Order, key: str | None = None, **changes: Any) -> Answer:
    deadline = changes.pop("deadline", None)
    return await redeem(database, Request(order, keyed(order, key, **changes), deadline))


async def attempt(database: Database, order: Order, key: str | None = None, **changes: Any) -> Answer | Refusal:
    """The answer, or the refusal as a value, by a transaction of its own: many at once race as processes would."""
    deadline = changes.pop("deadline", None)
    (result,) = await redeem_all(database, [Request(order, keyed(order, key, **changes), deadline)])
    assert isinstance(result, Answer | Refusal)
    return result


async def all_at_once(database: Database, asked: Sequence[Order]) -> list[Answer | Refusal]:
    return await asyncio.gather(*(attempt(database, order) for order in asked))


async def audited(database: Database) -> None:
    report = await run_audit(database)
    assert report.findings == []


async def a_stored_voucher(database: Database, **changes: Any) -> Stored:
    """A voucher that was allotted, funded and issued by the book, with holder and provider in the directory.

    spare: what is left in the pool of its round.
    """
    version, round_ = a_version(changes.pop("caps", ()), **changes.pop("rules", {})), None
    face, spare = changes.pop("available", FACE), changes.pop("spare", 0)
    line = BudgetLine(new_id(), classification(allotment_document=f"江财工 {new_id().hex}"), appropriation=face + spare)
    round_ = a_round(version.id, line)
    application = an_application(round_, face)
    voucher = a_voucher(
        **{
            "id": new_id(),
            "number": f"V-{new_id().hex[-8:]}",
            "available": face,
            "application_id": application.id,
            "round_id": round_.id,
            "pool_class": POOL_CLASS,
            "scheme_version_id": version.id,
            **changes,
        }
    )
    voucher = replace(voucher, funding=Funding("CNY", line.classification.funding_source, round_id=round_.id))
    async with database.begin() as connection:
        await lines.create(connection, replace(line, appropriation=0), at=AT, by="per_maker")
        await lines.save(connection, line)
        await versions.add(connection, version)
        await rounds.add(connection, round_, [POOL_CLASS])
        await rounds.save_pool(connection, Pool(round_.id, POOL_CLASS, spare))
        await applications.add(connection, application)
        await vouchers.add(connection, [voucher])
        takes = allowance.takes(version.rules, quota_root_id=voucher.quota_root_id, day=voucher.issued_at.date())
        locked = await counters.lock(connection, takes)
        await counters.save(connection, [counter.take(face) for counter in locked.values()])
        await journals.append(connection, [_journal(posting, voucher.id) for posting in _issued(line, voucher)])
        result = await documents.keep(
            connection, Sent(b"all samples passed", "text/plain", "report.txt"), organization=PAYEE, sent_by="cli_1"
        )
    await hear(database)
    return Stored(database, voucher, result.id)


def _issued(line: BudgetLine, voucher: Voucher) -> list[Posting]:
    source, whole = line.classification.funding_source, line.appropriation
    of_line = Funding("CNY", source, line_id=line.id)
    of_both = Funding("CNY", source, round_id=voucher.round_id, line_id=line.id)
    return [
        postings.allot(amount=whole, funding=of_line),
        postings.fund_round(pool_class=POOL_CLASS, amount=whole, funding=of_both),
        postings.issue(voucher_id=voucher.id, pool_class=POOL_CLASS, amount=voucher.face, funding=voucher.funding),
    ]


def _journal(posting: Posting, subject_id: UUID) -> Journal:
    return Journal(new_id(), posting, AT, AT.date(), "per_maker", "req_1", "test", subject_id)


def a_version(caps: Sequence[Mapping[str, Any]] = (), **rules: Any) -> SchemeVersion:
    """The scheme of the file, with more caps, and with other rules in place of some of its own."""
    file = FILE.read_text(encoding="utf-8")
    document = reading.read(file).document
    return SchemeVersion(
        id=new_id(),
        scheme_id=f"jiangmen-{new_id().hex[-8:]}",
        version=1,
        bureau="jiangmen-sme",
        state=VersionState.PUBLISHED,
        file=file,
        document={**document, "caps": [*document["caps"], *caps], **rules},
        sha256="0",
        created_by="per_operator",
        created_at=AT,
        publish_asked_by="per_first",
        publish_asked_at=AT,
        published_by="per_operator",
        published_at=AT,
    )


def a_round(version_id: UUID, line: BudgetLine) -> Round:
    ends = end_of_day(datetime(2020, 10, 30, tzinfo=UTC).date(), "Asia/Shanghai")
    return Round(
        id=new_id(),
        name="2020",
        client="per_operator",
        client_ref=None,
        scheme_version_id=version_id,
        bureau="jiangmen-sme",
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
        created_at=AT,
        published_at=AT,
    )


def an_application(round_: Round, amount: int) -> Application:
    return Application(
        id=new_id(),
        round_id=round_.id,
        holder_id=HOLDER,
        quota_root_id=HOLDER,
        region="440703",
        client="per_holder",
        client_ref=None,
        state=ApplicationState.ISSUED,
        amount=amount,
        created_by="per_holder",
        created_at=AT,
        number=next(NUMBERS),
        rank=1,
        submitted_at=AT,
        decided_at=AT,
    )


def organization(one: UUID, **facts: Any) -> Change:
    """An organisation as the registry tells of it."""
    document: Mapping[str, Any] = {
        "id": show("org", one),
        "uscc": None,
        "name": f"单位{one.int}",
        "region": "440703",
        "legal_form": None,
        "size_class": "small",
        "registered_on": "2015-01-01",
        "status": "active",
        "priority_lists": [],
        "sanctions": [],
        "related_parties": [],
        "provider": None,
        "spaces": [],
    }
    return Change("organization", show("org", one), {**document, **facts}, "p1")


def admitted(*categories: str) -> dict[str, Any]:
    admissions = [{"category": one, "from": "2020-01-01", "until": None} for one in categories]
    return {"id": show("prv", PROVIDER), "state": "admitted", "admissions": admissions}


CATEGORIES = [
    Change("category", one, {"id": one, "name_zh": one, "name_en": one, "parent": None}, "p1")
    for one in ("testing", "design")
]
CALENDAR = Change("calendar", "2020", {"year": 2020, "off": [], "worked": []}, "p1")


async def hear(database: Database, *more: Change) -> None:
    """Store what the registry told, as of just now."""
    told = [organization(HOLDER), organization(PAYEE, provider=admitted("testing", "design")), *CATEGORIES, CALENDAR]
    async with database.begin() as connection:
        await feed.keep(connection, [*told, *more], cursor=new_id().hex, complete=True)


async def age_directory(superuser: Database, hours: int) -> None:
    """Make what was heard older, as no role of ours could."""
    async with superuser.begin() as connection:
        await connection.execute(text(f"UPDATE directory_feed SET heard_at = heard_at - interval '{hours} hours'"))


def permitted(role: str, relation: Relation = "own", organization: UUID | None = HOLDER, **bound: Any) -> Permit:
    """A permit of one role with one relation."""
    caller = Caller("per_1", "per_1", organization, frozenset({role}), "test", "ses_1", "tok_1", 0, **bound)
    return Permit(caller, (Grant(role, relation),))
