"""A bureau's list becomes applications row by row, each once, and every fault of every row is told at the job."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse, show
from services.voucher.wallet.operations import listing
from services.voucher.wallet.store import applications
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import (
    BUREAU,
    a_round,
    all_is_well,
    apply,
    codes,
    done,
    draft,
    hear,
    holder,
    issue,
    operator,
    rank,
    seen,
    verb,
    work,
)

Api = httpx2.AsyncClient
PAPER = "江工信〔2020〕31号"


def row(firm: UUID | str, client_ref: str, amount: str = "20000.00") -> dict[str, str]:
    named = firm if isinstance(firm, str) else show("org", firm)
    return {"holder_id": named, "amount": amount, "client_ref": client_ref}


async def send(api: Api, round_id: str, *rows: dict[str, str], **body: Any) -> httpx2.Response:
    asked = {"document": PAPER, "currency": "CNY", **({"rows": list(rows)} if rows else {}), **body}
    return await api.post(f"/v1/rounds/{round_id}/lists", headers=operator(), json=asked)


async def ended(api: Api, database: Database, answer: httpx2.Response) -> dict[str, Any]:
    """The job of a list once all jobs were carried out."""
    job = done(answer, 202)
    await work(database)
    return done(await api.get(f"/v1/jobs/{job['id']}", headers=operator()))


async def report(api: Api, database: Database, answer: httpx2.Response) -> dict[str, Any]:
    job = await ended(api, database, answer)
    assert job["state"] == "done", job
    found: dict[str, Any] = job["report"]
    return found


def counts(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["good"], report["there"], report["faulty"]


def faults(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(fault["row"], fault["code"], fault["pointer"]) for fault in report["faults"]]


async def an_open_round(api: Api, database: Database, set_clock: SetClock, firms: int = 3) -> tuple[str, list[UUID]]:
    await set_clock(BEFORE)
    round_id = await a_round(api, database, "60000.00")
    heard = [await hear(database) for _ in range(firms)]
    await set_clock(OPEN)
    return round_id, heard


async def test_good_rows_become_applications_that_are_ranked_and_served_as_any_other(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock)
    rows = [row(firm, f"r{place}") for place, firm in enumerate(firms)]
    assert counts(await report(voucher_api, voucher_db, await send(voucher_api, round_id, *rows))) == (3, 0, 0)
    shown = done(await voucher_api.get("/v1/applications", headers=holder(firms[1])))["items"][0]
    assert (shown["state"], shown["client_ref"], shown["number"]) == ("submitted", "r1", 2)
    told = done(await voucher_api.get("/v1/events", headers=holder(firms[1])))["items"][-1]
    assert (told["type"], told["data"]["document"]) == ("application.submitted", PAPER)
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert (await issue(voucher_api, voucher_db, round_id))["issued"] == 3
    await all_is_well(voucher_db)


async def test_the_decision_names_the_person_the_document_the_clause_and_the_row(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock)
    await report(voucher_api, voucher_db, await send(voucher_api, round_id, row(firm, "r1")))
    (shown,) = done(await voucher_api.get("/v1/applications", headers=operator()))["items"]
    async with voucher_db.read() as connection:
        (one,) = await decisions.of_subject(connection, parse("app", shown["id"]))
    assert (one.actor, one.rule, one.clause) == ("per_operator", "allocation.priority", "row jiangmen-service-2020")
    assert (one.numbers["document"], one.numbers["row"]) == (PAPER, 1)


async def test_a_fault_is_told_in_words_with_what_was_found(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock)
    job = done(await send(voucher_api, round_id, row(firm, "r1", "1,00")), 202)
    await work(voucher_db)
    chinese = {**operator(), "Accept-Language": "zh-CN"}
    for headers, said in ((operator(), "This is no amount"), (chinese, "金额不正确")):
        (fault,) = done(await voucher_api.get(f"/v1/jobs/{job['id']}", headers=headers))["report"]["faults"]
        assert fault["message"].startswith(said)
        assert fault["found"] == "1,00"


async def test_bad_rows_are_told_with_all_their_faults_and_stop_no_good_one(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (good, applied, banned) = await an_open_round(voucher_api, voucher_db, set_clock)
    await apply(voucher_api, round_id, applied)
    since = [{"id": "snc_1", "kind": "dishonesty", "from": "2020-01-01", "until": None}]
    await hear(voucher_db, banned, sanctions=since, region="440100")
    rows = [
        row(good, "r1"),
        row("nobody", "", "-1"),
        row(banned, "r3", "90000.00"),
        row(applied, "r4"),
        row(new_id(), "r5"),
        row(good, "r1"),
    ]
    told = await report(voucher_api, voucher_db, await send(voucher_api, round_id, *rows))
    assert counts(told) == (1, 0, 5)
    assert faults(told) == [
        (2, "list.holder_id", "/holder_id"),
        (2, "list.amount", "/amount"),
        (2, "list.client_ref", "/client_ref"),
        (3, "application.not_local", "/holder_id"),
        (3, "application.sanctioned", "/holder_id"),
        (3, "application.over_cap", "/amount"),
        (4, "application.duplicate", "/holder_id"),
        (5, "application.holder_unknown", "/holder_id"),
        (6, "list.repeated", "/holder_id"),
        (6, "list.repeated", "/client_ref"),
    ]
    await all_is_well(voucher_db)


@pytest.mark.parametrize(
    ("facts", "amount"),
    [
        ({"region": "440100"}, "20000.00"),
        ({"size_class": "large"}, "20000.00"),
        ({"status": "revoked"}, "90000.00"),
        ({"sanctions": [{"id": "snc_1", "kind": "dishonesty", "from": "2020-01-01", "until": None}]}, "90000.00"),
    ],
)
async def test_a_row_is_refused_for_what_the_holders_own_application_is_refused_for(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, facts: dict[str, Any], amount: str
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock, firms=1)
    await hear(voucher_db, firm, **facts)
    own = codes(await draft(voucher_api, round_id, firm, amount))
    told = await report(voucher_api, voucher_db, await send(voucher_api, round_id, row(firm, "r1", amount)))
    assert own != []
    assert [code for _, code, _ in faults(told)] == own


async def test_a_dry_run_tells_the_same_and_makes_nothing(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock, firms=2)
    rows = [row(firms[0], "r1"), row(firms[1], "r 2")]
    looked = await report(voucher_api, voucher_db, await send(voucher_api, round_id, *rows, dry_run=True))
    assert (await seen(voucher_api, round_id))["applications"] == {}
    made = await report(voucher_api, voucher_db, await send(voucher_api, round_id, *rows))
    assert (counts(made), made["faults"]) == (counts(looked), looked["faults"])
    assert (await seen(voucher_api, round_id))["applications"] == {"submitted": 1}


async def test_the_same_list_twice_makes_nothing_twice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock)
    rows = [row(firm, f"r{place}") for place, firm in enumerate(firms)]
    for wanted in ((3, 0, 0), (0, 3, 0)):
        assert counts(await report(voucher_api, voucher_db, await send(voucher_api, round_id, *rows))) == wanted
    rows[0]["amount"], rows[1]["client_ref"] = "100.00", "r9"
    third = await report(voucher_api, voucher_db, await send(voucher_api, round_id, *rows))
    assert faults(third) == [
        (1, "application.duplicate", "/holder_id"),
        (1, "client_ref.taken", "/client_ref"),
        (2, "application.duplicate", "/holder_id"),
    ]
    assert (await seen(voucher_api, round_id))["applications"] == {"submitted": 3}


async def test_of_two_firms_that_one_team_became_a_list_makes_one_application(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock, firms=2)
    for firm in firms:
        await hear(voucher_db, firm, quota_roots=[f"tea_{'1' * 32}"])
    told = await report(
        voucher_api, voucher_db, await send(voucher_api, round_id, *(row(one, one.hex) for one in firms))
    )
    assert (counts(told), [code for _, code, _ in faults(told)]) == ((1, 0, 1), ["application.duplicate"])


async def test_a_file_that_was_sent_before_is_read_as_rows(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock)
    headers = {**operator(), "Content-Type": "text/csv"}
    content = f"holder_id,amount,client_ref\n{show('org', firm)},20000.00,r1\n"
    file = done(await voucher_api.post("/v1/documents?name=list.csv", headers=headers, content=content), 201)["id"]
    assert counts(await report(voucher_api, voucher_db, await send(voucher_api, round_id, file=file))) == (1, 0, 0)
    another = operator(sub="per_another")
    body = {"document": PAPER, "currency": "CNY", "file": file}
    unknown = await voucher_api.post(f"/v1/rounds/{round_id}/lists", headers=another, json=body)
    assert (unknown.status_code, codes(unknown)) == (404, ["document.unknown"])


async def test_batches_come_to_the_same_as_one_and_a_job_that_died_goes_on(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 2)
    monkeypatch.setattr("services.chassis.jobs.TRIES", 1)
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock, firms=5)
    rows = [row(firm, f"r{place}", "1" if place == 3 else "x") for place, firm in enumerate(firms)]
    rows[0]["amount"] = rows[4]["amount"] = "1"
    take_batch, left = listing.take_batch, iter([True])

    async def once(*asked: Any) -> bool:
        if not next(left, False):
            raise ConnectionError
        return await take_batch(*asked)

    monkeypatch.setattr(listing, "take_batch", once)
    job = await ended(voucher_api, voucher_db, await send(voucher_api, round_id, *rows))
    assert (job["state"], job["done"], job["total"]) == ("failed", 2, 5)
    monkeypatch.setattr(listing, "take_batch", take_batch)
    resumed = await voucher_api.post(f"/v1/jobs/{job['id']}/resume", headers=operator())
    told = await report(voucher_api, voucher_db, resumed)
    assert (counts(told), [number for number, *_ in faults(told)]) == ((3, 0, 2), [2, 3])
    assert (await seen(voucher_api, round_id))["applications"] == {"submitted": 3}


async def test_one_list_at_a_time_and_the_ranking_waits_for_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock)
    body = {"document": PAPER, "currency": "CNY", "rows": [row(firms[0], "r1")]}
    headers = operator()
    first, again = [await voucher_api.post(f"/v1/rounds/{round_id}/lists", headers=headers, json=body) for _ in "12"]
    assert done(first, 202) == done(again, 202)
    assert codes(await send(voucher_api, round_id, row(firms[1], "r2"))) == ["list.under_way"]
    tasks = done(await voucher_api.get("/v1/tasks", headers=operator()))["items"]
    assert "list.take" in [task["kind"] for task in tasks]
    await set_clock(CLOSED)
    assert codes(await verb(voucher_api, round_id, "rank")) == ["list.under_way"]
    assert counts(await report(voucher_api, voucher_db, first)) == (1, 0, 0), "it was handed in inside the window"
    tasks = done(await voucher_api.get("/v1/tasks", headers=operator()))["items"]
    assert "list.take" not in [task["kind"] for task in tasks]
    assert await rank(voucher_api, voucher_db, round_id) == {"approved": 1, "rejected": 0}


async def test_a_list_that_is_carried_out_after_the_end_of_the_round_makes_nothing(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock)
    sent = await send(voucher_api, round_id, row(firm, "r1"))
    await set_clock(FINISHED)
    told = await report(voucher_api, voucher_db, sent)
    assert [fault["code"] for fault in told["faults"]] == ["round.not_open"]


async def test_a_holder_who_comes_first_while_the_row_is_written_is_found_there(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, (firm, other, _) = await an_open_round(voucher_api, voucher_db, set_clock)
    draw, times = applications.draw_numbers, iter([True])

    async def overtaken(connection: Any, count: int) -> list[int]:
        if next(times, False):
            done(await draft(voucher_api, round_id, firm), 201)
        return await draw(connection, count)

    monkeypatch.setattr(applications, "draw_numbers", overtaken)
    told = await report(voucher_api, voucher_db, await send(voucher_api, round_id, row(firm, "r1"), row(other, "r2")))
    assert counts(told) == (1, 0, 1)
    assert faults(told) == [(1, "application.duplicate", "/holder_id")]
    assert (await seen(voucher_api, round_id))["applications"] == {"draft": 1, "submitted": 1}
    await all_is_well(voucher_db)


async def test_two_workers_take_a_list_once(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, firms = await an_open_round(voucher_api, voucher_db, set_clock)
    done(await send(voucher_api, round_id, *(row(firm, firm.hex) for firm in firms)), 202)
    await asyncio.gather(work(voucher_db), work(voucher_db))
    assert (await seen(voucher_api, round_id))["applications"] == {"submitted": 3}


async def test_a_list_is_refused_as_a_whole_out_of_the_window_in_another_currency_or_by_another_bureau(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock)
    one = row(firm, "r1")
    assert codes(await send(voucher_api, round_id, one, currency="EUR")) == ["application.currency"]
    assert codes(await send(voucher_api, round_id)) == ["request.invalid"]
    assert codes(await send(voucher_api, round_id, rows=[])) == ["list.empty"]
    body = {"document": PAPER, "currency": "CNY", "rows": [one]}
    foreign = operator(bureau="another")
    assert (await voucher_api.post(f"/v1/rounds/{round_id}/lists", headers=foreign, json=body)).status_code == 404
    as_holder = holder(firm)
    assert (await voucher_api.post(f"/v1/rounds/{round_id}/lists", headers=as_holder, json=body)).status_code == 403
    await set_clock(CLOSED)
    assert codes(await send(voucher_api, round_id, one)) == ["round.closed"]


async def test_old_facts_stop_a_list_which_goes_on_when_news_came(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, *_) = await an_open_round(voucher_api, voucher_db, set_clock)
    sent = await send(voucher_api, round_id, row(firm, "r1"))
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE directory_feed SET heard_at = heard_at - interval '25 hours'"))
    job = await ended(voucher_api, voucher_db, sent)
    assert job["report"] == {"refused": ["directory.too_old"]}
    await hear(voucher_db)
    resume = f"/v1/jobs/{job['id']}/resume"
    colleague, stranger = (calls("per_2", "operator", bureau=one) for one in (BUREAU, "another"))
    assert codes(await voucher_api.post(resume, headers=stranger)) == ["job.unknown"]
    assert done(await voucher_api.get(f"/v1/jobs/{job['id']}", headers=colleague))["state"] == "failed"
    resumed = await voucher_api.post(resume, headers=colleague)
    assert counts(await report(voucher_api, voucher_db, resumed)) == (1, 0, 0)
