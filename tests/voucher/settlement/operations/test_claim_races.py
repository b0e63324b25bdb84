"""Races for a capture, an invoice and a bank slip with real commits; each runs once with its guard off, to show it
can fail.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.store import redemptions
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.operations import checking
from services.voucher.settlement.store import invoices, slips
from services.voucher.wallet.store import vouchers
from tests.voucher.redemption.samples import YUAN, provider
from tests.voucher.redemption.stored import attempt as ordered
from tests.voucher.redemption.stored import audited, carry_out
from tests.voucher.settlement.claimed import Captured, a_capture, attempted, lines_of, submit

Read = Callable[[AsyncConnection, Collection[UUID]], Awaitable[dict[UUID, Any]]]


def together(read: Read) -> Read:
    """A read whose two callers go on only when both have their answer: what a lock would have prevented."""
    barrier = asyncio.Barrier(2)

    async def waits(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Any]:
        found = await read(connection, ids)
        async with asyncio.timeout(5):
            await barrier.wait()
        return found

    return waits


def unguarded(monkeypatch: pytest.MonkeyPatch, name: str, store: Any, lock: Read) -> None:
    """Let claims read some store's rows in place of locking them."""
    monkeypatch.setattr(checking, name, SimpleNamespace(read=store.read, lock=lock))


async def outcomes(database: Database, *claims: tuple[Asked, ...]) -> list[str]:
    """What became of claims submitted at once: "claimed", or the code of the refusal."""
    answers = await asyncio.gather(*(attempted(database, *asked) for asked in claims))
    return sorted(one.code if isinstance(one, Refusal) else "claimed" for one in answers)


# ── one live line per capture ───────────────────────────────────────────────────────────────────────────────────


async def test_of_two_claims_on_one_capture_one_is_taken(captured: Captured) -> None:
    asked = (captured.asked,)
    assert await outcomes(captured.database, asked, asked) == ["claim.capture_claimed", "claimed"]
    await audited(captured.database)


async def test_without_the_lock_the_unique_key_has_the_last_word(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    unguarded(monkeypatch, "redemptions", redemptions, together(redemptions.read))
    monkeypatch.setattr(checking, "vouchers", SimpleNamespace(lock=vouchers.read_all))
    other = await captured.with_other_papers()
    assert await outcomes(captured.database, (captured.asked,), (other.asked,)) == ["claim.capture_claimed", "claimed"]
    await audited(captured.database)


async def test_two_claims_that_name_the_same_captures_crosswise_do_not_wait_for_each_other_for_ever(
    captured: Captured,
) -> None:
    other = await a_capture(captured.database, 10_000 * YUAN)
    there, back = (captured.asked, other.asked), (other.asked, captured.asked)
    assert await outcomes(captured.database, there, back) == ["claim.capture_claimed", "claimed"]


# ── race 36: a refund and a claim ───────────────────────────────────────────────────────────────────────────────


def a_refund(captured: Captured) -> orders.Refund:
    return orders.Refund(
        redemption_id=captured.redemption_id, by=provider, amount=1_000 * YUAN, currency="CNY", note="less was done"
    )


async def stands(captured: Captured) -> int:
    return (await captured.stored.redemption(captured.redemption_id)).stands


async def test_a_refund_and_a_claim_at_once_leave_what_is_claimed_standing(captured: Captured) -> None:
    refund, claim = await asyncio.gather(
        ordered(captured.database, a_refund(captured)), attempted(captured.database, captured.asked)
    )
    told = {one.code for one in (refund, claim) if isinstance(one, Refusal)}
    assert told in ({"refund.on_claim"}, {"claim.slip_short"})
    assert await stands(captured) == (15_000 * YUAN if told == {"refund.on_claim"} else 14_000 * YUAN)
    await audited(captured.database)


async def test_without_the_lock_more_is_claimed_than_stands(
    captured: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refunded_meanwhile(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Redemption]:
        seen = await redemptions.read(connection, ids)
        await carry_out(captured.database, a_refund(captured))
        return seen

    unguarded(monkeypatch, "redemptions", redemptions, refunded_meanwhile)
    monkeypatch.setattr(checking, "vouchers", SimpleNamespace(lock=vouchers.read_all))
    claim_id = UUID(hex=(await submit(captured.database, captured.asked)).body["id"].removeprefix("clm_"))
    (line,) = await lines_of(captured.database, claim_id)
    assert line.claimed > await stands(captured)
    assert "claim.stands" in {finding.check for finding in (await run_audit(captured.database)).findings}


# ── race 24: the last of an invoice or a slip ───────────────────────────────────────────────────────────────────


async def sharing(captured: Captured, paper: str) -> tuple[tuple[Asked], tuple[Asked]]:
    """Two captures of different vouchers, each claimed upon an invoice or a slip that is enough for either."""
    other = await a_capture(captured.database, 10_000 * YUAN)
    (first,), (own,) = getattr(captured.drawn, paper), getattr(other.drawn, paper)
    drawn = replace(other.drawn, **{paper: (replace(first, amount=own.amount),)})
    return (captured.asked,), (replace(other.asked, drawn=drawn),)


@pytest.mark.parametrize(("paper", "code"), [("invoices", "claim.invoice_left"), ("slips", "claim.slip_left")])
async def test_the_last_of_a_paper_is_drawn_once(captured: Captured, paper: str, code: str) -> None:
    one, other = await sharing(captured, paper)
    assert await outcomes(captured.database, one, other) == sorted([code, "claimed"])
    await audited(captured.database)


@pytest.mark.parametrize(("paper", "store"), [("invoices", invoices), ("slips", slips)])
async def test_without_the_lock_the_database_refuses_to_draw_more_than_there_is(
    captured: Captured, monkeypatch: pytest.MonkeyPatch, paper: str, store: Any
) -> None:
    one, other = await sharing(captured, paper)
    unguarded(monkeypatch, paper, store, together(store.read))
    with pytest.raises(IntegrityError, match="_allocated"):
        await outcomes(captured.database, one, other)
