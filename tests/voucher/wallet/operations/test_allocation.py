"""Vouchers are issued in the order of the queue until the pool is empty, once, however often the job runs."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.wallet.operations import allocation, numbers, serving
from services.voucher.wallet.operations.issuing import Order
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger import steps as ledger
from tests.voucher.scheme.samples import spoilt
from tests.voucher.wallet.samples import CLOSED, FINISHED, OPEN, USE_BY_ENDS
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_ranked_round,
    a_round,
    all_is_well,
    apply,
    approve_funding,
    codes,
    done,
    hear,
    hear_calendar,
    holder,
    issue,
    move_to,
    operator,
    propose_funding,
    rank,
    seen,
    verb,
    work,
)

Api = httpx2.AsyncClient


async def test_the_last_place_takes_the_rest_and_the_others_wait(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=4, amount="48980.00")
    report = await issue(voucher_api, voucher_db, round_id)
    assert (report["issued"], report["amount"], report["waiting"], report["pool"]) == (3, "48980.00", 1, "0.00")
    faces = []
    for firm in firms:
        wallet = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))
        faces.append([voucher["face"]["amount"] for voucher in wallet["vouchers"]])
    assert faces == [["20000.00"], ["20000.00"], ["8980.00"], []]
    waiting = done(await voucher_api.get("/v1/applications", headers=holder(firms[3])))["items"][0]
    assert (waiting["state"], waiting["position"]) == ("waitlisted", 1)
    await all_is_well(voucher_db)


async def test_a_whole_last_place_waits_with_all_behind_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    whole = spoilt("last_place: {value: partial", "last_place: {value: whole")
    round_id = await a_round(voucher_api, voucher_db, "35000.00", whole)
    await set_clock(OPEN)
    for amount in ("20000.00", "20000.00", "1000.00"):
        await apply(voucher_api, round_id, await hear(voucher_db), amount)
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    report = await issue(voucher_api, voucher_db, round_id)
    assert (report["issued"], report["waiting"], report["pool"]) == (1, 2, "15000.00")
    await all_is_well(voucher_db)


async def test_batches_come_to_the_same_as_one(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BATCH", 2)
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=5, amount="50000.00")
    report = await issue(voucher_api, voucher_db, round_id)
    assert (report["issued"], report["amount"], report["waiting"]) == (3, "50000.00", 2)
    await all_is_well(voucher_db)


async def test_quota_that_comes_back_between_two_batches_goes_to_nobody_out_of_order(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BATCH", 1)
    round_id, firms = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=3, amount="20000.00")
    order = Order(parse("rnd", round_id), backfill=False, actor="per_1", request_id="req_1")
    assert await allocation.issue_batch(voucher_db, order)
    assert await allocation.issue_batch(voucher_db, order)
    line_id = (await seen(voucher_api, round_id))["budget_line_id"]
    await more_budget(voucher_api, round_id, line_id)
    while await allocation.issue_batch(voucher_db, order):
        pass
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 1, "waitlisted": 2}
    await issue(voucher_api, voucher_db, round_id, "backfill")
    second = done(await voucher_api.get("/v1/wallet", headers=holder(firms[1])))
    assert len(second["vouchers"]) == 1
    await all_is_well(voucher_db)


async def more_budget(api: Api, round_id: str, line_id: str) -> None:
    change = await ledger.propose(api, line_id, "20000.00")
    done(await ledger.approve(api, change["id"]))
    funding = done(await propose_funding(api, round_id, line_id, "20000.00"), 201)
    done(await approve_funding(api, round_id, funding["id"]))


async def test_a_holder_gets_no_more_than_the_years_cap_leaves(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=2, amount="90000.00")
    async with voucher_db.begin() as connection:
        for firm, used in zip(firms, (500_000, 2_000_000), strict=True):
            await connection.execute(
                text("INSERT INTO cap_counters VALUES (:cap, :who, '2020', :used)"),
                {"cap": "jiangmen-service-2020/issued-per-year", "who": f"org_{firm.hex}", "used": used},
            )
    report = await issue(voucher_api, voucher_db, round_id)
    assert (report["issued"], report["amount"], report["rejected"]) == (1, "15000.00", 1)
    refused = done(await voucher_api.get("/v1/applications", headers=holder(firms[1])))["items"][0]
    assert (refused["state"], refused["reasons"][0]["code"]) == ("rejected", "application.cap_used")
    unfounded = {finding.check for finding in (await run_audit(voucher_db)).findings}
    assert unfounded == {"counter.issued"}, "what the counters were set to here was never issued"


async def test_every_voucher_has_its_reasons_in_the_decision_log_and_its_holder_is_told(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm,) = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    async with voucher_db.read() as connection:
        decided = await connection.execute(text("SELECT rule, clause FROM decisions WHERE outcome = 'issued'"))
        assert [tuple(row) for row in decided] == [("allocation.priority", "row jiangmen-service-2020")]
    told = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"]
    assert told[-1]["type"] == "voucher.issued"
    assert told[-1]["data"]["face"] == {"amount": "20000.00", "currency": "CNY"}


async def test_a_job_shows_how_far_it_is(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=4)
    job = done(await verb(voucher_api, round_id, "issue"), 202)
    await work(voucher_db)
    shown = done(await voucher_api.get(f"/v1/jobs/{job['id']}", headers=operator()))
    assert (shown["done"], shown["total"]) == (4, 4)


async def test_a_job_that_runs_again_finds_nothing_left(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=3)
    await issue(voucher_api, voucher_db, round_id)
    before = await seen(voucher_api, round_id)
    await issue(voucher_api, voucher_db, round_id)
    assert await seen(voucher_api, round_id) == before


async def test_a_number_that_a_voucher_has_is_drawn_again(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BATCH", 1)
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=2)
    first, second = sorted(numbers.draw(2))
    drawn = iter([{first}, {first}, {second}])
    monkeypatch.setattr(numbers, "draw", lambda _: next(drawn))
    assert (await issue(voucher_api, voucher_db, round_id))["issued"] == 2
    async with voucher_db.read() as connection:
        given = list((await connection.execute(text("SELECT number FROM vouchers ORDER BY number"))).scalars())
    assert given == [first, second]


async def test_the_same_request_makes_one_job(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    headers = operator()
    answers = [await voucher_api.post(f"/v1/rounds/{round_id}/issue", headers=headers) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]


async def test_a_job_that_dies_between_batches_goes_on_where_it_stopped(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BATCH", 2)
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=5, amount="100000.00")
    order = Order(parse("rnd", round_id), backfill=False, actor="per_1", request_id="req_1")
    await allocation.issue_batch(voucher_db, order)
    assert (await seen(voucher_api, round_id))["applications"] == {"approved": 3, "issued": 2}
    await all_is_well(voucher_db)
    await issue(voucher_api, voucher_db, round_id)
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 5}
    await all_is_well(voucher_db)


async def refusal(api: Api, round_id: str, name: str, **bound: Any) -> tuple[int, list[str]]:
    answer = await api.post(f"/v1/rounds/{round_id}/{name}", headers=operator(**bound))
    return answer.status_code, codes(answer)


async def test_what_is_not_ranked_funded_or_yours_is_not_issued(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    assert await refusal(voucher_api, round_id, "issue") == (409, ["round.not_ranked"])
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert await refusal(voucher_api, round_id, "issue", bureau="another") == (404, ["round.unknown"])


async def test_a_round_without_budget_issues_nothing(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    done(await verb(voucher_api, round_id, "publish"))
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert await refusal(voucher_api, round_id, "issue") == (409, ["round.not_funded"])


async def test_back_fill_waits_for_the_first_allocation_and_ends_with_the_round(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    assert await refusal(voucher_api, round_id, "backfill") == (409, ["round.not_issued"])
    await issue(voucher_api, voucher_db, round_id)
    await set_clock(USE_BY_ENDS)
    assert await refusal(voucher_api, round_id, "issue") == (409, ["round.use_by_passed"])
    await set_clock(FINISHED)
    assert await refusal(voucher_api, round_id, "backfill") == (409, ["round.finished"])


async def test_a_job_that_comes_too_late_fails_and_says_why(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    job = done(await verb(voucher_api, round_id, "issue"), 202)
    await set_clock(FINISHED)
    await work(voucher_db)
    ended = done(await voucher_api.get(f"/v1/jobs/{job['id']}", headers=operator()))
    assert (ended["state"], ended["report"]) == ("failed", {"refused": ["round.finished"]})
    await all_is_well(voucher_db)


async def test_what_expired_goes_to_the_next_in_the_queue_with_the_back_fill_dates(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=4, amount="28980.00")
    await issue(voucher_api, voucher_db, round_id)
    await set_clock(USE_BY_ENDS)
    report = await issue(voucher_api, voucher_db, round_id, "backfill")
    assert (report["issued"], report["amount"], report["waiting"], report["pool"]) == (2, "28980.00", 0, "0.00")
    faces = []
    for firm in firms[2:]:
        (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
        faces.append((voucher["face"]["amount"], voucher["use_by"], voucher["deliver_by"], voucher["backfilled"]))
    assert faces == [("20000.00", "2020-11-30", "2020-11-30", True), ("8980.00", "2020-11-30", "2020-11-30", True)]
    shown = await seen(voucher_api, round_id)
    assert (shown["vouchers"], shown["backfilled"], shown["reclaimed"]["amount"]) == (4, 2, "28980.00")
    await all_is_well(voucher_db)


async def test_a_back_fill_with_nothing_in_the_pool_changes_nothing(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=3, amount="20000.00")
    await issue(voucher_api, voucher_db, round_id)
    report = await issue(voucher_api, voucher_db, round_id, "backfill")
    assert (report["issued"], report["waiting"]) == (0, 2)
    await all_is_well(voucher_db)


async def test_after_the_last_date_everybody_who_waits_is_told(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=2, amount="20000.00")
    await issue(voucher_api, voucher_db, round_id)
    await move_to(set_clock, voucher_db, FINISHED)
    shown = await seen(voucher_api, round_id)
    assert (shown["state"], shown["applications"]) == ("finished", {"issued": 1, "unserved": 1})
    told = done(await voucher_api.get("/v1/events", headers=holder(firms[1])))["items"]
    assert told[-1]["type"] == "application.unserved"
    (task,) = done(await voucher_api.get("/v1/tasks", headers=operator()))["items"]
    assert (task["kind"], task["due_at"]) == ("round.settle", "2020-12-15T16:00:00Z")
    await all_is_well(voucher_db)


async def test_an_auditor_reads_the_job(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    job = done(await verb(voucher_api, round_id, "issue"), 202)
    assert (
        done(await voucher_api.get(f"/v1/jobs/{job['id']}", headers=calls("per_a", "auditor")))["kind"] == "issue_round"
    )
    assert (await voucher_api.get(f"/v1/jobs/{job['id']}", headers=holder(new_id()))).status_code == 404
