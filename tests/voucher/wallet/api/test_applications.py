"""Applications are drafted before the window, submitted in it, refused with every reason, and kept apart by holder."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id, parse, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.samples import CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_round,
    all_is_well,
    apply,
    codes,
    done,
    draft,
    hear,
    hear_calendar,
    holder,
    operator,
    rank,
    submit,
)

Api = httpx2.AsyncClient
BANNED = [{"id": "snc_1", "kind": "dishonesty", "from": "2020-01-01", "until": None}]
LISTED = [{"list": "jiangmen-service-2020", "class": "priority", "from": "2020-01-01", "until": None}]


async def rows(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("SELECT count(*) FROM applications"))).scalar_one())


async def test_a_draft_waits_for_the_window_and_is_submitted_by_one_call(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    early = await submit(voucher_api, made["id"], firm)
    assert (early.status_code, codes(early)) == (409, ["round.opens_later"])
    await set_clock(OPEN)
    submitted = done(await submit(voucher_api, made["id"], firm))
    assert (submitted["state"], submitted["queue_class"], submitted["number"]) == ("submitted", "general", 1)
    await all_is_well(voucher_db)


async def test_the_last_instant_of_the_window_counts_and_the_next_does_not(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    await set_clock(CLOSED)
    late = await submit(voucher_api, made["id"], firm)
    assert (late.status_code, codes(late)) == (409, ["round.closed"])
    await set_clock(CLOSED - timedelta(seconds=30))
    done(await submit(voucher_api, made["id"], firm))


async def test_a_firm_on_the_schemes_list_stands_in_its_class(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db, priority_lists=LISTED)
    await set_clock(OPEN)
    assert (await apply(voucher_api, round_id, firm))["queue_class"] == "priority"


async def test_all_that_speaks_against_a_firm_is_said_at_once_and_nothing_is_kept_but_the_attempt(
    voucher_api: Api, voucher_db: Database
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    firm = await hear(voucher_db, region="110105", size_class="large", sanctions=BANNED)
    refused = await draft(voucher_api, round_id, firm, "20000.01")
    assert refused.status_code == 422
    assert set(codes(refused)) == {
        "application.not_local",
        "application.size_class",
        "application.sanctioned",
        "application.over_cap",
    }
    assert all(error["clause"] and error["rule"] for error in refused.json()["errors"])
    assert await rows(voucher_db) == 0
    subject = parse("rnd", round_id)
    kept = done(
        await voucher_api.get(f"/v1/attempts?subject_id={subject}&outcome=refused", headers=calls("per_a", "auditor"))
    )
    assert [one["operation"] for one in kept["items"]] == ["create_application"]
    assert len(kept["items"][0]["reasons"]) == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sanctions": BANNED}, "application.sanctioned"),
        ({"region": "440600"}, "application.not_local"),
        ({"size_class": None}, "application.size_class_unknown"),
        ({"size_class": "large"}, "application.size_class"),
        ({"status": "deregistered"}, "application.not_active"),
    ],
)
async def test_what_became_known_since_the_draft_refuses_the_submission(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, changes: dict[str, Any], code: str
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    await hear(voucher_db, firm, **changes)
    await set_clock(OPEN)
    refused = await submit(voucher_api, made["id"], firm)
    assert (refused.status_code, codes(refused)) == (422, [code])
    another = await apply(voucher_api, round_id, await hear(voucher_db))
    assert another["number"] == 1


async def test_a_party_has_one_live_application_in_a_round(voucher_api: Api, voucher_db: Database) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    first = done(await draft(voucher_api, round_id, firm), 201)
    twice = await draft(voucher_api, round_id, firm)
    assert (twice.status_code, codes(twice)) == (409, ["application.duplicate"])
    assert twice.json()["errors"][0]["numbers"]["application_id"] == first["id"]
    assert await rows(voucher_db) == 1


async def test_firms_that_one_team_became_have_one_live_application(voucher_api: Api, voucher_db: Database) -> None:
    team = [show("tea", new_id())]
    first, second = await hear(voucher_db, quota_roots=team), await hear(voucher_db, quota_roots=team)
    round_id = await a_round(voucher_api, voucher_db)
    done(await draft(voucher_api, round_id, first), 201)
    refused = await draft(voucher_api, round_id, second)
    assert (refused.status_code, codes(refused)) == (409, ["application.duplicate"])


async def test_who_withdrew_may_apply_again(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    await set_clock(OPEN)
    first = await apply(voucher_api, round_id, firm)
    path, headers = f"/v1/applications/{first['id']}/withdraw", holder(firm)
    withdrawn = done(await voucher_api.post(path, headers=headers))
    assert withdrawn["state"] == "withdrawn"
    assert done(await voucher_api.post(path, headers=headers)) == withdrawn
    again = await apply(voucher_api, round_id, firm)
    assert again["number"] > first["number"]


async def test_after_the_window_no_draft_is_made(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    await set_clock(CLOSED)
    refused = await draft(voucher_api, round_id, firm)
    assert (refused.status_code, codes(refused)) == (409, ["round.closed"])


async def test_an_application_is_submitted_once(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    await set_clock(OPEN)
    headers = holder(firm)
    first = await voucher_api.post(f"/v1/applications/{made['id']}/submit", headers=headers)
    replayed = await voucher_api.post(f"/v1/applications/{made['id']}/submit", headers=headers)
    assert replayed.json() == first.json()
    again = await submit(voucher_api, made["id"], firm)
    assert (again.status_code, codes(again)) == (409, ["application.not_draft"])


async def test_a_draft_is_made_once_under_its_key(voucher_api: Api, voucher_db: Database) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    body = {"round_id": round_id, "amount": {"amount": "1.00", "currency": "CNY"}, "client_ref": "one"}
    headers = holder(firm)
    answers = [await voucher_api.post("/v1/applications", headers=headers, json=body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def test_a_client_names_an_application_once(voucher_api: Api, voucher_db: Database) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    body = {"round_id": round_id, "amount": {"amount": "1.00", "currency": "CNY"}, "client_ref": "one"}
    made = done(await voucher_api.post("/v1/applications", headers=holder(firm), json=body), 201)
    done(await voucher_api.post(f"/v1/applications/{made['id']}/withdraw", headers=holder(firm)))
    refused = await voucher_api.post("/v1/applications", headers=holder(firm), json=body)
    assert (refused.status_code, codes(refused)) == (409, ["client_ref.taken"])


async def test_another_currency_than_the_schemes_is_refused(voucher_api: Api, voucher_db: Database) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    body = {"round_id": round_id, "amount": {"amount": "1.00", "currency": "EUR"}}
    refused = await voucher_api.post("/v1/applications", headers=holder(firm), json=body)
    assert (refused.status_code, codes(refused)) == (422, ["application.currency"])


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1e400", "NaN", "1,00", "9223372036854775808", "１"])
async def test_what_is_no_amount_changes_nothing(voucher_api: Api, voucher_db: Database, amount: str) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    assert (await draft(voucher_api, round_id, firm, amount)).status_code == 422
    assert await rows(voucher_db) == 0


async def test_a_firm_not_heard_of_and_an_account_without_a_firm_are_refused(
    voucher_api: Api, voucher_db: Database
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    assert codes(await draft(voucher_api, round_id, new_id())) == ["application.holder_unknown"]
    body = {"round_id": round_id, "amount": {"amount": "1.00", "currency": "CNY"}}
    alone = await voucher_api.post("/v1/applications", headers=calls("per_1", "holder"), json=body)
    assert codes(alone) == ["application.no_organization"]


async def test_facts_of_more_than_a_day_decide_nothing(voucher_api: Api, voucher_db: Database) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE directory_feed SET heard_at = heard_at - interval '25 hours'"))
    assert codes(await draft(voucher_api, round_id, firm)) == ["directory.too_old"]


async def test_a_draft_round_takes_no_applications(voucher_api: Api, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    assert (await draft(voucher_api, round_id, await hear(voucher_db))).status_code == 404


async def test_who_used_the_years_allowance_is_told_so(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    async with voucher_db.begin() as connection:
        await connection.execute(
            text("INSERT INTO cap_counters VALUES ('jiangmen-service-2020/issued-per-year', :who, '2020', 2000000)"),
            {"who": show("org", firm)},
        )
    refused = await draft(voucher_api, round_id, firm)
    assert codes(refused) == ["application.cap_used"]
    assert refused.json()["errors"][0]["numbers"]["used"] == "20000.00"


async def test_a_firm_has_what_the_team_it_was_has_left_of_the_years_allowance(
    voucher_api: Api, voucher_db: Database
) -> None:
    team = new_id()
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db, quota_roots=[show("tea", team)])
    async with voucher_db.begin() as connection:
        await connection.execute(
            text("INSERT INTO cap_counters VALUES ('jiangmen-service-2020/issued-per-year', :who, '2020', 2000000)"),
            {"who": show("org", team)},
        )
    assert codes(await draft(voucher_api, round_id, firm)) == ["application.cap_used"]


async def test_an_application_is_seen_by_its_holder_region_and_bureau_alone(
    voucher_api: Api, voucher_db: Database
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    may = (
        holder(firm),
        operator(),
        calls("per_r", "reviewer", region="440703"),
        calls("per_r", "reviewer", region="440700"),
        calls("per_a", "auditor"),
    )
    may_not = (holder(new_id()), operator(bureau="another"), calls("per_r", "reviewer", region="440704"))
    for headers, status, number in [*((one, 200, 1) for one in may), *((one, 404, 0) for one in may_not)]:
        assert (await voucher_api.get(f"/v1/applications/{made['id']}", headers=headers)).status_code == status
        assert len(done(await voucher_api.get("/v1/applications", headers=headers))["items"]) == number


async def test_nobody_submits_or_withdraws_for_another(voucher_api: Api, voucher_db: Database) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    for name in ("submit", "withdraw"):
        answer = await voucher_api.post(f"/v1/applications/{made['id']}/{name}", headers=holder(new_id()))
        assert answer.status_code == 404
        unknown = f"/v1/applications/{show('app', new_id())}/{name}"
        assert (await voucher_api.post(unknown, headers=holder(firm))).status_code == 404


async def test_applications_are_filtered_and_turned_over(voucher_api: Api, voucher_db: Database) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    made = [done(await draft(voucher_api, round_id, await hear(voucher_db)), 201)["id"] for _ in range(3)]
    query = f"/v1/applications?round_id={round_id}&state=draft&limit=2"
    first = done(await voucher_api.get(query, headers=operator()))
    rest = done(await voucher_api.get(f"{query}&after={first['next_cursor']}", headers=operator()))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]
    assert done(await voucher_api.get("/v1/applications?client_ref=none", headers=operator()))["items"] == []


async def test_past_the_last_date_a_draft_shows_as_withdrawn_before_the_timer_ran(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    made = done(await draft(voucher_api, round_id, firm), 201)
    await set_clock(FINISHED)
    shown = done(await voucher_api.get(f"/v1/applications/{made['id']}", headers=holder(firm)))
    assert shown["state"] == "withdrawn"


async def test_a_round_that_was_ranked_is_closed_for_drafts_as_well(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm = await a_round(voucher_api, voucher_db), await hear(voucher_db)
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert codes(await draft(voucher_api, round_id, firm)) == ["round.not_open"]
