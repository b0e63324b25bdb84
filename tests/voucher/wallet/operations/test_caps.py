"""Caps know whom they are for, count applications and what is held, and classes keep to their share."""

import asyncio
from typing import Any

import httpx2

from services.chassis.database import Database
from services.chassis.ids import parse
from services.voucher.wallet.operations import serving
from services.voucher.wallet.operations.issuing import Order
from services.voucher.wallet.store import rounds as store
from tests.conftest import SetClock
from tests.voucher.wallet.lived import Lived, yuan
from tests.voucher.wallet.methods import WAITING_LIST, a_round_by
from tests.voucher.wallet.operations.test_races import amount
from tests.voucher.wallet.samples import CLOSED, OPEN, USE_BY_ENDS
from tests.voucher.wallet.steps import (
    a_filled_line,
    all_is_well,
    apply,
    approve_funding,
    codes,
    done,
    draft,
    hear,
    holder,
    issue,
    move_to,
    operator,
    propose_funding,
    rank,
    seen,
    submit,
    work,
)

Api = httpx2.AsyncClient
SOURCE = '"our default, not in the notice"'
TWICE = f"""  - cap: applications-per-year
    counts: applications
    subject: holder
    period: year
    year_of: issue
    limit: "1"
    source: {SOURCE}
"""
HELD = f"""  - cap: held-at-once
    counts: held
    subject: holder
    period: once
    limit: "5000.00"
    cases:
      - when: {{size_class: [micro]}}
        limit: "8000.00"
        source: {SOURCE}
    source: {SOURCE}
"""
SPENT_FIRST = (WAITING_LIST, f"spent_first: {{value: true, source: {SOURCE}}}\n  {WAITING_LIST}")
SHARES = (
    WAITING_LIST,
    f'class_shares: {{value: [{{class: priority, at_most: "0.50"}}], source: {SOURCE}}}\n  {WAITING_LIST}',
)
RESTORES = ("restores_allowance: {value: false,", "restores_allowance: {value: true,")
MICRO_GETS_MORE = (
    'year_of: issue\n    limit: "20000.00"\n',
    'year_of: issue\n    limit: "20000.00"\n    cases:\n'
    f'      - when: {{size_class: [micro]}}\n        limit: "30000.00"\n        source: {SOURCE}\n',
)
APPLIES_FOR_MORE = ('limit: "20000.00"\n', 'limit: "30000.00"\n')
LISTED = [{"list": "jiangmen-service-2020", "class": "priority", "from": "2020-01-01", "until": None}]


async def opened(api: Api, database: Database, set_clock: SetClock, method: str, *changes: Any, **named: Any) -> str:
    round_id = await a_round_by(method, api, database, set_clock, *changes, **named)
    await set_clock(OPEN)
    return round_id


async def test_who_applied_as_often_as_he_may_is_refused_until_he_withdraws(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "queue", caps=TWICE)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    assert "application.too_many" in codes(await draft(voucher_api, round_id, firm))
    done(await voucher_api.post(f"/v1/applications/{made['id']}/withdraw", headers=holder(firm)))
    assert (await apply(voucher_api, round_id, firm))["state"] == "submitted"
    await all_is_well(voucher_db)


async def test_who_is_rejected_gets_his_application_back(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "queue", caps=TWICE)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm)
    await hear(voucher_db, firm, sanctions=[{"id": "snc_1", "kind": "fraud", "from": "2020-09-15", "until": None}])
    await set_clock(CLOSED)
    assert await rank(voucher_api, voucher_db, round_id) == {"approved": 0, "rejected": 1}
    await all_is_well(voucher_db)


async def test_a_draft_that_was_made_in_time_is_counted_when_it_is_submitted(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    rounds = [await opened(voucher_api, voucher_db, set_clock, "queue", caps=TWICE)]
    firm = await hear(voucher_db)
    made = done(await draft(voucher_api, rounds[0], firm), 201)
    assert (await amount(voucher_db, "SELECT count(*) FROM cap_counters WHERE used > 0")) == 0
    done(await submit(voucher_api, made["id"], firm))
    assert (await amount(voucher_db, "SELECT used FROM cap_counters WHERE cap LIKE '%applications-per-year'")) == 1
    await all_is_well(voucher_db)


async def test_rows_of_a_list_count_and_are_served_where_who_comes_first_is(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", caps=TWICE, amount="30000.00")
    firms = [await hear(voucher_db) for _ in range(3)]
    rows = [
        {"holder_id": f"org_{firm.hex}", "amount": "20000.00", "client_ref": f"r{place}"}
        for place, firm in enumerate(firms)
    ]
    body = {"document": "1", "currency": "CNY", "rows": rows}
    done(await voucher_api.post(f"/v1/rounds/{round_id}/lists", headers=operator(), json=body), 202)
    await work(voucher_db)
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 2, "waitlisted": 1}
    await all_is_well(voucher_db)


async def test_what_one_holds_at_a_time_caps_what_he_is_issued_by_who_he_is(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", caps=HELD)
    small, micro = await hear(voucher_db), await hear(voucher_db, size_class="micro")
    for firm, face in ((small, "5000.00"), (micro, "8000.00")):
        await apply(voucher_api, round_id, firm)
        (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
        assert voucher["face"]["amount"] == face
    assert "application.cap_used" in codes(await draft(voucher_api, round_id, small))
    await all_is_well(voucher_db)


async def test_what_expires_gives_the_years_allowance_back_and_an_extension_takes_it_again(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", RESTORES)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm, "15000.00")
    (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    used = "SELECT used FROM cap_counters WHERE cap LIKE '%issued-per-year'"
    assert await amount(voucher_db, used) == 1_500_000
    await move_to(set_clock, voucher_db, USE_BY_ENDS)
    assert await amount(voucher_db, used) == 0
    await all_is_well(voucher_db)
    done(await Lived(voucher_api, voucher_db, round_id, firm, voucher["id"]).verb("extend"))
    assert await amount(voucher_db, used) == 1_500_000
    await all_is_well(voucher_db)


async def test_an_extension_before_the_sweep_comes_to_the_same(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", RESTORES)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm, "15000.00")
    (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    await set_clock(USE_BY_ENDS)
    done(await Lived(voucher_api, voucher_db, round_id, firm, voucher["id"]).verb("extend"))
    assert await amount(voucher_db, "SELECT used FROM cap_counters WHERE cap LIKE '%issued-per-year'") == 1_500_000
    await all_is_well(voucher_db)


async def test_a_top_up_keeps_to_the_cap_for_whom_it_is(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", APPLIES_FOR_MORE, MICRO_GETS_MORE)
    answers = []
    for size_class in ("small", "micro"):
        firm = await hear(voucher_db, size_class=size_class)
        await apply(voucher_api, round_id, firm, "15000.00")
        (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
        lived = Lived(voucher_api, voucher_db, round_id, firm, voucher["id"])
        answers.append(await lived.verb("top-up", document="1", **yuan("6000.00")))
    assert codes(answers[0]) == ["topup.over_cap"]
    assert answers[1].status_code == 201


async def test_what_came_back_of_one_class_does_not_take_another_past_its_share(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", SHARES)
    made: list[Lived] = []
    for lists, face in ((LISTED, "15000.00"), ([], "19000.00")):
        firm = await hear(voucher_db, priority_lists=lists)
        await apply(voucher_api, round_id, firm, face)
        (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
        made.append(Lived(voucher_api, voucher_db, round_id, firm, voucher["id"]))
    await made[1].granted("cancel")
    assert codes(await made[0].verb("top-up", document="1", **yuan("5000.01"))) == [
        "topup.class_full",
        "topup.over_cap",
        "application.over_cap",
    ]
    await made[0].granted("top-up", **yuan("5000.00"))
    await all_is_well(voucher_db)


async def test_who_has_something_left_uses_it_up_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "first_come", SPENT_FIRST)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm, "1000.00")
    assert "application.unspent" in codes(await draft(voucher_api, round_id, firm))


async def test_a_class_gets_no_more_than_its_share_and_stops_nobody_else(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "queue", SHARES, amount="60000.00")
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db, priority_lists=LISTED))
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db))
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    shown = await seen(voucher_api, round_id)
    issued = {one["queue_class"]: one["issued"]["amount"] for one in shown["classes"]}
    assert issued == {"priority": "30000.00", "general": "30000.00"}
    await all_is_well(voucher_db)


async def test_a_back_fill_passes_over_a_class_that_has_had_its_share(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await opened(voucher_api, voucher_db, set_clock, "queue", SHARES, amount="20000.00")
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db, priority_lists=LISTED))
    await apply(voucher_api, round_id, await hear(voucher_db), "4000.00")
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": 2, "waitlisted": 1}
    report = await issue(voucher_api, voucher_db, round_id, "backfill")
    assert (report["issued"], report["waiting"]) == (0, 1)
    await all_is_well(voucher_db)


async def test_who_applied_in_two_rounds_is_issued_once_until_he_has_used_it_up(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    rounds = [await a_round_by("queue", voucher_api, voucher_db, set_clock, SPENT_FIRST)]
    rounds.append(await another_round(voucher_api, rounds[0]))
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = [await apply(voucher_api, one, firm, "5000.00") for one in rounds]
    await set_clock(CLOSED)
    for one in rounds:
        await rank(voucher_api, voucher_db, one)
        await issue(voucher_api, voucher_db, one)
    states = [done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=operator())) for one in made]
    assert [one["state"] for one in states] == ["issued", "rejected"]
    assert [reason["code"] for reason in states[1]["reasons"]] == ["application.unspent"]
    await all_is_well(voucher_db)


async def test_two_rounds_at_once_issue_to_one_who_must_use_it_up_first_once(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    rounds = [await a_round_by("queue", voucher_api, voucher_db, set_clock, SPENT_FIRST)]
    rounds.append(await another_round(voucher_api, rounds[0]))
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    for one in rounds:
        await apply(voucher_api, one, firm, "5000.00")
    await set_clock(CLOSED)
    for one in rounds:
        await rank(voucher_api, voucher_db, one)
    orders = [Order(parse("rnd", one), "per_operator", "req_1", backfill=False) for one in rounds]

    async def serve(order: Order) -> None:
        async with voucher_db.begin() as connection:
            await serving.serve(connection, order, await store.lock(connection, order.round_id))

    await asyncio.gather(*(serve(order) for order in orders))
    counted = [(await seen(voucher_api, one))["applications"] for one in rounds]
    assert sorted(map(str, counted)) == ["{'issued': 1}", "{'rejected': 1}"]
    await all_is_well(voucher_db)


async def another_round(api: Api, round_id: str) -> str:
    """A second published and funded round of the same scheme."""
    version = (await seen(api, round_id))["scheme_version_id"]
    body = {"scheme_version_id": version, "name": "2020 第二批"}
    made: str = done(await api.post("/v1/rounds", headers=operator(), json=body), 201)["id"]
    line = await a_filled_line(api, "40000.00", allotment_document="江财工〔2020〕59号")
    change = done(await propose_funding(api, made, line, "40000.00"), 201)
    done(await approve_funding(api, made, change["id"]))
    done(await api.post(f"/v1/rounds/{made}/publish", headers=operator()))
    return made


MICRO_APPLIES_FOR_MORE = (
    'limit: "20000.00"\n',
    f'limit: "10000.00"\n    cases:\n'
    f'      - when: {{size_class: [micro]}}\n        limit: "20000.00"\n        source: {SOURCE}\n',
)


async def test_a_cap_on_one_application_counts_on_the_day_of_its_submission(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round_by("queue", voucher_api, voucher_db, set_clock, MICRO_APPLIES_FOR_MORE)
    firm = await hear(voucher_db, size_class="micro")
    made = done(await draft(voucher_api, round_id, firm, "20000.00"), 201)
    await hear(voucher_db, firm, size_class="small")
    await set_clock(OPEN)
    assert codes(await submit(voucher_api, made["id"], firm)) == ["application.over_cap"]


async def test_a_top_up_keeps_to_what_one_may_hold_at_a_time(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round_by("queue", voucher_api, voucher_db, set_clock, caps=HELD)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm, "4000.00")
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    lived = Lived(voucher_api, voucher_db, round_id, firm, voucher["id"])
    assert codes(await lived.verb("top-up", document="1", **yuan("1000.01"))) == ["topup.over_cap"]
    assert (await lived.verb("top-up", document="1", **yuan("1000.00"))).status_code == 201
