"""The queue is ranked by class and number once the window is closed, and everybody in it is looked at again."""

import httpx2
import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.voucher.wallet.operations import ranking
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
    seen,
    verb,
)

Api = httpx2.AsyncClient
LISTED = [{"list": "jiangmen-service-2020", "class": "priority", "from": "2020-01-01", "until": None}]
BANNED = [{"id": "snc_1", "kind": "dishonesty", "from": "2020-09-15", "until": None}]


async def test_a_priority_firm_that_came_last_stands_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firms = [await hear(voucher_db), await hear(voucher_db), await hear(voucher_db, priority_lists=LISTED)]
    made = [await apply(voucher_api, round_id, firm) for firm in firms]
    await set_clock(CLOSED)
    done(await verb(voucher_api, round_id, "rank"))
    ranks = []
    for firm, one in zip(firms, made, strict=True):
        shown = done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=holder(firm)))
        ranks.append((shown["state"], shown["rank"]))
    assert ranks == [("approved", 2), ("approved", 3), ("approved", 1)]
    await all_is_well(voucher_db)


async def test_who_was_banned_after_submitting_is_rejected_with_the_reason_and_told_so(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    await hear(voucher_db, firm, sanctions=BANNED)
    await set_clock(CLOSED)
    assert done(await verb(voucher_api, round_id, "rank"))["applications"] == {"rejected": 1}
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    assert [reason["code"] for reason in shown["reasons"]] == ["application.sanctioned"]
    told = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"]
    assert [event["type"] for event in told][-1] == "application.rejected"


async def test_a_round_is_ranked_once_after_its_window_and_before_its_end(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.still_open"]
    await set_clock(CLOSED)
    headers = operator()
    first = done(await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=headers))
    assert done(await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=headers)) == first
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.not_published"]
    await set_clock(FINISHED)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.finished"]


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
    done(await verb(voucher_api, round_id, "rank"))
    assert await open_tasks() == ["round.issue"]
    assert (await seen(voucher_api, round_id))["state"] == "running"
    assert done(await voucher_api.get("/v1/tasks", headers=calls("per_a", "auditor")))["items"]


async def test_more_than_one_request_can_rank_are_refused(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db)
    firms = [await hear(voucher_db) for _ in range(2)]
    await set_clock(OPEN)
    for firm in firms:
        await apply(voucher_api, round_id, firm)
    await set_clock(CLOSED)
    monkeypatch.setattr(ranking, "AT_MOST", 1)
    refused = await verb(voucher_api, round_id, "rank")
    assert (refused.status_code, codes(refused)) == (422, ["round.too_many"])
    monkeypatch.setattr(ranking, "AT_MOST", 2)
    assert (await verb(voucher_api, round_id, "rank")).status_code == 200


async def test_decisions_name_the_person_and_not_the_account(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(CLOSED)
    through_a_client = operator(sub="cli_operator")
    done(await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=through_a_client))
    done(await voucher_api.post(f"/v1/rounds/{round_id}/issue", headers=through_a_client), 202)
    async with voucher_db.read() as connection:
        found = await decisions.of_subject(connection, parse("rnd", round_id))
        payload = (await connection.execute(text("SELECT payload ->> 'person' FROM jobs"))).scalar_one()
    assert {one.actor for one in found} == {payload} == {"per_operator"}
