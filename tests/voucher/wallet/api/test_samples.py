"""Samples are drawn by a published seed that anybody may draw again; who is in one is inspected, or reviewed twice."""

import hashlib
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.operations.test_races import as_owner
from tests.voucher.wallet.reviewing import (
    OPENED,
    PROMISE,
    SEED,
    a_reviewing_file,
    a_reviewing_round,
    answer,
    one_more,
    promise,
    reviewer,
    second,
)
from tests.voucher.wallet.reviewing import draw_sample as draw
from tests.voucher.wallet.samples import CLOSED
from tests.voucher.wallet.steps import all_is_well, codes, done, holder, issue, operator, rank

Api = httpx2.AsyncClient
AUDIT = a_reviewing_file(review=["city"], audit_sample="0.25")
BLIND = a_reviewing_file(review=["city"], second_review="0.5")


async def state_of(api: Api, application_id: str) -> tuple[str, str | None]:
    shown = done(await api.get(f"/v1/applications/{application_id}", headers=operator()))
    return shown["state"], shown["stage"]


async def an_audited_round(
    api: Api, database: Database, set_clock: SetClock, *, firms: int
) -> tuple[str, list[dict[str, Any]]]:
    """A round whose applications passed their reviewer and wait for the draw, after its window."""
    round_id, _, first = await a_reviewing_round(api, database, set_clock, file=AUDIT)
    made = [first, *[(await one_more(api, database, round_id))[1] for _ in range(firms - 1)]]
    for one in made:
        done(await answer(api, one["id"], "city", answer="approve"))
    await set_clock(CLOSED)
    return round_id, made


async def test_a_quarter_of_those_reviewed_is_drawn_and_the_others_are_through(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, made = await an_audited_round(voucher_api, voucher_db, set_clock, firms=5)
    drawn = done(await draw(voucher_api, round_id, "audit"), 201)
    lots = {n: hashlib.sha256(f"{SEED}:{n}".encode()).hexdigest() for n in (one["number"] for one in made)}
    order = sorted(lots, key=lots.__getitem__)
    assert [place["number"] for place in drawn["places"]] == order
    assert [place["number"] for place in drawn["places"] if place["picked"] == "seed"] == order[:2]
    assert (drawn["population"], drawn["drawn"], drawn["share"], drawn["seed"]) == (5, 2, "1/4", SEED)
    for one in made:
        sampled = one["number"] in order[:2]
        assert await state_of(voucher_api, one["id"]) == (
            ("in_review", "inspection") if sampled else ("reviewed", None)
        )


async def test_places_are_told_page_by_page(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.voucher.wallet.operations.sampling.PAGE_MAX", 2)
    round_id, _ = await an_audited_round(voucher_api, voucher_db, set_clock, firms=3)
    drawn = done(await draw(voucher_api, round_id, "audit"), 201)
    assert (len(drawn["places"]), drawn["whole"]) == (2, False)
    path = f"/v1/rounds/{round_id}/samples"
    (listed,) = done(await voucher_api.get(path, headers=operator()))["items"]
    places = f"{path}/{drawn['id']}/places"
    first = done(await voucher_api.get(f"{places}?limit=2", headers=operator()))
    rest = done(await voucher_api.get(f"{places}?after={first['next_cursor']}", headers=operator()))
    assert first["items"] == drawn["places"] == listed["places"]
    assert ([one["place"] for one in rest["items"]], rest["next_cursor"]) == ([3], None)
    assert codes(await voucher_api.get(f"{path}/sdr_{'0' * 32}/places", headers=operator())) == ["draw.unknown"]


async def test_draws_are_told_page_by_page(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    file = AUDIT.replace("value: queue", "value: first_come")
    round_id, _, first = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    made = []
    for one in (first, (await one_more(voucher_api, voucher_db, round_id))[1]):
        done(await answer(voucher_api, one["id"], "city", answer="approve"))
        made.append(done(await draw(voucher_api, round_id, "audit"), 201)["id"])
    path = f"/v1/rounds/{round_id}/samples"
    page = done(await voucher_api.get(f"{path}?limit=1", headers=operator()))
    rest = done(await voucher_api.get(f"{path}?after={page['next_cursor']}", headers=operator()))
    assert [one["id"] for one in (*page["items"], *rest["items"])] == made


async def test_a_sampled_application_is_issued_once_somebody_else_inspected_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=AUDIT)
    done(await answer(voucher_api, made["id"], "city", person="per_1", answer="approve"))
    await set_clock(CLOSED)
    done(await draw(voucher_api, round_id, "audit"), 201)
    ranking = await voucher_api.post(f"/v1/rounds/{round_id}/rank", headers=operator())
    assert codes(ranking) == ["round.under_review"]
    own = await answer(voucher_api, made["id"], "city", person="per_1", answer="approve")
    assert codes(own) == ["application.took_part"]
    late = await answer(voucher_api, made["id"], "district", answer="return", words="More.")
    assert codes(late) == ["application.returned_before"]
    assert done(await answer(voucher_api, made["id"], "district", answer="approve"))["state"] == "reviewed"
    await rank(voucher_api, voucher_db, round_id)
    assert (await issue(voucher_api, voucher_db, round_id))["issued"] == 1
    await all_is_well(voucher_db)


async def test_who_comes_first_is_served_as_soon_as_a_draw_leaves_him_out_and_draws_are_taken_as_they_come(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = AUDIT.replace("value: queue", "value: first_come")
    round_id, _, first = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    made = [first, (await one_more(voucher_api, voucher_db, round_id))[1]]
    for one in made:
        done(await answer(voucher_api, one["id"], "city", answer="approve"))
    drawn = done(await draw(voucher_api, round_id, "audit"), 201)
    sampled = {place["number"] for place in drawn["places"] if place["picked"]}
    states = {one["number"] in sampled: (await state_of(voucher_api, one["id"]))[0] for one in made}
    assert states == {True: "in_review", False: "issued"}
    await all_is_well(voucher_db)


async def test_an_inspection_may_refuse(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, (made,) = await an_audited_round(voucher_api, voucher_db, set_clock, firms=1)
    done(await draw(voucher_api, round_id, "audit"), 201)
    refused = await answer(
        voucher_api, made["id"], "city", answer="refuse", reason="evidence_missing", words="No such site."
    )
    assert done(refused)["reasons"][0]["numbers"]["stage"] == "inspection"


async def test_who_is_named_by_risk_is_told_as_such_and_why_is_for_the_bureau(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, made = await an_audited_round(voucher_api, voucher_db, set_clock, firms=2)
    stranger = [{"application_id": f"app_{'0' * 32}", "reason": "x"}]
    assert codes(await draw(voucher_api, round_id, "audit", picks=stranger)) == ["sample.not_among"]
    picks = [{"application_id": one["id"], "reason": "Same address."} for one in made]
    done(await draw(voucher_api, round_id, "audit", picks=picks), 201)
    path = f"/v1/rounds/{round_id}/samples"
    for headers, reason in (
        (operator(), "Same address."),
        (reviewer("city"), None),
        (calls("per_a", "auditor"), "Same address."),
    ):
        (shown,) = done(await voucher_api.get(path, headers=headers))["items"]
        assert [place["picked"] for place in shown["places"]] == ["seed", "risk"]
        assert [place["reason"] for place in shown["places"]] == [None, reason]


async def test_a_sample_is_drawn_of_all_at_once_after_the_window_and_their_reviews(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, made = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=AUDIT)
    await one_more(voucher_api, voucher_db, round_id)
    assert codes(await draw(voucher_api, round_id, "second_review")) == ["sample.not_asked"]
    assert codes(await draw(voucher_api, round_id, "audit")) == ["sample.nobody"]
    done(await answer(voucher_api, made["id"], "city", answer="approve"))
    assert codes(await draw(voucher_api, round_id, "audit")) == ["round.still_open"]
    await set_clock(CLOSED)
    assert codes(await draw(voucher_api, round_id, "audit")) == ["sample.review_first"]
    foreign = await voucher_api.post(
        f"/v1/rounds/{round_id}/samples", headers=operator(bureau="another"), json={"kind": "audit", **OPENED}
    )
    assert foreign.status_code == 404


async def test_a_scheme_without_an_audit_sample_draws_none(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=BLIND)
    assert codes(await draw(voucher_api, round_id, "audit")) == ["sample.not_asked"]


async def a_blind_round(
    api: Api, database: Database, set_clock: SetClock, *, firms: int = 1
) -> tuple[str, list[dict[str, Any]]]:
    """A round of which half is reviewed twice, drawn; the applications that are, each with its firm's number."""
    round_id, _, first = await a_reviewing_round(api, database, set_clock, file=BLIND)
    made = [first, *[(await one_more(api, database, round_id))[1] for _ in range(firms - 1)]]
    assert codes(await answer(api, first["id"], "city", answer="approve")) == ["application.draw_first"]
    await set_clock(CLOSED)
    drawn = done(await draw(api, round_id, "second_review"), 201)
    twice = {place["number"] for place in drawn["places"] if place["picked"]}
    return round_id, [one for one in made if one["number"] in twice]


async def test_two_who_agree_decide_and_the_second_does_not_see_the_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, (made,) = await a_blind_round(voucher_api, voucher_db, set_clock)
    first = done(await answer(voucher_api, made["id"], "city", person="per_1", answer="approve"))
    assert (first["state"], first["stage"]) == ("in_review", "city")
    path = f"/v1/applications/{made['id']}/reviews"
    for person, seen in (("per_1", ["per_1"]), ("per_2", [])):
        shown = done(await voucher_api.get(path, headers=reviewer("city", person)))
        assert ([said["person"] for said in shown["reviews"]], shown["second_review"]) == (seen, True)
    assert done(await voucher_api.get(path, headers=operator()))["reviews"] == []
    assert len(done(await voucher_api.get(path, headers=calls("per_a", "auditor")))["reviews"]) == 1
    twice = await answer(voucher_api, made["id"], "city", person="per_1", answer="approve")
    assert codes(twice) == ["application.took_part"]
    assert done(await answer(voucher_api, made["id"], "city", person="per_2", answer="approve"))["state"] == "reviewed"
    shown = done(await voucher_api.get(path, headers=reviewer("city", "per_2")))
    assert [(said["seat"], said["person"]) for said in shown["reviews"]] == [(1, "per_1"), (2, "per_2")]


async def test_where_two_differ_a_third_decides_and_the_report_counts_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, made = await a_blind_round(voucher_api, voucher_db, set_clock, firms=4)
    assert len(made) == 2
    refuse = {"answer": "refuse", "reason": "not_innovative", "words": "Routine."}
    for one in made:
        done(await answer(voucher_api, one["id"], "city", person="per_1", answer="approve"))
    done(await answer(voucher_api, made[0]["id"], "city", person="per_2", answer="approve"))
    waits = done(await answer(voucher_api, made[1]["id"], "city", person="per_2", **refuse))
    assert waits["state"] == "in_review"
    assert done(await answer(voucher_api, made[1]["id"], "city", person="per_3", **refuse))["state"] == "rejected"
    path = f"/v1/reports/review-agreement?round_id={round_id}"
    report = done(await voucher_api.get(path, headers=operator()))
    assert report["stages"] == [{"stage": "city", "pairs": 1, "reviewed": 2, "differed": 1, "rate": "0.500000"}]
    assert report["pairs"] == [
        {"stage": "city", "persons": ["per_1", "per_2"], "reviewed": 2, "differed": 1, "rate": "0.500000"}
    ]
    assert (await voucher_api.get(path, headers=operator(bureau="another"))).status_code == 404
    await all_is_well(voucher_db)


async def test_a_first_answer_is_told_to_nobody(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    _, (made,) = await a_blind_round(voucher_api, voucher_db, set_clock)
    firm = holder(UUID(made["holder_id"].removeprefix("org_")))
    before = done(await voucher_api.get("/v1/events", headers=firm))["items"]
    done(await answer(voucher_api, made["id"], "city", answer="approve"))
    assert done(await voucher_api.get("/v1/events", headers=firm))["items"] == before


async def test_who_promised_a_sample_neither_draws_it_nor_takes_his_promise_back_once_some_wait_for_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await an_audited_round(voucher_api, voucher_db, set_clock, firms=1)
    path, body = f"/v1/rounds/{round_id}/samples", {"kind": "audit", **OPENED}
    assert codes(await voucher_api.post(path, headers=second(), json=body)) == ["draw.unknown"]
    assert done(await promise(voucher_api, round_id, "audit"), 201)["turn"] == 1
    assert codes(await promise(voucher_api, round_id, "audit", commitment="0" * 64)) == ["draw.promised"]
    assert codes(await voucher_api.post(path, headers=operator(), json=body)) == ["draw.same_person"]
    other = {**body, "secret": "another"}
    assert codes(await voucher_api.post(path, headers=second(), json=other)) == ["draw.secret_differs"]
    drawn = done(await voucher_api.post(path, headers=second(), json=body), 201)
    assert drawn["published"] == f"{PROMISE['public_source']}: {OPENED['public_text']}"


async def test_where_a_secret_is_lost_another_person_promises_anew(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await an_audited_round(voucher_api, voucher_db, set_clock, firms=1)
    done(await promise(voucher_api, round_id, "audit", commitment="0" * 64), 201)
    assert done(await promise(voucher_api, round_id, "audit", second()), 201)["turn"] == 1
    body = {"kind": "audit", **OPENED}
    done(await voucher_api.post(f"/v1/rounds/{round_id}/samples", headers=operator(), json=body), 201)


async def test_an_audit_sample_has_its_share_by_amount_as_well(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    round_id, made = await an_audited_round(voucher_api, voucher_db, set_clock, firms=4)
    last = max(made, key=lambda one: hashlib.sha256(f"{SEED}:{one['number']}".encode()).hexdigest())
    sql = f"UPDATE applications SET amount = CASE number WHEN {last['number']} THEN 100000 ELSE 100 END"
    await as_owner(owner_url, sql)
    drawn = done(await draw(voucher_api, round_id, "audit"), 201)
    assert (drawn["share"], drawn["population"], drawn["drawn"]) == ("1/4", 4, 4)
    assert (drawn["drawn_amount"]["amount"], drawn["amount"]["amount"]) == ("1003.00", "1003.00")


async def test_two_who_come_back_late_are_ranked_one_behind_the_other_by_one_draw(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, first = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=AUDIT)
    late = [(firm, first), await one_more(voucher_api, voucher_db, round_id)]
    _, other = await one_more(voucher_api, voucher_db, round_id)
    refuse = {"answer": "refuse", "reason": "not_innovative", "words": "Routine."}
    for _, one in late:
        done(await answer(voucher_api, one["id"], "city", person="per_first", **refuse))
    done(await answer(voucher_api, other["id"], "city", answer="approve"))
    await set_clock(CLOSED)
    done(await draw(voucher_api, round_id, "audit"), 201)
    done(await answer(voucher_api, other["id"], "city", answer="approve"))
    await rank(voucher_api, voucher_db, round_id)
    for of, one in late:
        path = f"/v1/applications/{one['id']}/appeal"
        filed = done(await voucher_api.post(path, headers=holder(of), json={"grounds": "New."}), 201)
        ruling = {"outcome": "upheld", "words": "So it is."}
        path = f"/v1/appeals/{filed['id']}/decide"
        done(await voucher_api.post(path, headers=reviewer("city", "per_second"), json=ruling))
        done(await answer(voucher_api, one["id"], "city", answer="approve"))
    drawn = done(await draw(voucher_api, round_id, "audit"), 201)
    assert (drawn["turn"], drawn["population"], drawn["drawn"]) == (2, 2, 1)
    states = [await state_of(voucher_api, one["id"]) for _, one in late]
    assert sorted(state for state, _ in states) == ["approved", "in_review"]
    for _, one in late:
        if await state_of(voucher_api, one["id"]) == ("in_review", "inspection"):
            done(await answer(voucher_api, one["id"], "district", answer="approve"))
    shown = [done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=operator())) for _, one in late]
    assert sorted(one["rank"] for one in shown) == [2, 3]
    await all_is_well(voucher_db)


async def test_two_who_are_left_out_by_one_late_draw_have_two_ranks(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, made = await an_audited_round(voucher_api, voucher_db, set_clock, firms=4)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE rounds SET state = 'running'"))
    done(await draw(voucher_api, round_id, "audit"), 201)
    shown = [done(await voucher_api.get(f"/v1/applications/{one['id']}", headers=operator())) for one in made]
    assert sorted(one["rank"] for one in shown if one["state"] == "waitlisted") == [1, 2, 3]
