"""A refusal is appealed once and in time; another person decides, and what was refused wrongly is back where it was."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.reviewing import (
    a_paper,
    a_reviewing_file,
    a_reviewing_round,
    answer,
    one_more,
    reviewer,
    submit_with,
)
from tests.voucher.wallet.samples import BEFORE, CLOSED, FINISHED, OPEN
from tests.voucher.wallet.steps import (
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
)

Api = httpx2.AsyncClient
FILE = a_reviewing_file(review=["city"])
ONCE_A_YEAR = """  - cap: applications-per-year
    counts: applications
    subject: holder
    period: year
    year_of: issue
    limit: "1"
    source: our default, not in the notice
"""
TOO_LATE = datetime(2020, 9, 28, 16, tzinfo=UTC)
REFUSE = {"answer": "refuse", "reason": "not_innovative", "words": "Routine."}
BANNED = [{"id": "snc_1", "kind": "dishonesty", "from": "2020-09-15", "until": None}]
Refused = tuple[str, UUID, dict[str, Any]]


async def a_refused(api: Api, database: Database, set_clock: SetClock, file: str = FILE) -> Refused:
    round_id, firm, made = await a_reviewing_round(api, database, set_clock, file=file)
    return round_id, firm, done(await answer(api, made["id"], "city", person="per_first", **REFUSE))


async def appeal(api: Api, one: dict[str, Any], firm: UUID, **more: Any) -> httpx2.Response:
    body = {"grounds": "The machine is new.", **more}
    return await api.post(f"/v1/applications/{one['id']}/appeal", headers=holder(firm), json=body)


async def decide(api: Api, appeal_id: str, outcome: str, person: str = "per_second") -> httpx2.Response:
    body = {"outcome": outcome, "words": "The file says so."}
    return await api.post(f"/v1/appeals/{appeal_id}/decide", headers=reviewer("city", person), json=body)


async def state_of(api: Api, one: dict[str, Any]) -> dict[str, Any]:
    return done(await api.get(f"/v1/applications/{one['id']}", headers=operator()))


async def test_an_upheld_appeal_brings_the_application_back_with_its_number(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    assert (filed["state"], filed["refused_at"], filed["decided_by"]) == ("filed", refused["decided_at"], None)
    assert codes(await decide(voucher_api, filed["id"], "upheld", "per_first")) == ["appeal.took_part"]
    decided = done(await decide(voucher_api, filed["id"], "upheld"))
    assert (decided["state"], decided["decided_by"]) == ("upheld", "per_second")
    back = await state_of(voucher_api, refused)
    assert (back["state"], back["stage"], back["number"], back["reasons"]) == (
        "in_review",
        "city",
        refused["number"],
        [],
    )
    for person in ("per_first", "per_second"):
        again = await answer(voucher_api, back["id"], "city", person=person, **REFUSE)
        assert codes(again) == ["application.took_part"]
    done(await answer(voucher_api, back["id"], "city", answer="approve"))
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert (await issue(voucher_api, voucher_db, round_id))["issued"] == 1
    await all_is_well(voucher_db)


async def test_what_a_refusal_gave_back_an_upheld_appeal_takes_again(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = FILE.replace("caps:\n", f"caps:\n{ONCE_A_YEAR}", 1)
    _, firm, refused = await a_refused(voucher_api, voucher_db, set_clock, file)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    await all_is_well(voucher_db)
    done(await decide(voucher_api, filed["id"], "upheld"))
    await all_is_well(voucher_db)


async def test_a_dismissed_appeal_is_final(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    _, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    done(await decide(voucher_api, filed["id"], "dismissed"))
    assert codes(await decide(voucher_api, filed["id"], "upheld", "per_third")) == ["appeal.state"]
    assert codes(await appeal(voucher_api, refused, firm)) == ["appeal.filed_before"]
    assert (await state_of(voucher_api, refused))["state"] == "rejected"
    told = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"]
    assert [one["type"] for one in told][-2:] == ["appeal.filed", "appeal.dismissed"]


async def test_only_a_refusal_is_appealed_and_only_in_time(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    other, waiting = await one_more(voucher_api, voucher_db, round_id)
    assert codes(await appeal(voucher_api, waiting, other)) == ["appeal.not_refused"]
    assert (await appeal(voucher_api, refused, other)).status_code == 404
    assert codes(await appeal(voucher_api, refused, firm, document_id=f"doc_{new_id().hex}")) == ["document.unknown"]
    await set_clock(TOO_LATE)
    late = await appeal(voucher_api, refused, firm)
    assert (late.status_code, codes(late)) == (409, ["appeal.too_late"])
    assert late.json()["errors"][0]["clause"] == "our default, not in the notice"


async def test_a_scheme_that_says_nothing_of_appeals_takes_none(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    await hear(voucher_db, firm, sanctions=BANNED)
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    assert codes(await appeal(voucher_api, made, firm)) == ["appeal.not_offered"]


async def test_who_was_refused_when_the_round_was_ranked_is_back_at_his_rank(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=FILE)
    _, other = await one_more(voucher_api, voucher_db, round_id)
    for one in (made, other):
        done(await answer(voucher_api, one["id"], "city", answer="approve"))
    await hear(voucher_db, firm, sanctions=BANNED)
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    filed = done(await appeal(voucher_api, made, firm), 201)
    done(await decide(voucher_api, filed["id"], "upheld"))
    back = await state_of(voucher_api, made)
    assert (back["state"], back["rank"]) == ("approved", 1)
    assert (await issue(voucher_api, voucher_db, round_id))["issued"] == 2
    await all_is_well(voucher_db)


@pytest.mark.parametrize("allocated", [False, True])
async def test_whose_review_ends_when_others_were_ranked_stands_behind_them(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, allocated: bool
) -> None:
    round_id, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    _, other = await one_more(voucher_api, voucher_db, round_id)
    done(await answer(voucher_api, other["id"], "city", answer="approve"))
    await set_clock(CLOSED)
    await rank(voucher_api, voucher_db, round_id)
    if allocated:
        await issue(voucher_api, voucher_db, round_id)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    done(await decide(voucher_api, filed["id"], "upheld"))
    passed = done(await answer(voucher_api, refused["id"], "city", answer="approve"))
    assert (passed["state"], passed["rank"]) == ("waitlisted" if allocated else "approved", 2)
    report = await issue(voucher_api, voucher_db, round_id, "backfill" if allocated else "issue")
    assert report["issued"] == (1 if allocated else 2)
    await all_is_well(voucher_db)


async def test_after_the_allocation_an_upheld_appeal_says_that_nothing_is_left(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = a_reviewing_file(review=["city"], appeal_within={"working_days": 60})
    _, firm, refused = await a_refused(voucher_api, voucher_db, set_clock, file)
    await set_clock(FINISHED)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    done(await decide(voucher_api, filed["id"], "upheld"))
    assert (await state_of(voucher_api, refused))["state"] == "unserved"


async def test_a_party_that_applied_anew_has_one_live_application(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    done(await draft(voucher_api, round_id, firm), 201)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    assert codes(await decide(voucher_api, filed["id"], "upheld")) == ["appeal.other_application"]
    assert done(await decide(voucher_api, filed["id"], "dismissed"))["state"] == "dismissed"


async def test_appeals_are_turned_over_newest_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    other, again = await one_more(voucher_api, voucher_db, round_id)
    done(await answer(voucher_api, again["id"], "city", **REFUSE))
    made = [done(await appeal(voucher_api, *case), 201)["id"] for case in ((refused, firm), (again, other))]
    first = done(await voucher_api.get("/v1/appeals?limit=1", headers=operator()))
    rest = done(await voucher_api.get(f"/v1/appeals?limit=1&after={first['next_cursor']}", headers=operator()))
    assert [one["id"] for one in (*first["items"], *rest["items"])] == made[::-1]


async def test_a_client_names_an_appeal_once(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    _, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    filed = done(await appeal(voucher_api, refused, firm, client_ref="a1"), 201)
    done(await decide(voucher_api, filed["id"], "upheld"))
    done(await answer(voucher_api, refused["id"], "city", **REFUSE))
    assert codes(await appeal(voucher_api, refused, firm, client_ref="a1")) == ["client_ref.taken"]
    assert done(await appeal(voucher_api, refused, firm, client_ref="a2"), 201)["state"] == "filed"


async def test_an_appeal_is_seen_by_its_holder_region_and_bureau(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, refused = await a_refused(voucher_api, voucher_db, set_clock)
    proof = await a_paper(voucher_api, firm)
    filed = done(await appeal(voucher_api, refused, firm, client_ref="a1", document_id=proof), 201)
    content = f"/v1/documents/{proof}/content"
    assert (await voucher_api.get(content, headers=reviewer("city"))).status_code == 200
    other = reviewer("city", region="440800")
    for headers, status in (
        (holder(firm), 200),
        (reviewer("city"), 200),
        (operator(), 200),
        (other, 404),
        (holder(new_id()), 404),
    ):
        assert (await voucher_api.get(f"/v1/appeals/{filed['id']}", headers=headers)).status_code == status
        listed = done(await voucher_api.get("/v1/appeals?state=filed&limit=1", headers=headers))["items"]
        assert len(listed) == (status == 200)
    query = f"/v1/appeals?application_id={refused['id']}"
    assert len(done(await voucher_api.get(query, headers=calls("per_a", "auditor")))["items"]) == 1
    body = {"outcome": "upheld", "words": "x"}
    assert (await voucher_api.post(f"/v1/appeals/{filed['id']}/decide", headers=other, json=body)).status_code == 404
    tasks = done(await voucher_api.get("/v1/tasks", headers=reviewer("city")))["items"]
    assert [task["due_at"] for task in tasks if task["kind"] == "appeal.decide"] == [filed["due_at"]]


async def test_an_appeal_is_not_upheld_past_the_cap_on_applications(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = FILE.replace("caps:\n", f"caps:\n{ONCE_A_YEAR}", 1)
    round_id, firm, refused = await a_refused(voucher_api, voucher_db, set_clock, file)
    filed = done(await appeal(voucher_api, refused, firm), 201)
    again = done(await draft(voucher_api, round_id, firm), 201)
    again = done(await submit_with(voucher_api, again["id"], firm, {"project": "Another"}))
    async with voucher_db.begin() as connection:
        # what stands in another round of the year is counted, and leaves this round free
        await connection.execute(
            text("UPDATE applications SET state = 'unserved', stage = NULL WHERE state = 'in_review'")
        )
    answered = await decide(voucher_api, filed["id"], "upheld")
    assert (codes(answered), answered.status_code) == (["appeal.cap_used"], 409)
    assert done(await decide(voucher_api, filed["id"], "dismissed"))["state"] == "dismissed"
