"""A round is made from a published scheme, funded by two persons, published, and read with its figures."""

from typing import Any

import httpx2
from sqlalchemy import event, text

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger import steps as ledger
from tests.voucher.ledger.samples import CHECKER, MAKER
from tests.voucher.scheme.domain.test_openings import TWICE
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import (
    a_draft_round,
    a_filled_line,
    a_published_scheme,
    a_round,
    all_is_well,
    approve_funding,
    codes,
    done,
    draft,
    hear,
    hear_calendar,
    holder,
    operator,
    propose_funding,
    seen,
    verb,
)


async def test_a_rounds_dates_are_the_schemes_as_instants(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    of = await seen(voucher_api, await a_draft_round(voucher_api))
    assert of["opens_at"] == "2020-09-15T02:00:00Z"
    assert of["closes_at"] == "2020-09-15T08:00:00Z"
    assert (of["results_by"], of["allocate_until_ends"]) == ("2020-09-17", "2020-10-30T16:00:00Z")


async def test_a_round_needs_a_published_scheme(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    kept = done(await voucher_api.post("/v1/schemes", headers=operator(), json={"file": FILE}), 201)
    body = {"scheme_version_id": kept["id"], "name": "一"}
    refused = await voucher_api.post("/v1/rounds", headers=operator(), json=body)
    assert (refused.status_code, codes(refused)) == (409, ["scheme.not_published"])


async def test_a_round_needs_its_years_calendar(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    version = await a_published_scheme(voucher_api)
    await hear_calendar(voucher_db, loaded=False)
    refused = await voucher_api.post(
        "/v1/rounds", headers=operator(), json={"scheme_version_id": version, "name": "一"}
    )
    assert (refused.status_code, codes(refused)) == (422, ["round.calendar_not_loaded"])


async def test_a_round_is_made_once_under_its_key(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    body, headers = {"scheme_version_id": await a_published_scheme(voucher_api), "name": "一"}, operator()
    answers = [await voucher_api.post("/v1/rounds", headers=headers, json=body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def test_a_round_of_a_scheme_that_is_not_there_is_refused(voucher_api: httpx2.AsyncClient) -> None:
    body = {"scheme_version_id": show("scv", new_id()), "name": "一"}
    refused = await voucher_api.post("/v1/rounds", headers=operator(), json=body)
    assert (refused.status_code, codes(refused)) == (404, ["scheme.unknown"])


async def test_a_client_names_a_round_once(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    body = {"scheme_version_id": await a_published_scheme(voucher_api), "name": "一", "client_ref": "r1"}
    done(await voucher_api.post("/v1/rounds", headers=operator(), json=body), 201)
    refused = await voucher_api.post("/v1/rounds", headers=operator(), json=body)
    assert (refused.status_code, codes(refused)) == (409, ["client_ref.taken"])


async def test_funding_takes_two_persons_and_fills_the_pool(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    line = await a_filled_line(voucher_api, "40000.00")
    change = done(await propose_funding(voucher_api, round_id, line, "30000.00"), 201)
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "0.00"
    alone = await approve_funding(voucher_api, round_id, change["id"], person=MAKER)
    assert (alone.status_code, codes(alone)) == (409, ["budget_change.same_person"])
    assert done(await approve_funding(voucher_api, round_id, change["id"]))["state"] == "approved"
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "30000.00"
    await all_is_well(voucher_db)


async def test_a_funding_is_approved_once_whatever_the_key(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    line = await a_filled_line(voucher_api, "40000.00")
    change = done(await propose_funding(voucher_api, round_id, line, "30000.00"), 201)
    path, headers = f"/v1/rounds/{round_id}/fundings/{change['id']}/approve", calls(CHECKER, "finance_checker")
    first = await voucher_api.post(path, headers=headers)
    assert (await voucher_api.post(path, headers=headers)).json() == first.json()
    again = await approve_funding(voucher_api, round_id, change["id"])
    assert (again.status_code, codes(again)) == (409, ["budget_change.state"])
    await all_is_well(voucher_db)


async def test_a_proposal_is_played_once(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    line = await a_filled_line(voucher_api, "40000.00")
    body = {"budget_line_id": line, "amount": {"amount": "1.00", "currency": "CNY"}, "document": "一"}
    headers = calls(MAKER, "finance_maker")
    answers = [await voucher_api.post(f"/v1/rounds/{round_id}/fund", headers=headers, json=body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def test_more_than_the_line_has_is_refused(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    refused = await propose_funding(voucher_api, round_id, await a_filled_line(voucher_api, "10.00"), "10.01")
    assert (refused.status_code, codes(refused)) == (409, ["budget_line.insufficient"])


async def test_a_second_line_and_another_bureaus_line_are_refused(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    second = await a_filled_line(voucher_api, "10.00", project="另一项目")
    refused = await propose_funding(voucher_api, round_id, second, "10.00")
    assert (refused.status_code, codes(refused)) == (409, ["round.second_line"])
    foreign = await a_filled_line(voucher_api, "10.00", bureau="another")
    refused = await propose_funding(voucher_api, round_id, foreign, "10.00")
    assert (refused.status_code, codes(refused)) == (422, ["round.foreign_line"])
    earlier = await a_filled_line(voucher_api, "10.00", fiscal_year=2019)
    refused = await propose_funding(voucher_api, round_id, earlier, "10.00")
    assert (refused.status_code, codes(refused)) == (422, ["round.other_year"])


async def test_finance_of_another_treasury_is_not_told_that_a_funding_exists(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    change = done(await propose_funding(voucher_api, round_id, await a_filled_line(voucher_api, "10.00"), "10.00"), 201)
    foreign = calls(CHECKER, "finance_checker", treasury="another")
    path = f"/v1/rounds/{round_id}/fundings/{change['id']}/approve"
    assert (await voucher_api.post(path, headers=foreign)).status_code == 404
    other = f"/v1/rounds/{show('rnd', new_id())}/fundings/{change['id']}/approve"
    assert (await voucher_api.post(other, headers=calls(CHECKER, "finance_checker"))).status_code == 404


async def test_a_round_is_published_once_and_opens_by_the_clock(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    headers = operator()
    first = done(await voucher_api.post(f"/v1/rounds/{round_id}/publish", headers=headers))
    assert done(await voucher_api.post(f"/v1/rounds/{round_id}/publish", headers=headers)) == first
    again = await verb(voucher_api, round_id, "publish")
    assert (again.status_code, codes(again)) == (409, ["round.not_draft"])
    shown = []
    for instant in (None, OPEN, CLOSED):
        if instant is not None:
            await set_clock(instant)
        shown.append((await seen(voucher_api, round_id))["open"])
    assert shown == [False, True, False]


async def test_a_draft_round_is_for_its_bureau_alone(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    for headers in (holder(new_id()), operator(bureau="another")):
        assert (await voucher_api.get(f"/v1/rounds/{round_id}", headers=headers)).status_code == 404
        assert done(await voucher_api.get("/v1/rounds", headers=headers))["items"] == []
    assert len(done(await voucher_api.get("/v1/rounds", headers=operator()))["items"]) == 1
    assert len(done(await voucher_api.get("/v1/rounds", headers=calls("per_a", "auditor")))["items"]) == 1
    assert (await voucher_api.post(f"/v1/rounds/{round_id}/publish", headers=operator(bureau="b"))).status_code == 404


async def test_a_published_round_is_for_everybody(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    firm = holder(new_id())
    assert done(await voucher_api.get(f"/v1/rounds/{round_id}", headers=firm))["state"] == "published"
    assert len(done(await voucher_api.get("/v1/rounds?limit=1", headers=firm))["items"]) == 1


async def test_rounds_are_turned_over_page_by_page(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    made = [await a_draft_round(voucher_api) for _ in range(2)]
    first = done(await voucher_api.get("/v1/rounds?limit=1", headers=operator()))
    rest = done(await voucher_api.get(f"/v1/rounds?limit=1&after={first['next_cursor']}", headers=operator()))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]


async def test_a_list_asks_no_more_however_many_it_shows_and_keeps_their_figures_apart(
    voucher_api: httpx2.AsyncClient, voucher_app: Any, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    rich, poor = await a_round(voucher_api, voucher_db, "30000.00"), await a_draft_round(voucher_api)
    done(await verb(voucher_api, poor, "publish"))
    firms = [await hear(voucher_db) for _ in range(3)]
    for round_id, firm in ((poor, firms[0]), (rich, firms[1]), (rich, firms[2])):
        done(await draft(voucher_api, round_id, firm), 201)
    asked: list[str] = []

    def ask(*statement: Any) -> None:
        asked.append(statement[2])

    engine = voucher_app.state.service.databases.test.engine.sync_engine
    event.listen(engine, "before_cursor_execute", ask)
    for path in ("rounds", "applications"):
        asked.clear()
        await voucher_api.get(f"/v1/{path}?limit=1", headers=operator())
        for_one = len(asked)
        shown = done(await voucher_api.get(f"/v1/{path}", headers=operator()))["items"]
        assert len(asked) == 2 * for_one
        if path == "rounds":
            figures = {one["id"]: (one["pool"]["amount"], one["applications"]) for one in shown}
            assert figures == {poor: ("0.00", {"draft": 1}), rich: ("30000.00", {"draft": 2})}


async def test_a_round_takes_no_more_budget_from_its_end_on_whether_or_not_the_timer_has_run(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    line_id = (await seen(voucher_api, round_id))["budget_line_id"]
    more = await ledger.propose(voucher_api, line_id, "100.00")
    done(await ledger.approve(voucher_api, more["id"]))
    proposed = done(await propose_funding(voucher_api, round_id, line_id, "50.00"), 201)
    await set_clock(FINISHED)
    assert (await seen(voucher_api, round_id))["state"] == "finished"
    assert codes(await propose_funding(voucher_api, round_id, line_id, "1.00")) == ["round.finished"]
    assert codes(await approve_funding(voucher_api, round_id, proposed["id"])) == ["round.finished"]
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "40000.00"


async def test_an_unknown_round_is_unknown(voucher_api: httpx2.AsyncClient) -> None:
    unknown = show("rnd", new_id())
    assert (await voucher_api.get(f"/v1/rounds/{unknown}", headers=operator())).status_code == 404
    assert (await verb(voucher_api, unknown, "publish")).status_code == 404


async def test_a_round_has_the_one_of_its_schemes_windows_that_it_names(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    await hear_calendar(voucher_db)
    version = await a_published_scheme(voucher_api, TWICE)
    body = {"scheme_version_id": version, "name": "2020 第二批", "window": 2}
    made = done(await voucher_api.post("/v1/rounds", headers=operator(), json=body), 201)
    assert (made["window"], made["window_turn"], made["opens_at"]) == (2, 1, "2020-09-28T02:00:00Z")
    assert made["allocate_until"] == "2020-10-20"
    third = await voucher_api.post("/v1/rounds", headers=operator(), json={**body, "window": 3})
    assert (third.status_code, codes(third)) == (422, ["round.window_unknown"])


async def test_a_published_version_is_withdrawn_only_while_no_round_of_its_scheme_stands(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    version = (await seen(voucher_api, round_id))["scheme_version_id"]
    path, reason = f"/v1/schemes/{version}/withdraw", {"reason": "另行起草"}
    refused = await voucher_api.post(path, headers=operator(), json=reason)
    assert (refused.status_code, codes(refused)) == (409, ["scheme.in_use"])
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE rounds SET state = 'cancelled'"))
    assert done(await voucher_api.post(path, headers=operator(), json=reason))["state"] == "withdrawn"
    again = {"scheme_version_id": version, "name": "2020 第二批"}
    assert codes(await voucher_api.post("/v1/rounds", headers=operator(), json=again)) == ["scheme.not_published"]
