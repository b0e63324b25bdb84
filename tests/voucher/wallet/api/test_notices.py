"""A window rests, goes on, is longer or comes again only by a published notice behind which two persons stand."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import Refusal
from services.voucher.wallet.operations.errands import Errand
from services.voucher.wallet.operations.ranking import rank_batch
from services.voucher.wallet.store import rounds
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger import steps as ledger
from tests.voucher.wallet.methods import WAITING_LIST, a_notice, a_round_by, noticed
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_ranked_round,
    a_round,
    all_is_well,
    apply,
    approve_funding,
    codes,
    done,
    draft,
    hear,
    hear_calendar,
    issue,
    move_to,
    operator,
    propose_funding,
    rank,
    seen,
    submit,
    verb,
    work,
)

Api = httpx2.AsyncClient
LATER = "2020-09-15T09:00:00Z"
SECOND = {"opens_at": "2020-09-17T02:00:00Z", "closes_at": "2020-09-17T08:00:00Z"}


async def an_open_round(api: Api, database: Database, set_clock: SetClock) -> str:
    await set_clock(BEFORE)
    round_id = await a_round(api, database)
    await set_clock(OPEN)
    return round_id


def another(**bound: Any) -> dict[str, str]:
    return operator(sub="per_second", per="per_second", **bound)


async def proposed(api: Api, round_id: str, kind: str = "pause") -> str:
    body = {"kind": kind, "document": "1", "text_zh": "暂停", "text_en": "Paused."}
    made = done(await api.post(f"/v1/rounds/{round_id}/notices", headers=operator(), json=body), 201)
    identifier: str = made["id"]
    return identifier


async def test_who_applies_while_the_round_is_paused_is_told_the_words_of_the_notice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    firm = await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    await noticed(voucher_api, round_id, "pause")
    answer = await submit(voucher_api, made["id"], firm)
    assert codes(answer) == ["round.paused"]
    assert answer.json()["errors"][0]["message"] == "The round is paused by notice 江工信〔2020〕70号: Maintenance."
    assert codes(await draft(voucher_api, round_id, await hear(voucher_db))) == ["round.paused"]


async def test_it_goes_on_where_it_stood_and_the_numbers_go_on(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    first = await apply(voucher_api, round_id, await hear(voucher_db))
    await noticed(voucher_api, round_id, "pause")
    assert (await seen(voucher_api, round_id))["state"] == "paused"
    await noticed(voucher_api, round_id, "resume")
    second = await apply(voucher_api, round_id, await hear(voucher_db))
    assert ((await seen(voucher_api, round_id))["state"], second["number"]) == ("published", first["number"] + 1)
    await all_is_well(voucher_db)


async def test_a_paused_round_is_neither_ranked_nor_issued_and_still_ends(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await noticed(voucher_api, round_id, "pause")
    assert codes(await verb(voucher_api, round_id, "issue")) == ["round.is_paused"]
    await move_to(set_clock, voucher_db, FINISHED)
    shown = await seen(voucher_api, round_id)
    assert (shown["state"], shown["applications"]) == ("finished", {"unserved": 1})


async def test_an_extension_moves_the_end_of_the_window_and_the_day_of_results(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await noticed(voucher_api, round_id, "extend", closes_at="2020-09-16T08:00:00Z", allocate_until="2020-11-02")
    shown = await seen(voucher_api, round_id)
    assert (shown["closes_at"], shown["results_by"]) == ("2020-09-16T08:00:00Z", "2020-09-18")
    assert shown["allocate_until"] == "2020-11-02"
    await set_clock(CLOSED)
    assert (await apply(voucher_api, round_id, await hear(voucher_db)))["state"] == "submitted"


async def test_a_repeated_window_ranks_its_own_behind_those_of_the_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    await noticed(voucher_api, round_id, "repeat", **SECOND)
    await set_clock(datetime(2020, 9, 17, 2, tzinfo=UTC))
    late = await apply(voucher_api, round_id, await hear(voucher_db))
    await set_clock(datetime(2020, 9, 17, 8, tzinfo=UTC))
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    async with voucher_db.read() as connection:
        query = text("SELECT rank, state FROM applications WHERE id = :id")
        assert (await connection.execute(query, {"id": parse("app", late["id"])})).one() == (2, "issued")
    await all_is_well(voucher_db)


@pytest.mark.parametrize(
    ("kind", "dates", "code"),
    [
        ("resume", {}, "notice.not_now"),
        ("repeat", SECOND, "notice.not_now"),
        ("extend", {"closes_at": "2020-09-15T07:00:00Z"}, "notice.not_later"),
        ("extend", {"closes_at": "2020-11-15T07:00:00Z"}, "notice.order"),
        ("extend", {"allocate_until": "2020-10-01"}, "notice.not_later"),
        ("extend", {"allocate_until": "2021-01-10"}, "notice.other_year"),
        ("extend", {"closes_at": "2021-10-15T07:00:00Z", "allocate_until": "2020-12-31"}, "notice.order"),
    ],
)
async def test_a_notice_that_does_not_fit_is_refused_when_it_is_proposed(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, kind: str, dates: dict[str, str], code: str
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    assert codes(await a_notice(voucher_api, round_id, kind, **dates)) == [code]


async def test_a_window_that_is_over_is_repeated_and_not_prolonged(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await set_clock(CLOSED)
    assert codes(await a_notice(voucher_api, round_id, "extend", closes_at=LATER)) == ["notice.not_now"]
    past = {"opens_at": "2020-09-15T03:00:00Z", "closes_at": "2020-09-15T08:00:00Z"}
    assert codes(await a_notice(voucher_api, round_id, "repeat", **past)) == ["notice.past"]
    done(await a_notice(voucher_api, round_id, "repeat", **SECOND))


async def test_one_person_proposes_and_another_publishes_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    path = f"/v1/rounds/{round_id}/notices/{await proposed(voucher_api, round_id)}"
    assert codes(await voucher_api.post(f"{path}/publish", headers=operator())) == ["notice.same_person"]
    done(await voucher_api.post(f"{path}/publish", headers=another()))
    assert codes(await voucher_api.post(f"{path}/reject", headers=another())) == ["notice.state"]


async def test_a_rejected_notice_leaves_nothing_behind(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    path = f"/v1/rounds/{round_id}/notices/{await proposed(voucher_api, round_id)}"
    assert done(await voucher_api.post(f"{path}/reject", headers=another()))["state"] == "rejected"
    assert (await seen(voucher_api, round_id))["state"] == "published"
    assert done(await voucher_api.get(f"/v1/rounds/{round_id}/notices"))["items"] == []


async def test_one_notice_at_a_time_waits_for_its_second_person(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await proposed(voucher_api, round_id)
    assert codes(await a_notice(voucher_api, round_id, "pause")) == ["notice.open"]
    tasks = done(await voucher_api.get("/v1/tasks", headers=operator()))["items"]
    assert {task["kind"] for task in tasks} == {"round.rank", "round.notice"}


async def test_everybody_reads_what_was_published_and_nobody_of_a_draft(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await noticed(voucher_api, round_id, "extend", closes_at=LATER)
    (shown,) = done(await voucher_api.get(f"/v1/rounds/{round_id}/notices"))["items"]
    assert (shown["kind"], shown["closes_at"], shown["text_zh"]) == ("extend", LATER, "系统维护。")
    assert "per_second" not in str(shown)


async def test_a_draft_and_a_foreign_round_have_no_notices(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    assert (await voucher_api.get(f"/v1/rounds/{round_id}/notices")).status_code == 404
    assert codes(await a_notice(voucher_api, round_id, "pause")) == ["notice.not_now"]
    path, body = (
        f"/v1/rounds/{round_id}/notices",
        {"kind": "pause", "document": "1", "text_zh": "停", "text_en": "Stop"},
    )
    foreign = calls("per_operator", "operator", bureau="another")
    assert (await voucher_api.post(path, headers=foreign, json=body)).status_code == 404


async def test_a_finished_round_takes_no_notice(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await set_clock(FINISHED)
    assert codes(await a_notice(voucher_api, round_id, "pause")) == ["round.finished"]


async def test_a_pause_waits_for_a_submission_under_way(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    async with voucher_db.begin() as connection:
        await rounds.share(connection, parse("rnd", round_id))
        pausing = asyncio.create_task(noticed(voucher_api, round_id, "pause"))
        await asyncio.sleep(0.3)
        assert not pausing.done()
    await pausing
    assert (await seen(voucher_api, round_id))["state"] == "paused"


async def test_a_window_that_was_prolonged_is_not_ranked_at_its_first_end(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await apply(voucher_api, round_id, await hear(voucher_db))
    done(await a_notice(voucher_api, round_id, "extend", closes_at=LATER))
    await set_clock(CLOSED)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["round.still_open"]


async def test_results_in_a_year_without_a_calendar_are_refused(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await hear_calendar(voucher_db, loaded=False)
    assert codes(await a_notice(voucher_api, round_id, "extend", closes_at=LATER)) == ["round.calendar_not_loaded"]


async def test_a_second_window_serves_its_own_where_who_was_left_out_of_the_first_was_told_so(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    no_list = (WAITING_LIST, "waiting_list: {value: false,")
    round_id = await a_round_by("queue", voucher_api, voucher_db, set_clock, no_list, amount="20000.00")
    await set_clock(OPEN)
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db))
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 1, "unserved": 1}
    await noticed(voucher_api, round_id, "repeat", **SECOND)
    line = (await seen(voucher_api, round_id))["budget_line_id"]
    more = await ledger.propose(voucher_api, line, "20000.00")
    done(await ledger.approve(voucher_api, more["id"]))
    change = done(await propose_funding(voucher_api, round_id, line, "20000.00"), 201)
    done(await approve_funding(voucher_api, round_id, change["id"]))
    await set_clock(datetime(2020, 9, 17, 2, tzinfo=UTC))
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db))
    await set_clock(datetime(2020, 9, 17, 8, tzinfo=UTC))
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 2, "unserved": 2}
    await all_is_well(voucher_db)


async def test_a_window_does_not_come_again_while_its_first_are_ranked(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.voucher.wallet.operations.ranking.BATCH", 1)
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db))
    await set_clock(CLOSED)
    done(await verb(voucher_api, round_id, "rank"), 202)
    errand = Errand(parse("rnd", round_id), "per_operator", "req_1")
    assert await rank_batch(voucher_db, errand)
    assert codes(await a_notice(voucher_api, round_id, "repeat", **SECOND)) == ["notice.ranking"]
    await work(voucher_db)
    await noticed(voucher_api, round_id, "repeat", **SECOND)


async def test_a_repetition_and_a_ranking_at_once_leave_one_order(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    await apply(voucher_api, round_id, await hear(voucher_db))
    await set_clock(CLOSED)
    body = {"kind": "repeat", "document": "1", "text_zh": "再开", "text_en": "Again.", **SECOND}
    made = done(await voucher_api.post(f"/v1/rounds/{round_id}/notices", headers=operator(), json=body), 201)
    path = f"/v1/rounds/{round_id}/notices/{made['id']}/publish"
    errand = Errand(parse("rnd", round_id), "per_operator", "req_1")
    ranked, published = await asyncio.gather(
        rank_batch(voucher_db, errand), voucher_api.post(path, headers=another()), return_exceptions=True
    )
    assert isinstance(published, httpx2.Response)
    shown = await seen(voucher_api, round_id)
    if isinstance(ranked, Refusal):
        assert (shown["state"], shown["applications"]) == ("published", {"submitted": 1})
    else:
        assert shown["applications"] == {"approved": 1}
        assert shown["state"] == "published"
