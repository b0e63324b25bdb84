"""The queue is ranked by class and number once the window is closed, and everybody in it is looked at again."""

import asyncio

import httpx2
import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.voucher.wallet.operations import ranking
from services.voucher.wallet.operations.errands import Errand
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import (
    a_round,
    all_is_well,
    apply,
    codes,
    done,
    hear,
    holder,
    operator,
    rank,
    seen,
    verb,
    work,
)

Api = httpx2.AsyncClient
LISTED = [{"list": "jiangmen-service-2020", "class": "priority", "from": "2020-01-01", "until": None}]
BANNED = [{"id": "snc_1", "kind": "dishonesty", "from": "2020-09-15", "until": None}]


async def ranks(database: Database) -> list[tuple[int | None, str, int]]:
    """Rank, state and number of every application, in the order in which they came."""
    async with database.read() as connection:
        found = await connection.execute(text("SELECT rank, state, number FROM applications ORDER BY number"))
        return [tuple(row) for row in found]


async def a_closed_round(api: Api, database: Database, set_clock: SetClock, firms: int) -> str:
    """A round in which every third firm is on the priority list, and the second one was banned after it applied."""
    await set_clock(BEFORE)
    round_id = await a_round(api, database)
    await set_clock(OPEN)
    for place in range(firms):
        firm = await hear(database, priority_lists=LISTED if place % 3 == 2 else [])
        await apply(api, round_id, firm)
        if place == 1:
            await hear(database, firm, sanctions=BANNED)
    await set_clock(CLOSED)
    return round_id


def errand(round_id: str) -> Errand:
    return Errand(parse("rnd", round_id), "per_operator", "req_1")


async def test_a_priority_firm_that_came_last_stands_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firms = [await hear(voucher_db), await hear(voucher_db), await hear(voucher_db, priority_lists=LISTED)]
    made = [await apply(voucher_api, round_id, firm) for firm in firms]
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    shown = [
        done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=holder(firm)))
        for firm, one in zip(firms, made, strict=True)
    ]
    assert [(one["state"], one["rank"]) for one in shown] == [("approved", 2), ("approved", 3), ("approved", 1)]
    await all_is_well(voucher_db)


@pytest.mark.parametrize("batch", [1, 2, 7, 8])
async def test_batches_give_the_ranks_that_one_go_would(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(ranking, "BATCH", batch)
    round_id = await a_closed_round(voucher_api, voucher_db, set_clock, firms=7)
    assert await rank(voucher_api, voucher_db, round_id) == {"approved": 6, "rejected": 1}
    told = [(place, state) for place, state, _ in await ranks(voucher_db)]
    listed, general = [1, 2], [3, 4, 5, 6, 7]
    assert [place for place, _ in told] == [*general[:2], listed[0], *general[2:4], listed[1], general[4]]
    assert [state for _, state in told] == ["approved", "rejected", *["approved"] * 5]
    await all_is_well(voucher_db)


async def test_a_job_that_died_between_two_batches_goes_on_behind_the_last_rank(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "BATCH", 2)
    round_id = await a_closed_round(voucher_api, voucher_db, set_clock, firms=5)
    assert await ranking.rank_batch(voucher_db, errand(round_id))
    assert (await seen(voucher_api, round_id))["state"] == "published"
    assert codes(await verb(voucher_api, round_id, "issue")) == ["round.not_ranked"]
    await rank(voucher_api, voucher_db, round_id)
    assert sorted(place or 0 for place, _, _ in await ranks(voucher_db)) == [1, 2, 3, 4, 5]
    assert (await seen(voucher_api, round_id))["state"] == "running"


async def test_two_jobs_at_once_rank_everybody_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "BATCH", 1)
    round_id = await a_closed_round(voucher_api, voucher_db, set_clock, firms=6)
    for _ in range(2):
        done(await verb(voucher_api, round_id, "rank"), 202)
    await asyncio.gather(work(voucher_db), work(voucher_db))
    assert sorted(place or 0 for place, _, _ in await ranks(voucher_db)) == [1, 2, 3, 4, 5, 6]
    async with voucher_db.read() as connection:
        told = await connection.execute(text("SELECT count(*) FROM decisions WHERE kind IN ('rank', 'ranked')"))
    assert told.scalar_one() == 7, "six applications and the round, each once"
    await all_is_well(voucher_db)


async def test_who_withdraws_between_two_batches_leaves_no_gap(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "BATCH", 1)
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firms = [await hear(voucher_db) for _ in range(3)]
    made = [await apply(voucher_api, round_id, firm) for firm in firms]
    await set_clock(CLOSED)
    assert await ranking.rank_batch(voucher_db, errand(round_id))
    done(await voucher_api.post(f"/v1/applications/{made[1]['id']}/withdraw", headers=holder(firms[1])))
    await rank(voucher_api, voucher_db, round_id)
    assert [place for place, _, _ in await ranks(voucher_db)] == [1, None, 2]


async def test_who_was_banned_after_submitting_is_rejected_with_the_reason_and_told_so(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    await hear(voucher_db, firm, sanctions=BANNED)
    await set_clock(CLOSED)
    assert await rank(voucher_api, voucher_db, round_id) == {"approved": 0, "rejected": 1}
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    assert [reason["code"] for reason in shown["reasons"]] == ["application.sanctioned"]
    told = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"]
    assert [event["type"] for event in told][-1] == "application.rejected"


async def test_who_is_heard_of_no_more_is_rejected(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    round_id = await a_closed_round(voucher_api, voucher_db, set_clock, firms=1)
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.execute(text("DELETE FROM voucher.directory_facts WHERE kind = 'organization'"))
    await rank(voucher_api, voucher_db, round_id)
    assert [state for _, state, _ in await ranks(voucher_db)] == ["rejected"]


async def test_a_round_is_ranked_once_after_its_window_and_before_its_end(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.still_open"]
    await set_clock(CLOSED)
    headers = operator()
    first = done(await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=headers), 202)
    await work(voucher_db)
    assert done(await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=headers), 202) == first
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.not_published"]
    await set_clock(FINISHED)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.finished"]


async def test_a_job_that_comes_too_late_ranks_nobody_and_says_why(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_closed_round(voucher_api, voucher_db, set_clock, firms=1)
    job = done(await verb(voucher_api, round_id, "rank"), 202)
    await set_clock(FINISHED)
    await work(voucher_db)
    ended = done(await voucher_api.get(f"/v1/jobs/{job['id']}", headers=operator()))
    assert (ended["state"], ended["report"]) == ("failed", {"refused": ["round.finished"]})


async def test_old_facts_rank_nobody(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(CLOSED)
    async with voucher_db.begin() as connection:
        await connection.exec_driver_sql("UPDATE directory_feed SET heard_at = heard_at - interval '25 hours'")
    assert codes(await verb(voucher_api, round_id, "rank")) == ["directory.too_old"]


async def test_another_bureau_ranks_nothing(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(CLOSED)
    foreign = operator(bureau="another")
    assert (await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=foreign)).status_code == 404


async def test_the_operators_task_moves_from_publishing_to_ranking_to_issuing(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db)

    async def open_tasks() -> list[str]:
        page = done(await voucher_api.get("/v1/tasks", headers=operator()))
        return [task["kind"] for task in page["items"] if task["subject_kind"] == "round"]

    assert await open_tasks() == ["round.rank"]
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert await open_tasks() == ["round.issue"]
    assert (await seen(voucher_api, round_id))["state"] == "running"
    assert done(await voucher_api.get("/v1/tasks", headers=calls("per_a", "auditor")))["items"]


async def test_decisions_name_the_person_and_not_the_account(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(CLOSED)
    through_a_client = operator(sub="cli_operator")
    done(await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=through_a_client), 202)
    await work(voucher_db)
    done(await voucher_api.post(f"/v1/rounds/{round_id}/issue", headers=through_a_client), 202)
    async with voucher_db.read() as connection:
        found = await decisions.of_subject(connection, parse("rnd", round_id))
        named = set((await connection.execute(text("SELECT payload ->> 'person' FROM jobs"))).scalars())
    assert {one.actor for one in found} == named == {"per_operator"}


async def test_a_rule_that_is_asked_as_of_submission_is_asked_of_what_was_known_then(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    await hear(voucher_db, firm, region="440100", size_class="large")
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=operator()))
    assert (shown["state"], shown["facts"]["region"], shown["facts"]["size_class"]) == ("approved", "440703", "small")


async def test_who_applied_before_facts_were_kept_is_asked_as_last_heard(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE applications SET facts = NULL"))
    await hear(voucher_db, firm, region="440100")
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert (await seen(voucher_api, round_id))["applications"] == {"rejected": 1}
