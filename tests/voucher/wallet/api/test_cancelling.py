"""A round is cancelled by notice before it issued anything: who applied is told so, and the money goes back."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database, may_last
from services.chassis.ids import parse
from services.voucher.ledger.store import lines
from services.voucher.wallet.operations import cancelling
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.api.test_notices import an_open_round, another, proposed
from tests.voucher.wallet.methods import a_notice, a_round_by, noticed
from tests.voucher.wallet.operations.test_caps import TWICE
from tests.voucher.wallet.samples import BEFORE, OPEN
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_ranked_round,
    a_round,
    all_is_well,
    apply,
    codes,
    done,
    draft,
    hear,
    hear_calendar,
    issue,
    operator,
    seen,
    submit,
    verb,
)

Api = httpx2.AsyncClient


async def test_a_cancelled_round_tells_who_applied_and_gives_its_money_back(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round_by("queue", voucher_api, voucher_db, set_clock, caps=TWICE)
    await set_clock(OPEN)
    firm, other = await hear(voucher_db), await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    waiting = done(await draft(voucher_api, round_id, other), 201)
    await noticed(voucher_api, round_id, "cancel")
    shown = await seen(voucher_api, round_id)
    assert (shown["state"], shown["pool"]["amount"]) == ("cancelled", "0.00")
    assert shown["applications"] == {"rejected": 1, "withdrawn": 1}
    line = done(await voucher_api.get(f"/v1/budget-lines/{shown['budget_line_id']}", headers=calls("per_a", "auditor")))
    assert line["free"]["amount"] == "40000.00"
    one = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=operator()))
    (reason,) = one["reasons"]
    assert (reason["code"], reason["clause"]) == ("round.cancelled", "江工信〔2020〕70号")
    assert codes(await submit(voucher_api, waiting["id"], other)) != []
    assert codes(await a_notice(voucher_api, round_id, "pause")) == ["round.was_cancelled"]
    async with voucher_db.read() as connection:
        used = await connection.execute(text("SELECT used FROM cap_counters WHERE cap LIKE '%applications-per-year'"))
    assert used.scalar_one() == 0
    await all_is_well(voucher_db)


async def test_what_was_never_backed_goes_first_when_a_round_is_cancelled(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    file = (Path(__file__).parents[2] / "scheme" / "over-issued.yaml").read_text(encoding="utf-8")
    round_id = await a_round(voucher_api, voucher_db, "1000.00", file)
    await noticed(voucher_api, round_id, "cancel")
    shown = await seen(voucher_api, round_id)
    assert [shown[name]["amount"] for name in ("pool", "over_issued")] == ["0.00", "0.00"]
    await all_is_well(voucher_db)


async def test_a_round_that_issued_is_not_cancelled(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    assert codes(await a_notice(voucher_api, round_id, "cancel")) == ["notice.not_now"]


async def test_a_cancellation_that_comes_after_an_issue_under_way_is_refused(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round_by("first_come", voucher_api, voucher_db, set_clock)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    path = f"/v1/rounds/{round_id}/notices/{await proposed(voucher_api, round_id, 'cancel')}/publish"
    submitted, published = await asyncio.gather(
        submit(voucher_api, made["id"], firm), voucher_api.post(path, headers=another())
    )
    both = (submitted.status_code == 200, published.status_code == 200)
    assert both in ((True, False), (False, True))
    state = (await seen(voucher_api, round_id))["state"]
    assert state == ("published" if both[0] else "cancelled")
    await all_is_well(voucher_db)


@pytest.mark.parametrize("published", [True, False])
async def test_a_round_that_nobody_funded_is_cancelled_as_well(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, published: bool
) -> None:
    await set_clock(BEFORE)
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    if published:
        done(await verb(voucher_api, round_id, "publish"))
    await noticed(voucher_api, round_id, "cancel")
    assert (await seen(voucher_api, round_id))["state"] == "cancelled"
    assert codes(await verb(voucher_api, round_id, "publish")) == ["round.not_draft"]


async def test_a_round_that_was_funded_for_the_first_time_just_now_is_cancelled_at_the_next_try(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    path = f"/v1/rounds/{round_id}/notices/{await proposed(voucher_api, round_id, 'cancel')}/publish"

    async def before_it_was_funded(*_: Any) -> None:
        return None

    with monkeypatch.context() as patched:
        patched.setattr("services.voucher.wallet.operations.cancelling.lock_line", before_it_was_funded)
        assert codes(await voucher_api.post(path, headers=another())) == ["notice.funded_meanwhile"]
    done(await voucher_api.post(path, headers=another()))
    await all_is_well(voucher_db)


async def test_the_end_of_a_round_may_last_and_no_other_notice_waits_for_its_budget_line(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, lasting = await an_open_round(voucher_api, voucher_db, set_clock), list[bool]()

    async def noted(connection: AsyncConnection) -> None:
        await may_last(connection)
        lasting.append(connection.in_transaction())

    monkeypatch.setattr(cancelling, "may_last", noted)
    budget_line = parse("bln", (await seen(voucher_api, round_id))["budget_line_id"])
    async with voucher_db.begin() as connection:
        await lines.lock(connection, budget_line)
        async with asyncio.timeout(3):
            await noticed(voucher_api, round_id, "pause")
    await noticed(voucher_api, round_id, "cancel")
    assert lasting == [True]
