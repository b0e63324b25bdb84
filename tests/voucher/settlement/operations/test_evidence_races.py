"""Races for a fapiao, a transfer and an invoice that is taken back, with real commits; each with its guard off too."""

import asyncio
from collections.abc import Awaitable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from migrations import runner
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.refusals import Refusal
from services.voucher.settlement.domain.invoice import Finding, Invoice, InvoiceState
from services.voucher.settlement.operations import invoices as registering
from services.voucher.settlement.operations.invoices import register_invoice, verify_invoice, void_invoice
from services.voucher.settlement.operations.slips import register_slip
from services.voucher.settlement.store import allocations, invoices
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER
from tests.voucher.redemption.stored import audited, permitted
from tests.voucher.settlement.claimed import Captured, a_capture, keyed, payee, submit
from tests.voucher.settlement.papers import AT, a_paper, an_invoice, asked, named, put, slip_asked
from tests.voucher.settlement.reviewed import APPROVE, city, claimed, review

holder = permitted("holder", organization=HOLDER)
reviewer = permitted("reviewer", "region", organization=None, region="440700")
REFUSED = Finding(InvoiceState.REFUSED, "query page", "no such number")


@pytest.fixture
async def database(voucher_db: Database, set_clock: SetClock) -> Database:
    await set_clock(AT)
    await named(voucher_db)
    return voucher_db


def under(operation: str, permit: Any = payee, key: str | None = None) -> Keyed:
    request = keyed(operation, permit, key)
    return Keyed(request.attempt, request.fingerprint, lambda one: {"id": one.id.hex, "state": one.state}, 200)


async def outcome(attempt: Awaitable[Any]) -> str:
    """ "done", or the code of the refusal."""
    try:
        await attempt
    except Refusal as refusal:
        return refusal.code
    return "done"


async def outcomes(*attempts: Awaitable[Any]) -> list[str]:
    return sorted(await asyncio.gather(*(outcome(one) for one in attempts)))


async def count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


# ── race 24: one fapiao, one transfer ───────────────────────────────────────────────────────────────────────────


def register(database: Database, number: str) -> list[Awaitable[Answer]]:
    """Five requests under different keys, of both sides, for one fapiao."""
    callers = [payee, holder, payee, holder, payee]
    return [
        register_invoice(database, under("register_invoice", one), permit=one, asked=asked(number=number))
        for one in callers
    ]


async def test_of_five_who_register_one_fapiao_at_once_one_does(database: Database) -> None:
    told = await outcomes(*register(database, "20442000000000009999"))
    assert told == ["done", *["invoice.registered"] * 4]
    assert await count(database, "invoices") == await count(database, "tasks") == 1
    await audited(database)


async def test_without_the_unique_key_one_fapiao_would_prove_twice(database: Database, owner_url: str) -> None:
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.execute(text("DROP INDEX voucher.uq_invoices_fapiao"))
    assert await outcomes(*register(database, "20442000000000009999")) == ["done"] * 5


async def test_five_retries_of_one_request_register_one_invoice(database: Database) -> None:
    sent = asked()
    same = [
        register_invoice(database, under("register_invoice", key="key-1"), permit=payee, asked=sent) for _ in range(5)
    ]
    answers = await asyncio.gather(*same)
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True, True]
    assert await count(database, "invoices") == 1


async def test_of_five_who_register_one_transfer_at_once_one_does(database: Database) -> None:
    sent = slip_asked(document_id=await a_paper(database))
    same = [register_slip(database, under("register_bank_slip"), permit=payee, asked=sent) for _ in range(5)]
    assert await outcomes(*same) == ["bank_slip.registered"] * 4 + ["done"]


# ── an invoice is taken back while a claim draws on it ──────────────────────────────────────────────────────────


@pytest.fixture
async def captured(database: Database) -> Captured:
    return await a_capture(database)


def void(captured: Captured) -> Awaitable[Answer]:
    invoice_id = captured.invoice.id
    return void_invoice(
        captured.database, under("void_invoice"), permit=payee, invoice_id=invoice_id, reason="issued anew"
    )


async def test_an_invoice_is_voided_or_drawn_on_and_never_both(captured: Captured) -> None:
    told = await outcomes(void(captured), submit(captured.database, captured.asked))
    assert told in (["done", "invoice.allocated"], ["claim.invoice_state", "done"])
    await audited(captured.database)


async def test_without_the_lock_the_database_keeps_what_is_drawn_on_from_being_voided(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drawn_meanwhile(connection: AsyncConnection, ids: list[UUID]) -> dict[UUID, Invoice]:
        seen = await invoices.read(connection, ids)
        await submit(captured.database, captured.asked)
        return seen

    monkeypatch.setattr(registering, "invoices", SimpleNamespace(lock=drawn_meanwhile, save=invoices.save))
    with pytest.raises(IntegrityError, match="not voided"):
        await void(captured)


# ── two reviewers at once ───────────────────────────────────────────────────────────────────────────────────────


def judge(database: Database, invoice: Invoice, finding: Finding) -> Awaitable[Answer]:
    request = under("verify_invoice", reviewer)
    return verify_invoice(database, request, permit=reviewer, invoice_id=invoice.id, finding=finding)


async def test_of_two_reviewers_the_first_is_heard(database: Database) -> None:
    invoice = an_invoice()
    await put(database, invoice)
    found = Finding(InvoiceState.VERIFIED, "query page")
    told = await outcomes(judge(database, invoice, found), judge(database, invoice, REFUSED))
    assert told == ["done", "invoice.state"]
    assert await count(database, "decisions") == 1


async def test_a_claim_that_waits_does_not_keep_its_invoice_from_being_refused(captured: Captured) -> None:
    await submit(captured.database, captured.asked)
    assert await outcomes(judge(captured.database, captured.invoice, REFUSED)) == ["done"]
    async with captured.database.read() as connection:
        invoice = (await invoices.read(connection, [captured.invoice.id]))[captured.invoice.id]
    assert (invoice.state, invoice.lines[0].left) == (InvoiceState.REFUSED, 0)


# ── refused while a claim is approved upon it ───────────────────────────────────────────────────────────────────


async def test_an_invoice_is_refused_or_proves_a_claim_and_never_both(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, APPROVE)
    approval = review(captured.database, claim_id, APPROVE, by=city)
    told = await outcomes(approval, judge(captured.database, captured.invoice, REFUSED))
    assert told in (["done", "invoice.spent"], ["claim.invoice_refused", "done"])
    await audited(captured.database)


async def test_without_the_lock_the_number_of_a_spent_invoice_would_be_free_again(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, APPROVE)

    async def approved_meanwhile(connection: AsyncConnection, invoice_id: UUID) -> bool:
        spent = await allocations.spent(connection, invoice_id)
        await review(captured.database, claim_id, APPROVE, by=city)
        return spent

    monkeypatch.setattr(registering, "allocations", SimpleNamespace(spent=approved_meanwhile))
    monkeypatch.setattr(registering, "invoices", SimpleNamespace(lock=invoices.read, save=invoices.save))
    assert await outcome(judge(captured.database, captured.invoice, REFUSED)) == "done"
    await put(captured.database, an_invoice(fapiao=captured.invoice.fapiao))
